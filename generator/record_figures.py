"""The figures of a row in words: those with an interval first, each with its unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from markupsafe import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.descriptor import Field, Table
    from generator.package import Record

PURE_NUMBER = "1"
"""Unit of what has none, such as a share."""


class _Figure(NamedTuple):
    """A column with a stated figure, and those with the ends of its interval."""

    column: Field
    low: str = ""
    high: str = ""


class RecordFigures:
    """Prints the figures of rows of one table.

    Parameters
    ----------
    table
        The table. Columns named like a figure with ``_low`` and ``_high`` hold its interval.
    """

    def __init__(self, table: Table) -> None:
        columns = {column.name: column for column in table.fields if column.role == "figure"}
        ends = {}
        for low in columns:
            name, high = low.replace("_low", "", 1), low.replace("_low", "_high", 1)
            if low != name and {name, high} <= columns.keys():
                ends[name] = (low, high)
        part_of_another = {name for pair in ends.values() for name in pair}
        figures = [
            _Figure(column, *ends.get(name, ()))
            for name, column in columns.items()
            if name not in part_of_another
        ]
        self._figures = sorted(figures, key=lambda figure: not figure.low)

    def line(self, record: Record) -> str:
        """Return the paragraph with all figures of a row, as HTML; empty where it has none."""
        items = "".join(
            f"<span><b>{escape(value)}</b> {escape(column.title)}"
            + (f" <small>{escape(interval)}</small>" if interval else "")
            + "</span>"
            for column, value, interval in self._stated(record)
        )
        return f'<p class="atlas-record__figure">{items}</p>' if items else ""

    def words(self, record: Record) -> str:
        """Return the figures of a row within a sentence; empty where it has none."""
        return ", ".join(
            f"{_within(column.title)} {value} {interval}".rstrip()
            for column, value, interval in self._stated(record)
        )

    def _stated(self, record: Record) -> Iterator[tuple[Field, str, str]]:
        """Yield the columns of a row that have a figure, with that and its interval."""
        raw = record.raw
        for column, low, high in self._figures:
            if raw[column.name] != "":
                interval = f"({raw[low]} to {raw[high]})" if low and raw[low] else ""
                yield column, with_unit(raw[column.name], column), interval


def _within(title: str) -> str:
    """Return a title as it stands within a sentence, names that are all capitals kept."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def with_unit(text: str, field: Field) -> str:
    """Return a printed figure with its unit, or the word unknown."""
    if not text:
        return "unknown"
    return text if field.unit in ("", PURE_NUMBER) else f"{text} {field.unit}"
