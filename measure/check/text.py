"""A report as text for a terminal."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Iterator, Sequence

from measure.check.trtexec import written
from measure.check.wording import (
    bytes_text,
    cluster,
    counted,
    group_message,
    group_title,
    here,
    listing,
    target_line,
    verdict,
)
from measure.printable import safe
from measure.rules import UNKNOWN

if TYPE_CHECKING:
    from measure.check.report import Group, Report

CLUSTERS_SHOWN = 6
NAMES_SHOWN = 3
VALUES_SHOWN = 4
NARROWEST = 40

BOLD, DIM, RED, GREEN, YELLOW = "1", "2", "31", "32", "33"


@dataclass(frozen=True)
class _Style:
    """How wide lines are, and whether they have colours."""

    width: int
    colour: bool

    def paint(self, text: str, code: str) -> str:
        """Return text in a colour or weight."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text

    def wrap(self, text: str, indent: str = "  ", first: str | None = None) -> str:
        """Return text on lines that fit, all but the first indented."""
        return textwrap.fill(
            text,
            width=max(self.width, NARROWEST),
            initial_indent=indent if first is None else first,
            subsequent_indent=indent,
            break_on_hyphens=False,
        )


def as_text(report: Report, width: int = 100, *, colour: bool = False) -> str:
    """Return a report that is read in seconds: verdict, causes, warnings, command.

    Parameters
    ----------
    width
        Longest line; commands and words that are longer than it stay whole.
    colour
        Whether the terminal shows colours.
    """
    style = _Style(width, colour)
    return "\n".join(_lines(report, style)) + "\n"


def _lines(report: Report, style: _Style) -> Iterator[str]:
    yield style.wrap(f"{safe(PurePath(report.model).name)}: {target_line(report)}", "  ", "")
    colour = GREEN if report.all_on_dla else YELLOW
    yield style.paint(style.wrap(verdict(report), "", ""), f"{BOLD};{colour}")
    for reason in report.network:
        yield style.wrap(
            f"{reason.message} {here(reason)} {reason.fix} [{reason.rule}]", "  ", "! "
        )
    clusters = cluster(report.groups)
    if clusters:
        yield ""
        for groups in clusters[:CLUSTERS_SHOWN]:
            yield from _cluster_lines(groups, style)
        more = len(clusters) - CLUSTERS_SHOWN
        if more > 0:
            yield f"  … and {counted(more, 'more cause')}; --json and --html list all"
    if report.advice:
        yield ""
        yield style.wrap(f"What brings most: {report.advice.message}", "  ", "")
    ends = list(_end_lines(report, style))
    if ends:
        yield ""
        yield from ends
    if report.warnings or report.notes:
        yield ""
        for warning in report.warnings:
            yield style.wrap(warning.message, "  ", style.paint("warning: ", YELLOW))
        for note in report.notes:
            yield style.wrap(safe(note, 400), "  ", "note: ")
    if report.command:
        yield ""
        yield "Confirm on the device:"
        yield textwrap.indent(written(report.command, max(style.width - 4, NARROWEST)), "  ")


def _cluster_lines(groups: Sequence[Group], style: _Style) -> Iterator[str]:
    """Yield the causes that the same nodes have, with their remedies."""
    first = groups[0]
    place = " (unknown)" if first.placement == UNKNOWN else ""
    yield "  " + style.paint(f"{group_title(first)}{place}", BOLD)
    for group in groups:
        likely = ", likely" if group.severity == "likely" else ""
        yield style.wrap(
            f"{group_message(group, VALUES_SHOWN)} [{group.rule}{likely}]", "        ", "      - "
        )
    for fix in dict.fromkeys(group.fix for group in groups if group.fix):
        yield style.wrap(f"Fix: {fix}", "        ", "      ")
    names = listing([node.name for node in first.nodes], NAMES_SHOWN)
    yield style.wrap(f"Nodes: {names}", "        ", "      ")


def _end_lines(report: Report, style: _Style) -> Iterator[str]:
    """Yield what crosses the borders, and how to hand tensors over without conversion."""
    inner = [
        border
        for border in report.borders
        if border.source not in ("input",) and border.destination != "output"
    ]
    if inner:
        tensors = sum(len(border.tensors) for border in inner)
        known = sum(border.n_bytes or 0 for border in inner)
        unknown = any(border.n_bytes is None for border in inner)
        size = f"{'at least ' if unknown else ''}{bytes_text(known)}"
        yield style.wrap(
            f"Borders inside the network: {counted(tensors, 'tensor')}, {size} an inference.",
            "  ",
            "",
        )
    taken = [end for end in report.formats if end.side == "dla"]
    if taken:
        listed = "; ".join(f"{safe(end.name)} {end.format}" for end in taken[:NAMES_SHOWN])
        more = len(taken) - NAMES_SHOWN
        rest = f" and {more} more" if more > 0 else ""
        yield style.wrap(f"No reformat at the ends with: {listed}{rest}.", "  ", "")
    if report.standalone and report.standalone.requested and not report.standalone.obstacles:
        yield "Ready for a standalone loadable."
