"""A report as lines for a terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Iterator

from measure.device.doctor.report import OK, STOP, WARN
from measure.printable import printable

if TYPE_CHECKING:
    from measure.device.doctor.report import Check, Report

_COLOURS = {OK: "32", WARN: "33", STOP: "1;31"}
_VERDICT_WIDTH = max(map(len, _COLOURS)) + 2
_NARROWEST = 50


def as_text(report: Report, width: int = 100, *, colour: bool = False) -> str:
    """Return a report as text: one line for each check, and its remedy under it.

    Parameters
    ----------
    report
        The report.
    width
        Longest line.
    colour
        Whether the terminal shows colours.
    """
    titles = max(len(check.title) for check in report.checks) + 2
    lines = [
        line
        for check in report.checks
        for line in _lines(check, titles, max(width, _NARROWEST), colour)
    ]
    return "\n".join([*lines, "", _conclusion(report)]) + "\n"


def _lines(check: Check, titles: int, width: int, colour: bool) -> Iterator[str]:
    """Yield the lines of one check."""
    indent = " " * (_VERDICT_WIDTH + titles)
    verdict = check.verdict.ljust(_VERDICT_WIDTH)
    head = verdict + check.title.ljust(titles)
    first, *rest = textwrap.wrap(
        printable(check.found),
        width,
        initial_indent=head,
        subsequent_indent=indent,
        break_on_hyphens=False,
    ) or [head.rstrip()]
    painted = f"\x1b[{_COLOURS[check.verdict]}m{verdict}\x1b[0m" if colour else verdict
    yield painted + first[len(verdict) :]
    yield from rest
    if check.remedy:
        yield from textwrap.wrap(
            printable(check.remedy),
            width,
            initial_indent=indent,
            subsequent_indent=indent,
            break_on_hyphens=False,
        )
    if check.command:
        yield f"{indent}$ {check.command}"


def _conclusion(report: Report) -> str:
    """Return the last line."""
    stops, warnings = report.count(STOP), report.count(WARN)
    noted = f", {warnings} to note" if warnings else ""
    if stops:
        things = "thing stops" if stops == 1 else "things stop"
        return f"{stops} {things} a measurement{noted}."
    return f"Nothing stops a measurement{noted}."
