"""Say how far a run is: one line that is written over on a terminal, one per step elsewhere."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from measure.device.clock import now_ns
from measure.run.durations import in_words

_BAR = 20
_CLEAR = "\r\x1b[K"
_USUAL_COLUMNS = 80


class Progress:
    """Counts the seconds of work done against those expected.

    Parameters
    ----------
    expected_s
        Seconds of the whole run.
    stream
        Where to write; standard error, so that results can be piped.
    """

    def __init__(self, expected_s: float, stream: TextIO | None = None) -> None:
        # A process may be started without standard error.
        self._stream: TextIO | None = stream or sys.stderr
        self._expected_s = max(expected_s, 1.0)
        self._began_ns = now_ns()
        self._done_s = 0.0
        obeys = os.environ.get("TERM") != "dumb"
        self._on_terminal = obeys and self._stream is not None and self._stream.isatty()
        self._open = False

    def say(self, text: str) -> None:
        """Write a line that stays."""
        self._clear()
        self._write(text + "\n")

    def step(self, text: str) -> None:
        """Say what is being done now; shown on a terminal only."""
        if not self._on_terminal:
            return
        share = min(self._done_s / self._expected_s, 1.0)
        filled = int(share * _BAR)
        bar = "█" * filled + "·" * (_BAR - filled)
        line = f"{bar} {share:4.0%}  {in_words(self.left_s)} left  {text}"
        # A line that wraps cannot be written over.
        self._write(_CLEAR + line[: self._columns - 1])
        self._open = True

    def add(self, seconds: float) -> None:
        """Count work as done that was expected to take some seconds."""
        self._done_s += seconds

    @property
    def left_s(self) -> float:
        """Return the remaining seconds, by the pace so far once there is one."""
        left_s = max(self._expected_s - self._done_s, 0.0)
        spent_s = (now_ns() - self._began_ns) / 1e9
        if self._done_s < 0.05 * self._expected_s:
            return left_s
        return left_s * spent_s / self._done_s

    @property
    def _columns(self) -> int:
        """Return how wide the terminal is now."""
        try:
            assert self._stream is not None
            columns = os.get_terminal_size(self._stream.fileno()).columns
        except (OSError, ValueError):
            columns = 0
        return columns or _USUAL_COLUMNS

    def end(self) -> None:
        """Leave the terminal with an empty line to go on with."""
        self._clear()

    def _clear(self) -> None:
        if self._open:
            self._write(_CLEAR)
            self._open = False

    def _write(self, text: str) -> None:
        if self._stream is None:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, UnicodeEncodeError):
            # Nobody reads along; the journal has it all.
            return
