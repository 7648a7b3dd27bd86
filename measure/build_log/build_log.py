"""Read a whole log: several runs, told apart by their banners."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable

from measure.build_log.failures import FAILED, PASSED
from measure.build_log.grammar import (
    Banner,
    Line,
    banner_of,
    is_command,
    split_line,
    version_of_line,
)
from measure.build_log.messages import FAILURE, REFUSAL, load_messages, match_message
from measure.build_log.reading import LogFile
from measure.build_log.run import Run, Told
from measure.build_log.settings import read_command, read_option
from measure.errors import UserError

Listener = Callable[[Run, Line], None]
"""What also wants to hear the lines of a run that are no list, no engine and no banner."""

_OUTCOMES = {"PASSED": PASSED, "FAILED": FAILED}


@dataclass
class BuildLog:
    """What a log says.

    Parameters
    ----------
    name
        The file's name without its folder.
    notes
        What is odd about the file, one sentence each.
    """

    name: str
    lines: int = 0
    runs: list[Run] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_build_log(path: str, listener: Listener | None = None) -> BuildLog:
    """Read a log; memory grows with what it says, not with its length.

    Parameters
    ----------
    path
        The file, plain or gzip, or ``-`` for standard input.
    """
    load_messages()
    file = LogFile(path)
    reader = _Reader(listener)
    number = 0
    for number, raw in enumerate(file.lines(), start=1):
        reader.read(split_line(number, raw))
    runs = [run for run in reader.runs if run.tells_something]
    if not runs and not reader.tagged:
        raise UserError(
            f"{path}: none of its {number} lines is TensorRT's; "
            "give what trtexec printed, with both streams: trtexec ... > build.log 2>&1"
        )
    notes = [file.cut] if file.cut else []
    if any(run.overlaps for run in runs):
        notes.append("runs overlap in this log: lines may be counted for the wrong one")
    return BuildLog(file.name, number, runs or [Run(1)], notes)


class _Reader:
    """Hand each line to the run that it belongs to."""

    def __init__(self, listener: Listener | None) -> None:
        self.runs: list[Run] = []
        self.tagged = False
        self._listener = listener
        self._open: dict[str, list[Run]] = {}
        self._run = self._begin(1)

    def _begin(self, line: int) -> Run:
        self._run = Run(line)
        self.runs.append(self._run)
        return self._run

    def read(self, line: Line) -> None:
        """Take one line into account."""
        self.tagged = self.tagged or line.tagged
        text, run = line.text, self._run
        if text.startswith("&&&& "):
            banner = banner_of(text)
            if banner:
                self._read_banner(banner, line.number)
        elif run.lists.read(text) or run.engine.read(text):
            pass
        elif text and line.level != "V":
            _read_text(run, line)
            if self._listener:
                self._listener(run, line)

    def _read_banner(self, banner: Banner, line: int) -> None:
        """Begin a run, or end the one that has the same command line."""
        if banner.state == "RUNNING":
            typed_before = not self._run.program and self._run.settings.command
            run = self._run if typed_before else self._begin(line)
        else:
            run = self._ending(banner)
            run.ended = True
            run.outcome = _OUTCOMES.get(banner.state, banner.state.lower())
        run.program = banner.program
        run.version = run.version or banner.version
        if banner.command and not run.settings.command:
            read_command(run.settings, banner.command)
        if run.ended:
            self._begin(line + 1)
        else:
            self._open.setdefault(run.settings.command, []).append(run)

    def _ending(self, banner: Banner) -> Run:
        """Return the run that a last banner ends: the newest open one of that command."""
        open_runs = self._open.get(banner.command, [])
        while open_runs:
            run = open_runs.pop()
            if not run.ended:
                run.overlaps = run.overlaps or run is not self._run
                return run
        return self._run


def _read_text(run: Run, line: Line) -> None:
    """Take a line of no list into account: an option, a version, a message, an error."""
    text = line.text
    if line.level == "I" and ":" in text:
        read_option(run.settings, text)
    if "ersion" in text and version_of_line(text):
        run.version = version_of_line(text)
    if line.level != "I":
        _read_message(run, line)
    if not run.settings.command and "trtexec" in text and is_command(text):
        read_command(run.settings, text.lstrip("$ "))


def _read_message(run: Run, line: Line) -> None:
    """Take a warning, an error or a line without level into account."""
    match = match_message(line.text)
    if match is None:
        if line.level in ("E", "F"):
            run.failed.add_error(line.text)
        return
    told = run.messages.setdefault(
        match.message.key, Told(match.message, 0, line.number, match.text)
    )
    told.count += 1
    if match.message.level == REFUSAL:
        run.refused.add(match, line.number)
    elif match.message.level == FAILURE:
        run.failed.add(match, line.number)
