"""A child process that can neither fill a pipe, nor outlive its time, nor its parent."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Callable, Mapping, Sequence

from measure.backends import gate
from measure.device.clock import now_ns
from measure.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

POLL_S = 0.02
_LONGEST_LINE = 1 << 16
_END_S = 5.0
"""How long a killed process, or somebody who inherited its streams, is waited for."""

Wait = Callable[[float], None]
"""Waits some seconds; raises when the user wants the end."""


class Child:
    """A program behind a gate, its output kept in a log and stamped line by line.

    Parameters
    ----------
    words
        Program and arguments.
    environment
        Of the program.
    log
        Where the output goes, standard output and errors together.
    on_line
        Called in a thread with each line and its stamp.
    folder
        Where the program runs; None for where this process does.
    """

    def __init__(
        self,
        words: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        on_line: Callable[[str, int], None],
        folder: Path | None = None,
    ) -> None:
        self.words = tuple(words)
        self.log = log
        self._on_line = on_line
        try:
            log.parent.mkdir(parents=True, exist_ok=True)
            self._file = open(str(log), "wb")  # noqa: SIM115 - closed when the process has ended
        except OSError as error:
            raise UserError(f"{log} cannot be written: {error.strerror}") from None
        # A session of its own: Ctrl-C on the terminal reaches the runner alone.
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-S", gate.__file__, str(os.getpid()), *words],
                env=dict(environment),
                cwd=None if folder is None else str(folder),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            self._file.close()
            raise UserError(f"{words[0]} cannot be started: {error.strerror}") from None
        self._reader = threading.Thread(target=self._drain, daemon=True)
        self._reader.start()

    def go(self) -> None:
        """Let the program start."""
        self.send(gate.GO.decode())

    def send(self, text: str) -> None:
        """Write to the program; one that has ended doesn't listen, and its end is seen later."""
        stdin = self.process.stdin
        assert stdin is not None
        with contextlib.suppress(OSError, ValueError):
            stdin.write(text.encode())
            stdin.flush()

    def _drain(self) -> None:
        """Keep all output, and hand each line on with its stamp."""
        stdout = self.process.stdout
        assert stdout is not None
        # Both are closed here, as only this thread knows when nothing more can come.
        with self._file, stdout:
            for line in iter(lambda: stdout.readline(_LONGEST_LINE), b""):
                stamp = now_ns()
                # A full disk must not stop the program; the journal will meet it as well.
                with contextlib.suppress(OSError):
                    self._file.write(line)
                    self._file.flush()
                self._on_line(line.decode("utf-8", "replace").rstrip("\n"), stamp)

    @property
    def running(self) -> bool:
        """Whether the process has not ended."""
        return self.process.poll() is None

    @property
    def code(self) -> int:
        """Exit code of a process that has ended; negative for the signal that killed it."""
        code = self.process.poll()
        # Killed, but held by a driver: it ends as soon as that lets go, if ever.
        return -signal.SIGKILL if code is None else code

    def kill(self) -> None:
        """Kill the process and all that it started."""
        if self.running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.close()

    def close(self) -> None:
        """Wait for the end of a process that is about to end, and let go of its streams."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(_END_S)
        self._reader.join(_END_S)
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()


def wait_for(condition: Callable[[], bool], seconds: float, wait: Wait) -> bool:
    """Say whether a condition came true within a time."""
    end_ns = now_ns() + int(seconds * 1e9)
    while not condition():
        if now_ns() >= end_ns:
            return False
        wait(POLL_S)
    return True
