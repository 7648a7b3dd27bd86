from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from measure.backends.failures import why

if TYPE_CHECKING:
    from pathlib import Path

BANNER = "&&&& {} TensorRT.trtexec [TensorRT v100300] # trtexec --loadEngine=e"


def log(folder: Path, *lines: str, end: str = "FAILED") -> Path:
    """Return a log with some error lines."""
    stamp = "[11/21/2026-06:49:24] [E] "
    texts = [BANNER.format("RUNNING"), *(stamp + line for line in lines)]
    if end:
        texts.append(BANNER.format(end))
    path = folder / "log"
    path.write_text("\n".join(texts) + "\n")
    return path


def test_passed(tmp_path: Path) -> None:
    """Exit code and banner together are a success."""
    assert why(0, log(tmp_path, end="PASSED")) is None


@pytest.mark.parametrize(
    ("code", "line", "kind", "said"),
    [
        (1, "Cannot create DLA engine, 0 not available", "no_dla", "0 not available"),
        (1, "Error Code 2: OutOfMemory (no further information)", "out_of_memory", "OutOfMemory"),
        (1, "DLA (Failure to submit program to DLA engine.)", "device_lost", "submit program"),
        (1, "Unknown option: --buildOnly", "unknown_option", "--buildOnly"),
        (1, "Engine deserialization failed", "engine_unusable", "deserialization"),
        (1, "Saving engine to file failed.", "disk_full", "Saving engine"),
        (1, "Failed to parse onnx file", "model_unusable", "parse"),
        (1, "BuilderFlag::kDIRECT_IO specified but no conformant implementation exists", "m19",
         "Direct input"),
        (1, "Something nobody knows", "failed", "Something nobody knows"),
        (-11, "", "crashed", "signal 11"),
        (-9, "", "killed", "memory runs out"),
    ],
)  # fmt: skip
def test_classes(tmp_path: Path, code: int, line: str, kind: str, said: str) -> None:
    """The log or the end tells the class, and the text is that of the line."""
    problem = why(code, log(tmp_path, *[line] * bool(line)))

    assert problem is not None
    assert problem.code == kind
    assert said in problem.text


def test_a_cause_goes_before_the_end(tmp_path: Path) -> None:
    """The last line of a failed build names no cause; the one before does."""
    cause = "Layer 'softmax' is not supported on DLA but GPU fallback is not enabled"
    problem = why(1, log(tmp_path, "Engine could not be created from network", cause))

    assert problem is not None
    assert problem.code == "f1"
    bare = why(1, log(tmp_path, "Engine could not be created from network"))
    assert bare is not None
    assert bare.code == "f3"


def test_garbage_and_silence(tmp_path: Path) -> None:
    """A program that ends well and says nothing of the kind was not trtexec as it is known."""
    path = tmp_path / "log"
    path.write_bytes(bytes(range(256)) * 4)
    problem = why(0, path)
    silent = why(1, tmp_path / "missing")

    assert problem is not None
    assert problem.code == "garbage"
    assert silent is not None
    assert (silent.code, silent.text) == ("failed", "trtexec ended with 1 and did not say PASSED")


def test_passed_with_an_error_code(tmp_path: Path) -> None:
    """The exit code has the last word."""
    problem = why(2, log(tmp_path, end="PASSED"))

    assert problem is not None
    assert problem.text == "trtexec ended with 2"


def test_hung(tmp_path: Path) -> None:
    """A program that had to be killed hung, whatever it said."""
    problem = why(-9, log(tmp_path, end=""), hung_s=12)

    assert problem is not None
    assert problem.code == "hung"
    assert "12 s" in problem.text
