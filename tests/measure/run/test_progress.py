from __future__ import annotations

import fcntl
import io
import os
import pty
import struct
import termios
from typing import TYPE_CHECKING

from measure.run.progress import Progress

if TYPE_CHECKING:
    import pytest


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        """Be one."""
        return True


class Gone(io.StringIO):
    def write(self, text: str) -> int:
        """Have nobody who reads."""
        raise OSError


def test_elsewhere_only_lines_that_stay() -> None:
    """A log gets a line for each step that is done, and nothing that is written over."""
    stream = io.StringIO()
    progress = Progress(100, stream)
    progress.step("loading")
    progress.say("done")
    progress.end()

    assert stream.getvalue() == "done\n"


def test_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal shows share, remaining time and what is being done, in one line."""
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    progress = Progress(600, stream)
    progress.step("loading")
    progress.add(300)
    progress.step("more")
    progress.say("done")
    progress.end()

    text = stream.getvalue()
    assert "  0%  10 min left  loading" in text
    assert " 50%  " in text
    assert " left  more" in text
    assert text.count("\n") == 1
    assert text.endswith("\r\x1b[Kdone\n")


def test_a_line_fits_into_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that wraps could not be written over, and each step would leave a piece of it."""
    monkeypatch.setenv("TERM", "xterm")
    terminal, end = pty.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
    with os.fdopen(end, "w", encoding="utf-8") as stream:
        Progress(600, stream).step("resnet-50, DLA cores 0+1, int8, dense, batch 2, 50w: load 3")
        shown = os.read(terminal, 4096).decode()
    os.close(terminal)

    bar = shown.rpartition("\x1b[K")[2]
    assert bar.endswith(" 10 min left ")
    assert len(bar) == 39


def test_a_terminal_that_cannot_write_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """It gets what a log gets."""
    monkeypatch.setenv("TERM", "dumb")
    stream = Terminal()
    progress = Progress(100, stream)
    progress.step("loading")
    progress.say("done")
    progress.end()

    assert stream.getvalue() == "done\n"


def test_nobody_reads_along() -> None:
    """A terminal that is gone doesn't end the run."""
    Progress(1, Gone()).say("done")
