"""The option dump and the conditions it states."""

from __future__ import annotations

import pytest

from measure.build_log.grammar import split_line
from measure.trtexec.options import Conditions, OptionReader, read_conditions
from tests.measure.trtexec.files import only_run


def _read(*lines: str) -> OptionReader:
    reader = OptionReader()
    for number, line in enumerate(lines, start=1):
        reader.read(split_line(number, f"[01/01/2024-00:00:00] [I] {line}"))
    return reader


@pytest.mark.parametrize(
    ("name", "transfers", "spin_wait", "cuda_graph", "streams", "warmup_ms", "duration_s"),
    [
        ("trt71_implicit.log", "included", False, False, 1, 500, 4),
        ("trt82_implicit.log", "excluded", True, True, 1, 200, 5),
        ("trt84_loaded.log", "included", False, False, 2, 200, 3),
        ("trt85_shapes.log", "excluded", True, False, 1, 200, 3),
        ("trt86_streams.log", "included", False, False, 3, 200, 3),
        # Without a dump the defaults of version 11 hold where the command says nothing else.
        ("trt111_loaded.log", "excluded", False, True, 1, 2000, 10),
    ],
)
def test_conditions(
    name: str,
    transfers: str,
    spin_wait: bool,
    cuda_graph: bool,
    streams: int,
    warmup_ms: float,
    duration_s: float,
) -> None:
    """Each version's dump tells what changes the time."""
    found = only_run(name).conditions

    assert (transfers, spin_wait, cuda_graph, streams, warmup_ms, duration_s) == (
        found.transfers,
        found.spin_wait,
        found.cuda_graph,
        found.streams,
        found.warmup_ms,
        found.duration_s,
    )


def test_counts() -> None:
    """Iterations and sparsity are read as well."""
    assert only_run("trt71_implicit.log").conditions.iterations == 20
    assert only_run("trt85_shapes.log").conditions.sparsity == "Enabled"


def test_dump_is_kept_by_section() -> None:
    """Keys stay as they are printed; what is printed for each input is kept together."""
    options = only_run("trt86_streams.log").options

    assert options["Build Options"]["Precision"] == "FP32+FP16"
    assert options["System Options"]["DLACore"] == ""
    shapes = options["Inference Options"]["Input inference shape"]
    assert shapes == "left=2x3x96x96, right=2x3x96x96"


@pytest.mark.parametrize(
    ("command", "tensorrt", "expected"),
    [
        ("", "10.3.0", Conditions()),
        ("trtexec --onnx=m", "", Conditions()),
        (
            "trtexec --loadEngine=e --useSpinWait --useCudaGraph --streams=4",
            "8.4.1",
            Conditions("included", True, True, 4, 200, 3, 10, "", "command"),
        ),
        (
            "trtexec --loadEngine=e --useDLACore=0 --includeDataTransfers --warmUp=x",
            "11.4.1",
            Conditions("included", True, False, 1, None, 3, 10, "", "command"),
        ),
    ],
)
def test_conditions_of_a_command(command: str, tensorrt: str, expected: Conditions) -> None:
    """Defaults count only where the version is known; version 11 has the opposite ones."""
    assert read_conditions({}, command, tensorrt) == expected


def test_conditions_of_version_7_0() -> None:
    """The warm-up stands behind the iterations there."""
    dump = {
        "Batch": "1",
        "Iterations": "10 (200 ms warm up)",
        "Duration": "3s",
        "Streams": "2",
        "Spin-wait": "Disabled",
        "CUDA Graph": "Disabled",
    }

    assert read_conditions({"Inference Options": dump}, "", "") == Conditions(
        "included", False, False, 2, 200, 3, 10, "", "dump"
    )


def test_unreadable_values_stay_unknown() -> None:
    """A dump of another form leaves the conditions open."""
    sections = {"Inference Options": {"Duration": "long", "Streams": "many", "Iterations": "10"}}

    assert read_conditions(sections, "", "") == Conditions(iterations=10, basis="dump")


def test_sections_end() -> None:
    """A line that is no option ends a section, and so does the title of anything else."""
    reader = _read(
        "=== Build Options ===",
        "Refit: Disabled",
        "Dump refittable layers:Disabled",
        "Start parsing network model.",
        "Late: value",
        "=== Inference Options ===",
        "=== Performance summary ===",
        "Throughput: 1 qps",
    )

    assert reader.sections == {
        "Build Options": {"Refit": "Disabled", "Dump refittable layers": "Disabled"},
        "Inference Options": {},
    }


def test_a_section_has_an_end_to_its_size() -> None:
    """Garbage that looks like options does not fill the memory."""
    reader = _read("=== Build Options ===", *(f"key{i}: {'v' * 2000}" for i in range(500)))

    section = reader.sections["Build Options"]
    assert len(section) == 200
    assert max(map(len, section.values())) == 1000
