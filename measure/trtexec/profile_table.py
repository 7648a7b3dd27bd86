"""The tables that --dumpProfile prints into a log, in each of their three shapes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from measure.build_log.grammar import split_line
from measure.build_log.reading import LogFile
from measure.trtexec.profile import LayerTime, Profile

if TYPE_CHECKING:
    from measure.build_log.grammar import Line

_TITLE = re.compile(r"=== Profile \((\d{1,15}) iterations ?\) ===")
_NAME = "name"
_SUM = "Total"
_FIELDS = {
    "LayerTime(ms)Avg.Time(ms)Time%": (_NAME, "total_ms", "average_ms", "percent"),
    "LayerTime(ms)Avg.Time(ms)MedianTime(ms)Time%": (
        _NAME,
        "total_ms",
        "average_ms",
        "median_ms",
        "percent",
    ),
    "Time(ms)Avg.(ms)Median(ms)Time(%)Layer": (
        "total_ms",
        "average_ms",
        "median_ms",
        "percent",
        _NAME,
    ),
}
"""Columns by the header without its blanks: up to 8.4, 8.5, from 8.6 on."""


class TableReader:
    """Follow the tables of a log, line by line."""

    def __init__(self) -> None:
        self.profiles: list[Profile] = []
        self._fields: tuple[str, ...] = ()
        """What the columns of the table hold; empty outside of a table."""
        self._titled = False

    def read(self, line: Line) -> None:
        """Take a line into account."""
        title = _TITLE.fullmatch(line.text)
        if title:
            self.profiles.append(Profile(int(title.group(1))))
            self._titled = True
        elif self._titled:
            self._fields = _FIELDS.get("".join(line.text.split()), ())
            self._titled = False
        elif self._fields:
            self._read_row(line.text)

    def _read_row(self, text: str) -> None:
        """Read a row; the sum is the last, and so is anything that is no row."""
        layer = _layer(text, self._fields)
        if layer is None or layer.name == _SUM:
            self._fields = ()
        else:
            self.profiles[-1].layers.append(layer)


def read_profile_tables(path: str) -> list[Profile]:
    """Return the tables of a log; there may be none."""
    reader = TableReader()
    for number, raw in enumerate(LogFile(path).lines(), start=1):
        reader.read(split_line(number, raw))
    return reader.profiles


def _layer(text: str, fields: tuple[str, ...]) -> LayerTime | None:
    """Read a row: a name has blanks, the numbers have none."""
    numbers = len(fields) - 1
    cells = text.rsplit(None, numbers) if fields[0] == _NAME else text.split(None, numbers)
    if len(cells) != len(fields):
        return None
    row = dict(zip(fields, cells))
    name = row.pop(_NAME)
    try:
        return LayerTime(name, **{field: float(cell) for field, cell in row.items()})
    except ValueError:
        return None
