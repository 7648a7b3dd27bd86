"""The commands that time a reference network."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.trtexec_command import (
    TrtexecCommand,
    UnknownFlagError,
    parses,
    preparation,
    quoted,
    unavailable,
    written,
)

if TYPE_CHECKING:
    from generator.atlas import Atlas


def command(atlas: Atlas, network: str, tensorrt: str, weights: str = "dense") -> TrtexecCommand:
    """Return the command of a network of the shipped data."""
    return TrtexecCommand(atlas, atlas.networks[network], tensorrt, weights)


def test_build_has_what_the_published_figures_were_measured_with(atlas: Atlas) -> None:
    """Batch, formats and managed SRAM are those of NVIDIA's own command for the network."""
    words = command(atlas, "resnet-50", "8.5.2").build

    assert words == [
        "trtexec",
        "--onnx=resnet50_v1_prepared.onnx",
        "--shapes=input_tensor:0:2x3x224x224",
        "--int8",
        "--useDLACore=0",
        "--memPoolSize=dlaSRAM:1",
        "--inputIOFormats=int8:dla_hwc4",
        "--outputIOFormats=int8:chw32",
        "--saveEngine=resnet-50.engine",
        "--buildOnly",
    ]


def test_width_and_height_stand_in_the_order_of_the_tensor(atlas: Atlas) -> None:
    """The published 1280x768 is width by height; a batch of one needs no shape."""
    wide = atlas.networks["retinanet-resnet-34"]

    assert (wide["input_width"], wide["input_height"]) == (1280, 768)
    words = command(atlas, "retinanet-resnet-34", "8.5.2").build
    assert not [word for word in words if word.startswith("--shapes")]


@pytest.mark.parametrize("core", [0, 1])
def test_run_names_its_core(atlas: Atlas, core: int) -> None:
    """A plan does not remember its core, so each run names it."""
    words = command(atlas, "ssd-mobilenet-v1", "8.5.2").run(core)

    assert f"--useDLACore={core}" in words
    assert "--loadEngine=ssd-mobilenet-v1.engine" in words
    assert "--shapes=Preprocessor/sub:0:2x3x300x300" in words


def test_sparse_is_built_into_an_engine_of_its_own(atlas: Atlas) -> None:
    """Sparse operation is forced when building, and does not overwrite the dense engine."""
    sparse = command(atlas, "ssd-resnet-34", "8.5.2", "sparse")

    assert "--sparsity=force" in sparse.build
    assert "--saveEngine=ssd-resnet-34-sparse.engine" in sparse.build
    assert "--loadEngine=ssd-resnet-34-sparse.engine" in sparse.run(0)


@pytest.mark.parametrize(
    ("tensorrt", "flag"),
    [("8.5.2", "--buildOnly"), ("8.6.2", "--skipInference"), ("10.3.0.30", "--skipInference")],
)
def test_building_ends_as_the_version_knows_it(atlas: Atlas, tensorrt: str, flag: str) -> None:
    """The flag that stops after the build changed its name with TensorRT 8.6."""
    assert command(atlas, "resnet-50", tensorrt).build[-1] == flag


@pytest.mark.parametrize("tensorrt", ["8.2.1", "11.1", "11.4.1"])
def test_a_version_that_lacks_a_flag_is_refused(atlas: Atlas, tensorrt: str) -> None:
    """8.2 has no memory pools and 11 has no --int8: there is no such command."""
    with pytest.raises(UnknownFlagError, match=f"TensorRT {tensorrt} does not parse --"):
        _ = command(atlas, "resnet-50", tensorrt).build


@pytest.mark.parametrize("network", ["resnet-50", "ssd-resnet-34", "retinanet-resnet-34"])
@pytest.mark.parametrize("tensorrt", ["8.5.2", "8.6.2", "10.3.0"])
@pytest.mark.parametrize("weights", ["dense", "sparse"])
def test_every_flag_is_parsed(atlas: Atlas, network: str, tensorrt: str, weights: str) -> None:
    """Build and run have flags of that version only."""
    made = command(atlas, network, tensorrt, weights)

    flags = [word[2:].partition("=")[0] for word in made.build[1:] + made.run(1)[1:]]
    assert unavailable(atlas, flags, tensorrt) == []


@pytest.mark.parametrize(
    ("flag", "tensorrt", "known"),
    [
        ("workspace", "9.3.0", True),
        ("workspace", "10.0", False),
        ("sparsity", "7.2.1", False),
        ("sparsity", "8.0.1", True),
        ("int8", "10.7", True),
        ("int8", "11.0", False),
        ("noSuchFlag", "10.3", False),
    ],
)
def test_parses(atlas: Atlas, flag: str, tensorrt: str, known: bool) -> None:
    """A flag is known from its first tag until the one that dropped it."""
    assert parses(atlas, flag, tensorrt) is known


def test_preparation_folds_constants_only_where_the_script_asks_for_it(atlas: Atlas) -> None:
    """The script of RetinaNet ResNeXt-50 reads a file that has to be made first."""
    source = atlas.sources["dla-sw-prepare-models"]
    lines = {key: preparation(row, source) for key, row in atlas.networks.items()}

    folding = [key for key, commands in lines.items() if "polygraphy" in "".join(commands)]
    assert folding == ["retinanet-resnext-50"]
    assert lines["resnet-50"][-1].endswith("/scripts/prepare_models/resnet50.py")
    assert len(lines["resnet-34-backbone"]) == 1


@given(words=st.lists(st.text(min_size=1).filter(lambda word: "\n" not in word), min_size=1))
def test_written_reads_back(words: list[str]) -> None:
    """A shell reads the same words, whatever they hold and however lines break."""
    assert shlex.split(written(words).replace(" \\\n", " ")) == words


def test_written_breaks_lines() -> None:
    """Lines end before they are too long and go on with a backslash."""
    text = written(["trtexec", "--a=" + "1" * 30, "--b=" + "2" * 30, "--c"], width=50, end="&")

    assert text == f"trtexec --a={'1' * 30} \\\n    --b={'2' * 30} --c &"


@pytest.mark.parametrize("word", ["a b", "$(x)", "`x`", "a;b", "it's", "a&b", "*"])
def test_quoted(word: str) -> None:
    """What a shell would read otherwise is quoted."""
    assert shlex.split(quoted(word)) == [word]
    assert quoted(word) != word
