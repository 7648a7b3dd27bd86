"""Verdicts from logs written by hand after the grammar of each version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from measure.build_log.build_log import read_build_log
from measure.one_operator.network import network_of
from measure.one_operator.verdict import (
    ACCEPTED,
    PARTLY,
    REFUSED,
    UNKNOWN,
    Outcome,
    outcome_of,
)
from tests.measure.one_operator.cases import a_case

if TYPE_CHECKING:
    from pathlib import Path

STAMP = "[11/21/2026-06:00:00]"
COMMAND = "trtexec --onnx=model.onnx --useDLACore=0 --allowGPUFallback --verbose"
DIGITS = {"8.5.2": "v8502", "10.3.0": "v100300", "11.4.1": "v110401"}
VERSIONS = tuple(DIGITS)

UNSUPPORTED = (
    "W Layer 'subject' (REDUCE): Unsupported on DLA. Switching this layer's device type to GPU."
)
REASON = "W subject: DLA cores do not support AVG Reduce operation."
TITLE_DLA, TITLE_GPU = (
    "---------- Layers Running on DLA ----------",
    ("---------- Layers Running on GPU ----------"),
)
NODE = "{ForeignNode[subject]}"
ROW_DLA = f"Layer(DLA): {NODE}, Tactic: 0x3, a (Half[1,8,4,4]) -> b (Half[1,8,4,4])"
ROW_GPU = "Layer(PointWiseV2): subject, Tactic: 0x0, a (Half[1,8,4,4]) -> b (Half[1,8,4,4])"


def verdict(folder: Path, version: str, *lines: str, end: str = "PASSED", **stated: Any) -> Outcome:
    """Return the verdict on a log; a line begins with its level, or is one without a stamp."""
    tag = f"TensorRT.trtexec [TensorRT {DIGITS[version]}] # {COMMAND}"
    written = [f"&&&& RUNNING {tag}"]
    for line in lines:
        level, _, text = line.partition(" ")
        stamped = f"{STAMP} [{level}] [TRT] {text}"
        written.append(stamped if len(level) == 1 else line)
    written += [f"&&&& {end} {tag}"] if end else []
    path = folder / "build.log"
    path.write_text("\n".join(written) + "\n", encoding="utf-8")
    (run,) = read_build_log(str(path)).runs
    case = a_case("Relu", **{"input_shape": [1, 8, 4, 4], **stated})
    return outcome_of(run, network_of(case).graph)


def lists(version: str, dla: str, gpu: str = "") -> tuple[str, ...]:
    """Return the lists as a version prints them: settled with 8.5, candidates from 10 on."""
    level = "I" if version.startswith("8.") else "V"
    lines = [f"{level} {TITLE_DLA}", *([f"{level} [DlaLayer] {dla}"] if dla else [])]
    lines += [f"{level} {TITLE_GPU}", *([f"{level} [GpuLayer] {gpu}"] if gpu else [])]
    return tuple(lines)


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_offloaded_alone(tmp_path: Path, version: str) -> None:
    """From 10 on a candidate counts when all candidates were offloaded."""
    said = (
        *lists(version, "subject"),
        f"V {NODE} successfully offloaded to DLA.",
        "V Number of DLA node candidates offloaded : 1 out of 1",
        "V Engine Layer Information:",
        ROW_DLA,
    )

    assert verdict(tmp_path, version, *said) == Outcome(ACCEPTED, NODE, "i2")


def test_listed_alone(tmp_path: Path) -> None:
    """8.5 lists subgraphs when they are settled."""
    outcome = verdict(tmp_path, "8.5.2", *lists("8.5.2", NODE))

    assert outcome == Outcome(ACCEPTED, NODE, "i1")


def test_between_its_neighbours(tmp_path: Path) -> None:
    """A subgraph names its ends; what lies on the way from one to the other is in it."""
    stated: dict[str, Any] = {"producers": ["Relu"], "consumers": ["Relu"]}
    node = "{ForeignNode[producer_0...consumer_0]}"

    found = verdict(tmp_path, "8.5.2", *lists("8.5.2", node), **stated)

    assert found == Outcome(ACCEPTED, node, "i1")


def test_neighbours_alone_prove_nothing(tmp_path: Path) -> None:
    """A subgraph of a neighbour says nothing of the operator."""
    stated: dict[str, Any] = {"consumers": ["Relu"]}

    found = verdict(tmp_path, "8.5.2", *lists("8.5.2", "{ForeignNode[consumer_0]}"), **stated)

    assert found.verdict == UNKNOWN


@pytest.mark.parametrize("version", VERSIONS)
def test_refused_with_a_reason(tmp_path: Path, version: str) -> None:
    """The line that a rule stands behind tells more than the one that only says no."""
    said = (REASON, UNSUPPORTED, *lists(version, "", "REDUCE: subject"))

    outcome = verdict(tmp_path, version, *said)

    assert outcome == Outcome(REFUSED, REASON[2:], "m7", "reduce.op")


@pytest.mark.parametrize("version", VERSIONS)
def test_refused_without_a_reason(tmp_path: Path, version: str) -> None:
    """The plain refusal is what is quoted."""
    outcome = verdict(tmp_path, version, UNSUPPORTED)

    assert outcome == Outcome(REFUSED, UNSUPPORTED[2:], "m1")


def test_refusal_stands_though_the_build_failed(tmp_path: Path) -> None:
    """What came of the rest of the build takes nothing back."""
    outcome = verdict(tmp_path, "10.3.0", UNSUPPORTED, "E Engine set up failed", end="FAILED")

    assert outcome.verdict == REFUSED


def test_on_the_gpu_without_a_word(tmp_path: Path) -> None:
    """An engine that has it on the GPU is a refusal as well; its row is the witness."""
    settled = verdict(tmp_path, "8.5.2", *lists("8.5.2", "", "UNARY: subject"))
    rows = verdict(tmp_path, "10.3.0", "V Engine Layer Information:", ROW_GPU)

    assert settled == Outcome(REFUSED, "[GpuLayer] UNARY: subject", "i1")
    assert rows == Outcome(REFUSED, "[GpuLayer] PointWiseV2: subject", "i1")


def test_nothing_can_run_on_the_dla(tmp_path: Path) -> None:
    """A message about all layers is one about the only one."""
    said = "W setDefaultDeviceType was called but no layer in the network can run on DLA."

    assert verdict(tmp_path, "8.5.2", said) == Outcome(REFUSED, said[2:], "m3")


def test_in_part(tmp_path: Path) -> None:
    """An operator of several layers, of which one is refused, is neither."""
    said = (
        UNSUPPORTED.replace("'subject' (REDUCE)", "'subject_1' (SHUFFLE)"),
        *lists("8.5.2", NODE, "SHUFFLE: subject_1"),
    )

    outcome = verdict(tmp_path, "8.5.2", *said)

    assert (outcome.verdict, outcome.message) == (PARTLY, "m1")


def test_helpers_are_not_the_operator(tmp_path: Path) -> None:
    """Constants and changes of shape that TensorRT adds are refused all the time."""
    said = (
        UNSUPPORTED.replace("'subject' (REDUCE)", "'(Unnamed Layer* 0) [Constant]' (CONSTANT)"),
        *lists("8.5.2", NODE),
    )

    assert verdict(tmp_path, "8.5.2", *said).verdict == ACCEPTED


def test_refused_for_the_sake_of_the_network(tmp_path: Path) -> None:
    """That there are too many subgraphs is no property of an operator."""
    said = "W DLA supports only 8 subgraphs per DLA core. Switching to GPU for layer subject"

    outcome = verdict(tmp_path, "8.5.2", said)

    assert (outcome.verdict, outcome.message) == (UNKNOWN, "m16")


@pytest.mark.parametrize("end", ["PASSED", "FAILED", ""])
def test_a_log_that_does_not_say(tmp_path: Path, end: str) -> None:
    """Unknown stays unknown."""
    assert verdict(tmp_path, "10.3.0", "I Start parsing network model", end=end).verdict == UNKNOWN


def test_listed_and_then_failed(tmp_path: Path) -> None:
    """Of an engine that was not built nothing is on the DLA."""
    outcome = verdict(tmp_path, "8.5.2", *lists("8.5.2", NODE), end="FAILED")

    assert outcome.verdict == UNKNOWN


def test_no_build_at_all() -> None:
    """An empty log."""
    case = a_case("Relu", input_shape=[1, 8, 4, 4])

    assert outcome_of(None, network_of(case).graph).verdict == UNKNOWN
