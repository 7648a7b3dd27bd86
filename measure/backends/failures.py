"""Why a run of trtexec failed, by its end and its log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from measure.backends.base import Problem
from measure.build_log.failures import PASSED
from measure.errors import UserError
from measure.trtexec.log import read_trtexec_log

if TYPE_CHECKING:
    from pathlib import Path

    from measure.trtexec.log import TrtexecRun

HUNG, CRASHED, KILLED, GARBAGE, FAILED = "hung", "crashed", "killed", "garbage", "failed"
WRONG_VERSION = "wrong_version"

_PATTERNS = (
    ("no_dla", re.compile(r"Cannot create DLA engine, .* not available")),
    ("out_of_memory", re.compile(r"out ?of ?memory|std::bad_alloc|cannot allocate", re.I)),
    (
        "device_lost",
        re.compile(
            r"submit program to DLA engine|DLA Error in submit|NVMEDIA_DLA|dlaContext"
            r"|(?:launch|illegal|unspecified).*\bfailure\b|device.*lost",
            re.I,
        ),
    ),
    ("unknown_option", re.compile(r"Unknown option")),
    ("engine_unusable", re.compile(r"[Ee]ngine deserialization failed|Error opening engine file")),
    ("disk_full", re.compile(r"No space left on device|Saving engine to file failed")),
    ("model_unusable", re.compile(r"Failed to parse onnx file|Model missing or format")),
)
_NAMES_NO_CAUSE = ("f3",)
"""Messages that only say that a build failed."""
_LAST = 200
_LONGEST = 300
_SIGKILL = -9


def read_run(log: Path) -> TrtexecRun | None:
    """Return the last run in a log; None if there is none."""
    try:
        runs = read_trtexec_log(str(log)).runs
    except UserError:
        return None
    return runs[-1] if runs else None


def why(code: int, log: Path, *, version: str = "", hung_s: float | None = None) -> Problem | None:
    """Return why a run failed; None if it did not.

    Parameters
    ----------
    code
        Exit code; negative for a signal.
    log
        All that was printed.
    version
        The TensorRT that is installed; a trtexec of another one proves nothing about it.
    hung_s
        Seconds after which it was killed, if it was.
    """
    if hung_s is not None:
        return Problem(HUNG, f"trtexec did not end within {hung_s:.3g} s and was killed")
    run = read_run(log)
    passed = run is not None and run.run.outcome == PASSED
    if run is not None and version and run.version and not _is_same(run.version, version):
        text = f"trtexec is of TensorRT {run.version}, the installed package of {version}"
        return Problem(WRONG_VERSION, text)
    if code == 0 and passed:
        return None
    lines = _last_lines(log)
    for line in lines:
        for kind, pattern in _PATTERNS:
            if pattern.search(line):
                return Problem(kind, f"trtexec: {line}")
    if code == _SIGKILL:
        return Problem(KILLED, "trtexec was killed; the kernel does so when memory runs out")
    if code < 0:
        return Problem(CRASHED, f"trtexec crashed (signal {-code})")
    return _told(run, code) or Problem(
        GARBAGE if code == 0 else FAILED,
        f"trtexec ended with {code}" + ("" if passed else " and did not say PASSED"),
    )


def _is_same(printed: str, installed: str) -> bool:
    """Say whether two versions agree as far as both go; a log leaves out the build."""
    pairs = zip(printed.split("."), installed.split("."))
    return all(one == other for one, other in pairs)


def _told(run: TrtexecRun | None, code: int) -> Problem | None:
    """Return what the log's own words say, as far as they are understood."""
    if run is None:
        return None
    failures = run.run.failed.failures
    for key, failure in sorted(failures.items(), key=lambda item: item[0] in _NAMES_NO_CAUSE):
        return Problem(key, f"{failure.message.title}: {failure.text}"[:_LONGEST])
    for text in run.run.failed.errors[:1]:
        return Problem(FAILED, f"trtexec: {text}"[:_LONGEST])
    return None


def _last_lines(log: Path) -> list[str]:
    """Return the last lines of a log, each short enough to show, without level and stamp."""
    try:
        data = log.read_bytes()
    except OSError:
        return []
    lines = data.decode("utf-8", "replace").splitlines()[-_LAST:]
    return [re.sub(r"^\[\d\d/[^]]*\] \[\w\] ", "", line)[:_LONGEST] for line in lines]
