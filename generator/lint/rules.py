"""What a rule of sense is, and what it can ask of the data.

A rule is a generator of :class:`Flag` with an id and a sentence. It declares the columns it reads
and is asked about each table that has them; what it needs of other tables it looks up, and when
one of those is incomplete the rule is left out rather than report what follows from that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from generator.lint.collect import Layer

if TYPE_CHECKING:
    from generator.lint.sheet import Sentence, Sheet


class UnavailableError(LookupError):
    """A table a rule asks is missing or incomplete."""


@dataclass(frozen=True)
class Flag:
    """Cells a rule objects to."""

    where: np.ndarray
    """A truth value for each row."""
    column: str
    problem: Sentence
    remedy: str


@dataclass(frozen=True)
class View:
    """One table and the package around it."""

    sheet: Sheet
    sheets: Mapping[str, Sheet]
    """The tables that could be read."""
    declared: Collection[str]
    """The names of all tables; empty if one of them can't be made out."""

    @property
    def name(self) -> str:
        """Return the table's name."""
        return self.sheet.table.name

    def has(self, *columns: str) -> bool:
        """Return whether the table has these columns."""
        return self.sheet.has(*columns)

    def cell(self, position: int, column: str) -> str:
        """Return a cell as printed."""
        return self.sheet.cell(position, column)

    def column(self, name: str) -> np.ndarray:
        """Return a numeric column, all unknown if the table doesn't have it."""
        column = self.sheet.columns.get(name)
        if column is None or column.field.type in ("string", "date"):
            return np.full(len(self.sheet), np.nan)
        return column.numbers

    def equals(self, name: str, *values: str) -> np.ndarray:
        """Return where a text column has one of these values."""
        if not self.has(name):
            return np.zeros(len(self.sheet), dtype=bool)
        return self.sheet.columns[name].is_one_of(values)

    def is_missing(self, *names: str) -> np.ndarray:
        """Return where one of these columns has no value."""
        return np.any([self.sheet.columns[name].is_missing for name in names], axis=0)

    def other(self, table: str, *columns: str) -> list[tuple]:
        """Return columns of another table for rows that nothing is wrong with there.

        Without the table or the columns the rule is left out.
        """
        sheet = self._other(table, *columns)
        doubtful = sheet.doubtful(columns, Layer.NONE)
        return sheet.rows(np.flatnonzero(~doubtful), columns)

    def whole(self, table: str, *columns: str) -> list[tuple]:
        """Return columns of all rows of another table, or leave the rule out.

        For rules that ask what does not stand there.
        """
        sheet = self._other(table, *columns)
        if sheet.damaged or sheet.doubtful(columns, Layer.NONE).any():
            raise UnavailableError(table)
        return sheet.rows(range(len(sheet)), columns)

    def _other(self, table: str, *columns: str) -> Sheet:
        sheet = self.sheets.get(table)
        if sheet is None or not sheet.has(*columns):
            raise UnavailableError(table)
        return sheet

    def look_up(
        self, columns: Sequence[str], table: str, keys: Sequence[str], value: str
    ) -> np.ndarray:
        """Return for each row a number of the row of another table that its columns refer to.

        Parameters
        ----------
        columns
            Columns of this table.
        table, keys
            The other table and the columns there that equal them; of several rows the last counts.
        value
            The numeric column to return, NaN where there is no such row or it is unknown.
        """
        rows = self.other(table, *keys, value)
        known = {row[:-1]: row[-1] for row in rows if row[-1] is not None}
        return self.map_rows(columns, lambda row: known.get(row, np.nan))

    def map_rows(
        self, columns: Sequence[str], function: Callable[[tuple], float | bool]
    ) -> np.ndarray:
        """Return a function of some columns, computed once for each different combination."""
        groups, firsts = self.sheet.groups(columns)
        values = [function(row) for row in self.sheet.rows(firsts, columns)]
        return np.array(values, dtype=float)[groups]

    def partner(self, columns: Sequence[str], is_partner: np.ndarray) -> np.ndarray:
        """Return the position of the partner of each row, -1 if it has none.

        Parameters
        ----------
        columns
            What partners have in common.
        is_partner
            Which rows may be one; of several the first counts. One with a finding is none.
        """
        is_partner = is_partner & ~self.sheet.doubtful(self.sheet.names, Layer.NONE)
        groups, firsts = self.sheet.groups(columns)
        found = np.full(len(firsts), -1)
        candidates = np.flatnonzero(is_partner)[::-1]
        found[groups[candidates]] = candidates
        return found[groups]

    def half_unit(self, position: int, column: str) -> float:
        """Return half a unit of the last digit a cell prints."""
        return 0.5 * 10.0 ** -len(self.cell(position, column).partition(".")[2])

    def off_by_rounding(self, column: str, computed: np.ndarray) -> np.ndarray:
        """Return where a printed figure is not the computed one to its last digit."""
        printed = self.column(column)
        wrong = np.abs(printed - computed) > 1e-9
        for position in np.flatnonzero(wrong):
            limit = self.half_unit(int(position), column) + 1e-9
            wrong[position] = abs(printed[position] - computed[position]) > limit
        return wrong


Check = Callable[[View], Iterator[Flag]]


@dataclass(frozen=True)
class Rule:
    """A rule of sense."""

    id: str
    check: Check
    columns: tuple[str, ...]
    tables: tuple[str, ...]

    @cached_property
    def sentence(self) -> str:
        """Return what the rule says."""
        return (self.check.__doc__ or "").strip()

    def applies_to(self, sheet: Sheet) -> bool:
        """Return whether the rule looks at a table."""
        if self.tables and sheet.table.name not in self.tables:
            return False
        return sheet.has(*self.columns) and len(sheet) > 0

    def run(self, view: View) -> bool:
        """Report what the rule objects to; False if it could not be asked."""
        try:
            for flag in self.check(view):
                self._report(view.sheet, flag)
        except UnavailableError:
            return False
        return True

    def _report(self, sheet: Sheet, flag: Flag) -> None:
        where = np.asarray(flag.where, dtype=bool)
        if where.any():  # a row with a mistake in what the rule reads has its finding already
            where &= ~sheet.doubtful(self.columns, Layer.SENSE)
        positions = np.flatnonzero(where)
        sheet.report(positions, flag.column, self.id, flag.problem, flag.remedy, Layer.SENSE)


RULES: list[Rule] = []
"""All rules that were imported; :mod:`generator.lint.sense` has them all and in order."""


def rule(id: str, *columns: str, tables: Sequence[str] = ()) -> Callable[[Check], Check]:  # noqa: A002
    """Register a function as a rule.

    Parameters
    ----------
    id
        What findings and exceptions call it.
    columns
        Columns a table must have for the rule to look at it.
    tables
        The only tables it looks at; all that have the columns if empty.
    """

    def register(check: Check) -> Check:
        RULES.append(Rule(id, check, columns, tuple(tables)))
        return check

    return register
