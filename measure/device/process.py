"""Run a program to its end, whatever it does."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import time
from dataclasses import dataclass

LARGEST_OUTPUT = 8 << 20
"""Bytes of a program's output that are kept; what follows is read and dropped."""

TIMED_OUT, CANNOT_START = 124, 126
"""Exit codes as a shell gives them."""

_GRACE_S = 1.0
"""How long a killed program may take to go."""


@dataclass(frozen=True)
class Finished:
    """A program that has run, or couldn't."""

    words: tuple[str, ...]
    """The command line."""
    code: int
    """Exit code; 124 after a timeout, 127 when missing, minus the signal when killed."""
    output: str
    """What it wrote."""
    seconds: float
    """How long it ran."""
    missing: bool = False
    timed_out: bool = False

    @property
    def ok(self) -> bool:
        """Whether it ended with exit code 0."""
        return self.code == 0


def run_program(
    words: tuple[str, ...],
    environment: dict[str, str],
    *,
    timeout: float,
    stdin: str = "",
    merge: bool = True,
) -> Finished:
    """Run a program in its own process group and return how it ended.

    Parameters
    ----------
    words
        The path of the program and its arguments.
    environment
        Its environment.
    timeout
        Seconds after which the whole group is killed.
    stdin
        What it reads, a few lines.
    merge
        Whether standard error goes to the output, or nowhere.
    """
    began = time.monotonic()
    try:
        process = subprocess.Popen(
            words,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if merge else subprocess.DEVNULL,
            start_new_session=True,
            bufsize=0,
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Finished(words, CANNOT_START, reason, time.monotonic() - began)
    try:
        _hand_over(process, stdin)
        data, in_time = _collect(process, began + timeout)
    finally:
        _end(process)
    output = data.decode("utf-8", "replace").replace("\0", "\n")
    code = process.returncode if in_time and process.returncode is not None else TIMED_OUT
    return Finished(words, code, output, time.monotonic() - began, timed_out=not in_time)


def _hand_over(process: subprocess.Popen[bytes], text: str) -> None:
    """Give a program its input, as far as its pipe takes it; it may be gone already."""
    assert process.stdin is not None
    with process.stdin as pipe, contextlib.suppress(OSError):
        os.set_blocking(pipe.fileno(), False)
        pipe.write(text.encode())


def _collect(process: subprocess.Popen[bytes], deadline: float) -> tuple[bytes, bool]:
    """Read a program's output until it ends; say whether that was in time.

    A program may leave a child behind that keeps the pipe open: its own end counts.
    """
    assert process.stdout is not None
    pipe = process.stdout.fileno()
    kept: list[bytes] = []
    size = 0
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            return b"".join(kept), False
        ready, _, _ = select.select([pipe], [], [], min(left, 0.05))
        part = os.read(pipe, 1 << 16) if ready else None
        if part:
            kept.append(part[: LARGEST_OUTPUT - size])
            size += len(kept[-1])
        elif part is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(deadline - time.monotonic(), 0))
            return b"".join(kept), process.returncode is not None
        elif process.poll() is not None:
            return b"".join(kept), True


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing of a program behind; one that runs as root may refuse to be killed."""
    if process.poll() is None:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_S)
    assert process.stdout is not None
    process.stdout.close()
