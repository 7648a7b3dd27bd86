"""Which TensorRT is installed, and how many DLA cores it sees."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from measure.device.lines import short_lines
from measure.device.packages import package_versions, upstream
from measure.target import NOT_USABLE, resolve_target
from measure.trtexec.flags import PROGRAM, parses
from measure.versions import parse_version

if TYPE_CHECKING:
    from measure.device.board import Board
    from measure.device.machine import Machine
    from measure.device.process import Finished

_HEADER = "/usr/include/*/NvInferVersion.h"
_DEFINED = re.compile(
    r"#define\s+NV_TENSORRT_(?P<part>MAJOR|MINOR|PATCH|BUILD)\s+(?P<number>[0-9]{1,6})\b"
)
_PARTS = ("MAJOR", "MINOR", "PATCH", "BUILD")
_PACKAGES = ("libnvinfer[0-9]*", "tensorrt")
_VERSION = re.compile(r"[0-9]{1,4}(\.[0-9]{1,6}){1,3}")

_PYTHON = "python3"
_ASK = (
    "import tensorrt as t; "
    "print('num_DLA_cores', t.Builder(t.Logger(t.Logger.ERROR)).num_DLA_cores)"
)
_ANSWER = re.compile(r"num_DLA_cores (?P<cores>[0-9])")
_NOT_AVAILABLE = re.compile(r"Cannot create DLA engine, [0-9]+ not available")
_PASSED = "&&&& PASSED"
_MOST_CORES = 2


@dataclass(frozen=True)
class TensorRT:
    """The installed TensorRT."""

    version: str
    """10.3.0.30; empty when none was found."""
    basis: str
    """Where that was read; empty when nowhere."""
    trtexec: Path | None
    """The program, here."""


def read_tensorrt(machine: Machine) -> TensorRT:
    """Return the version that the packages state, or the header that programs are built with."""
    trtexec = machine.program(PROGRAM)
    packages = {
        name: upstream(version) for name, version in package_versions(machine, *_PACKAGES).items()
    }
    versions = {name: text for name, text in packages.items() if _VERSION.fullmatch(text)}
    if versions:
        name = max(versions, key=lambda name: (parse_version(versions[name]), name))
        return TensorRT(versions[name], f"package {name}", trtexec)
    for path in machine.glob(_HEADER):
        lines = (_DEFINED.match(line) for line in short_lines(machine.read(path) or ""))
        parts = {match["part"]: match["number"] for match in lines if match}
        if all(part in parts for part in _PARTS):
            return TensorRT(".".join(parts[part] for part in _PARTS), path, trtexec)
    return TensorRT("", "", trtexec)


def probe_dla_cores(machine: Machine, timeout: float = 60.0) -> int | None:
    """Return how many DLA cores TensorRT sees; None where neither way of asking answers.

    The question is put to another process, as an unlucky TensorRT takes its process down.

    Parameters
    ----------
    machine
        The device.
    timeout
        Seconds for each attempt.
    """
    finished = machine.run(_PYTHON, "-c", _ASK, timeout=timeout)
    answers = (_ANSWER.fullmatch(line) for line in short_lines(finished.output))
    found = [int(match["cores"]) for match in answers if match]
    return found[0] if found and finished.ok else _probe_with_trtexec(machine, timeout)


def _probe_with_trtexec(machine: Machine, timeout: float) -> int | None:
    """Build a network of one layer for each DLA core, the last one first."""
    version = read_tensorrt(machine).version
    if not version or machine.program(PROGRAM) is None:
        return None
    with tempfile.TemporaryDirectory(prefix="dla-probe-") as folder:
        model = Path(folder) / "one_layer.onnx"
        _write_one_layer(model)
        for core in reversed(range(_MOST_CORES)):
            words = _build_words(model, core, version)
            available = _is_available(machine.run(PROGRAM, *words, timeout=timeout))
            if available is None:
                return None
            if available:
                return core + 1
    return 0


def _build_words(model: Path, core: int, version: str) -> list[str]:
    """Return the words that let trtexec build for one DLA core and nothing else."""
    words = [f"--onnx={model}", f"--useDLACore={core}", "--allowGPUFallback"]
    words += ["--fp16"] if parses("fp16", version) else []
    build_only = "skipInference" if parses("skipInference", version) else "buildOnly"
    return [*words, f"--{build_only}"]


def _is_available(finished: Finished) -> bool | None:
    """Return whether a build found its DLA core; None where it failed for another reason."""
    if _NOT_AVAILABLE.search(finished.output):
        return False
    return True if finished.ok and _PASSED in finished.output else None


def _write_one_layer(path: Path) -> None:
    """Write a model of one ReLU in half precision, which any DLA runs."""
    from measure.onnx_file.model import Model, Node, Tensor, make_graph
    from measure.onnx_file.writing import iterate_bytes

    tensors = [Tensor(name, (1, 16, 8, 8), data_type="float16") for name in ("input", "output")]
    relu = Node("relu", "Relu", opset=13, inputs=["input"], outputs=["output"])
    graph = make_graph([relu], tensors, ["input"], ["output"], "one_layer")
    model = Model(str(path), graph, ir_version=7, opsets={"": 13})
    path.write_bytes(b"".join(iterate_bytes(model)))


def without_dla(board: Board, version: str) -> str:
    """Return a sentence if the tables know that a TensorRT has no DLA, else nothing.

    Parameters
    ----------
    board
        The board.
    version
        The installed TensorRT; empty when unknown.
    """
    if not (version and board.soc):
        return ""
    target = resolve_target(tensorrt=version, soc=board.soc)
    return "this JetPack's TensorRT has no DLA" if target.dla == NOT_USABLE else ""
