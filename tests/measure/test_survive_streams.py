"""Streams that are closed, full or not read to the end; help that is light."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from measure.__main__ import COMMANDS
from tests.measure.enduring import hold
from tests.measure.surviving import ROOT, Answer
from tests.measure.trtexec.files import CORPUS

if TYPE_CHECKING:
    from pathlib import Path

IMPORT = f"import --trtexec {CORPUS / 'trt103_dla.log'} --json"
SPEAKING = (
    "doctor",
    "doctor --json",
    "networks --list",
    "run --plan",
    "run --plan --json",
    "compare --json",
    "restore --status",
    "rights",
    "--help",
    "rows --help",
    IMPORT,
)
"""Calls that print something, and ask for nothing that takes long."""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands write nowhere else."""
    monkeypatch.setenv("DLA_MEASURE_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("DLA_MEASURE_ROOT", str(tmp_path))


def shell(call: str, ending: str) -> Answer:
    """Return what a call of the program says in a shell."""
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m measure {call} {ending}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full disk here")
@pytest.mark.parametrize("call", SPEAKING)
def test_full_disk(call: str) -> None:
    """What could not be written is said, once."""
    answer = shell(call, "> /dev/full")

    hold(answer)
    assert answer.code == 2
    assert "No space left" in answer.err


@pytest.mark.parametrize("call", SPEAKING)
def test_closed_output(call: str) -> None:
    """So is it where nothing can be written to."""
    answer = shell(call, ">&-")

    hold(answer)
    assert (answer.code, answer.err) == (2, "error: standard output is closed\n")


@pytest.mark.parametrize("call", SPEAKING)
def test_head(call: str) -> None:
    """A reader that has enough is no error."""
    answer = shell(call, "| head -c 1; exit ${PIPESTATUS[0]}")

    assert answer.code in (0, 3)
    assert "error" not in answer.err


@pytest.mark.parametrize("ending", ["2>&-", "2> /dev/full"])
@pytest.mark.parametrize("call", ["networks --network ssd-mobilenet-v1", "run --networks x"])
def test_nobody_hears(call: str, ending: str, tmp_path: Path) -> None:
    """Whether standard error can be written changes neither code nor output."""
    heard, unheard = shell(call, ""), shell(call, ending)

    assert (unheard.code, unheard.out) == (heard.code, heard.out)
    assert unheard.err == ""
    assert len(list(tmp_path.rglob("*.onnx"))) == heard.out.count(".onnx")


HEAVY = ("numpy", "onnx", "onnxruntime", "jsonschema", "jinja2", "scipy")


def test_help_is_light() -> None:
    """No help imports what it takes a second to import."""
    code = """
import contextlib, io, sys
from measure.__main__ import COMMANDS, build_parser
for name in COMMANDS:
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
        build_parser(name).parse_args([name, "--help"])
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert "measure" in loaded.stdout.split()
    assert not set(HEAVY) & set(loaded.stdout.split())
    assert len(COMMANDS) >= 10
