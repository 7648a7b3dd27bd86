"""The words of trtexec for each family of versions."""

from __future__ import annotations

from typing import Any

import pytest

from measure.errors import UserError
from measure.trtexec.commands import (
    EngineBuild,
    Timing,
    build_words,
    measure_words,
    pools_option,
)
from measure.trtexec.flags import check_words, family, option_name, parses

DLA = EngineBuild(
    "m.onnx",
    "m.engine",
    dla_core=0,
    precision="int8",
    quantization="implicit",
    shapes={"x": (2, 3, 224, 224)},
    input_formats=["int8:dla_hwc4"],
    output_formats=["int8:chw32", "int8:chw32"],
    pools={"dlaSRAM": 1},
    layer_info="layers.json",
)
MEASURABLE = ("8.4.1", "8.5.2", "8.6.2", "10.0.0", "10.3.0.30", "10.7.0", "11.4.1")
TIMING = Timing(60, 5)


def _words(**changes: Any) -> set[str]:
    version = changes.pop("version")
    return set(build_words(EngineBuild("m.onnx", "m.engine", **changes), version))


@pytest.mark.parametrize(
    ("version", "key"),
    [
        ("7.1.3", "7"),
        ("8.0.1", "8.0"),
        ("8.2.1", "8.0"),
        ("8.4.0", "8.4"),
        ("8.5.2", "8.4"),
        ("8.6.1", "8.6"),
        ("9.3.0", "8.6"),
        ("10.3.0.30", "10"),
        ("11.4.1", "11"),
    ],
)
def test_families(version: str, key: str) -> None:
    """Each version belongs to one family."""
    assert family(version).key == key


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (
            "8.5.2",
            (
                "--onnx=m.onnx --saveEngine=m.engine --shapes=x:2x3x224x224 --int8 --fp16 "
                "--sparsity=disable --avgTiming=8 --useDLACore=0 --allowGPUFallback "
                "--inputIOFormats=int8:dla_hwc4 --outputIOFormats=int8:chw32,int8:chw32 "
                "--memPoolSize=dlaSRAM:1 --profilingVerbosity=detailed "
                "--exportLayerInfo=layers.json --buildOnly --verbose"
            ),
        ),
        (
            "10.3.0.30",
            (
                "--onnx=m.onnx --saveEngine=m.engine --shapes=x:2x3x224x224 --int8 --fp16 "
                "--sparsity=disable --avgTiming=8 --builderOptimizationLevel=3 "
                "--useDLACore=0 --allowGPUFallback "
                "--inputIOFormats=int8:dla_hwc4 --outputIOFormats=int8:chw32,int8:chw32 "
                "--memPoolSize=dlaSRAM:1M --profilingVerbosity=detailed "
                "--exportLayerInfo=layers.json --skipInference --verbose"
            ),
        ),
    ],
)
def test_build(version: str, expected: str) -> None:
    """The same engine in the words of two families."""
    assert " ".join(build_words(DLA, version)) == expected


def test_build_with_strong_types() -> None:
    """From 11 on the model has the types, and formats are layouts alone."""
    build = EngineBuild(
        "m.onnx",
        "m.engine",
        dla_core=1,
        precision="int8",
        quantization="explicit",
        input_formats=["int8:dla_hwc4"],
        output_formats=["int8:chw32"],
    )
    words = build_words(build, "11.4.1")

    assert "--inputIOFormats=dla_hwc4" in words
    assert "--outputIOFormats=chw32" in words
    assert "--useDLACore=1" in words
    assert not {option_name(word) for word in words} & {"int8", "fp16", "calib", "buildOnly"}


def test_implicit_int8_needs_a_version_that_has_it() -> None:
    """The message says what the model must hold instead."""
    with pytest.raises(UserError, match="QuantizeLinear and DequantizeLinear"):
        build_words(DLA, "11.4.1")


@pytest.mark.parametrize("version", MEASURABLE)
def test_single_precision_is_single_precision(version: str) -> None:
    """A GPU takes TF32 in its place unless that is forbidden."""
    assert "--noTF32" in _words(version=version, precision="fp32")
    assert "--noTF32" not in _words(version=version, precision="fp16")


def test_build_options() -> None:
    """Precision, sparsity, calibration and fallback each have their words."""
    assert _words(version="10.3.0", precision="fp32") >= {"--onnx=m.onnx", "--skipInference"}
    assert "--fp16" not in _words(version="10.3.0", precision="fp32")
    assert "--sparsity=enable" in _words(version="10.3.0", weights="sparse")
    assert "--calib=c" in _words(version="10.3.0", precision="int8", calibration="c")
    assert "--allowGPUFallback" in _words(version="10.3.0", dla_core=0)
    assert "--allowGPUFallback" not in _words(version="10.3.0")


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (
            "8.4.1",
            (
                "--loadEngine=e --useDLACore=1 --warmUp=5000 --duration=60 --iterations=1 "
                "--avgRuns=100 --percentile=99 --streams=1 --idleTime=0 --sleepTime=0 "
                "--noDataTransfers --exportTimes=t.json"
            ),
        ),
        (
            "8.6.2",
            (
                "--loadEngine=e --useDLACore=1 --warmUp=5000 --duration=60 --iterations=1 "
                "--avgRuns=100 --percentile=50,90,95,99 --infStreams=1 --idleTime=0 --sleepTime=0 "
                "--noDataTransfers --exportTimes=t.json"
            ),
        ),
        (
            "11.4.1",
            (
                "--loadEngine=e --useDLACore=1 --warmUp=5000 --duration=60 --iterations=1 "
                "--avgRuns=100 --percentile=50,90,95,99 --infStreams=1 --idleTime=0 --sleepTime=0 "
                "--noDataTransfers --noSpinWait --noCudaGraph --exportTimes=t.json"
            ),
        ),
    ],
)
def test_measure(version: str, expected: str) -> None:
    """What is no default of a version is said; 11 has the opposite defaults."""
    words = measure_words("e", version, TIMING, dla_core=1, times="t.json")

    assert " ".join(words) == expected


def test_measure_on_the_gpu_uses_a_graph() -> None:
    """The protocol's choice; the DLA has none."""
    old, new = (measure_words("e", version, TIMING) for version in ("8.5.2", "11.4.1"))

    assert "--useCudaGraph" in old
    assert "--useCudaGraph" in new
    assert not any("DLA" in word for word in old)


def test_measure_the_other_way_round() -> None:
    """Each setting can be turned, in the words of each version."""
    timing = Timing(0.5, 0.25, 7, transfers=True, spin_wait=True, cuda_graph=False, idle_ms=2.5)
    shapes = {"x": (1, 3, 8, 8), "y": (1, 2)}
    old = measure_words("e", "10.3.0", timing, shapes=shapes)
    new = measure_words("e", "11.4.1", timing)

    assert set(old) > {"--useSpinWait", "--idleTime=2.5", "--duration=0.5", "--warmUp=250"}
    assert set(old) > {"--iterations=7", "--shapes=x:1x3x8x8,y:1x2"}
    assert "--noDataTransfers" not in old
    assert {"--includeDataTransfers", "--useSpinWait", "--noCudaGraph"} < set(new)


@pytest.mark.parametrize("version", MEASURABLE)
def test_every_word_is_known_to_its_version(version: str) -> None:
    """No option that the table does not have for the version."""
    quantization = "explicit" if version == "11.4.1" else "implicit"
    build = EngineBuild("m", "e", 0, "int8", quantization, pools={"dlaSRAM": 0.5})
    words = [
        *build_words(build, version),
        *measure_words("e", version, TIMING, dla_core=0, times="t"),
    ]

    assert all(parses(option_name(word), version) for word in words)


@pytest.mark.parametrize("version", ["10.8.0", "10.16.2.10", "11.0", "11.3", "11.4.0"])
def test_versions_without_a_dla(version: str) -> None:
    """They are refused with the reason of the data; the GPU can be measured."""
    with pytest.raises(UserError, match=rf"this TensorRT \({version}\) has no DLA: \w"):
        measure_words("e", version, TIMING, dla_core=0)
    with pytest.raises(UserError, match="has no DLA"):
        build_words(DLA, version)

    assert measure_words("e", version, TIMING)[0] == "--loadEngine=e"


def test_modules_without_a_dla() -> None:
    """Thor has none, whatever the version."""
    with pytest.raises(UserError, match="No module with Thor has a DLA"):
        measure_words("e", "10.3.0", TIMING, dla_core=0, soc="thor")


@pytest.mark.parametrize("version", ["7.1.3", "8.2.1"])
def test_versions_too_old_to_measure_with(version: str) -> None:
    """Their logs can be brought in."""
    with pytest.raises(UserError, match="python3 -m measure import"):
        measure_words("e", version, TIMING)


def test_unknown_option() -> None:
    """The message names it."""
    with pytest.raises(UserError, match="does not know --buildOnly"):
        check_words(["--buildOnly"], "10.3.0")
    with pytest.raises(UserError, match="does not know --makeCoffee"):
        check_words(["--makeCoffee"], "10.3.0")


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("8.5.2", "--memPoolSize=dlaSRAM:0.5,workspace:64"),
        ("8.6.2", "--memPoolSize=dlaSRAM:0.5,workspace:64"),
        ("10.3.0", "--memPoolSize=dlaSRAM:0.5M,workspace:64M"),
    ],
)
def test_pool_sizes(version: str, expected: str) -> None:
    """Old versions take a bare number of MiB."""
    assert pools_option({"dlaSRAM": 0.5, "workspace": 64}, version) == expected
