from __future__ import annotations

import io

from measure.run.progress import Progress


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


def test_bar_on_a_terminal() -> None:
    """A terminal shows share, remaining time and what is being done, in one line."""
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


def test_nobody_reads_along() -> None:
    """A terminal that is gone doesn't end the run."""
    Progress(1, Gone()).say("done")
