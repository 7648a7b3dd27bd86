"""What the finished engine consists of."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from measure.errors import UserError
from measure.trtexec import layer_info as module
from measure.trtexec.layer_info import read_layer_info
from tests.measure.trtexec.files import corpus


def test_dictionaries_tell_the_type() -> None:
    """A subgraph of another compiler is none of the DLA, whatever its name."""
    info = read_layer_info(corpus("layer_info.json"), for_dla=True)

    assert info.detailed
    assert [layer.name for layer in info.dla_subgraphs] == ["{ForeignNode[a...b]}"]
    assert [layer.type for layer in info.gpu_layers] == ["Myelin"]
    assert len(info.reformats) == 1


@pytest.mark.parametrize(("for_dla", "subgraphs"), [(True, 1), (False, 0)])
def test_names_alone(for_dla: bool, subgraphs: int) -> None:
    """A name says DLA only in a build for a DLA."""
    info = read_layer_info(corpus("layer_info_names.json"), for_dla=for_dla)

    assert not info.detailed
    assert len(info.dla_subgraphs) == subgraphs
    assert len(info.gpu_layers) == 2 - subgraphs


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no JSON"),
        ("[" * 100000, "is no JSON"),
        ("[]", "has no list of layers"),
        ('{"Layers": 3}', "has no list of layers"),
        ('{"Layers": [{"LayerType": "DLA"}]}', "is no layer"),
        ('{"Layers": [7]}', "is no layer"),
    ],
)
def test_files_of_another_kind(tmp_path: Path, text: str, message: str) -> None:
    """One line says what is wrong."""
    path = tmp_path / "layers.json"
    path.write_text(text)

    with pytest.raises(UserError, match=message):
        read_layer_info(str(path), for_dla=True)


def test_cut_and_oversized_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A packed file that is cut says so; a file larger than any engine's is refused."""
    path = tmp_path / "layers.json.gz"
    path.write_bytes(gzip.compress(Path(corpus("layer_info.json")).read_bytes())[:-20])
    with pytest.raises(UserError, match="cannot be read to its end"):
        read_layer_info(str(path), for_dla=True)

    monkeypatch.setattr(module, "MOST_CHARACTERS", 10)
    with pytest.raises(UserError, match="is larger than 10 characters"):
        read_layer_info(corpus("layer_info.json"), for_dla=True)
