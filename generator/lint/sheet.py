"""One table as the lint sees it: typed columns, cheap for many rows, and cells on demand."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from generator.findings import Finding
from generator.lint import cells
from generator.lint.collect import LIMIT, Collector, Layer
from generator.package import record_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.descriptor import Field, Table
    from generator.lint.text import Text

CHUNK = 100_000
"""Rows whose text is in memory at once."""


@dataclass(eq=False)
class Sheet:
    """A table that was read."""

    table: Table
    file: str
    text: Text
    collector: Collector
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Typed columns: strings are categories, numbers floats, dates days, booleans 1 or 0; unknown
    and mistaken cells are missing. Indexed by position, not by line."""

    @property
    def damaged(self) -> bool:
        """Return whether rows or key columns are missing, so that others can't refer to them."""
        return self.text.damaged or not self.has(*self.table.primary_key)

    def has(self, *columns: str) -> bool:
        """Return whether the file has these columns."""
        return set(columns) <= set(self.frame.columns)

    def line(self, position: int) -> int:
        """Return the line of the file a row starts on."""
        return int(self.text.lines[position])

    def cell(self, position: int, column: str) -> str:
        """Return a cell as it stands in the file."""
        return self.row(position).get(column, "")

    def row(self, position: int) -> dict[str, str]:
        """Return the cells of a row as they stand in the file."""
        start, end = self._bounds[position : position + 2]
        data = self.text.data[start:end].decode("utf-8", "replace")
        return dict(zip(self.columns, next(csv.reader(io.StringIO(data))), strict=False))

    @cached_property
    def columns(self) -> list[str]:
        """Return the name of each column of the file; those the schema doesn't know are numbers."""
        return read_header(self.text, self.table)

    @cached_property
    def _bounds(self) -> np.ndarray:
        """Return where rows start and, last, where the file ends."""
        data = np.frombuffer(self.text.data, dtype=np.uint8)
        ends = np.flatnonzero(data == ord("\n"))
        if b'"' in self.text.data:
            quotes = np.flatnonzero(data == ord('"'))
            ends = ends[np.searchsorted(quotes, ends) % 2 == 0]
        return ends[ends >= self.text.body - 1] + 1

    def record(self, position: int) -> str:
        """Return the record id of a row."""
        row = dict.fromkeys(self.table.primary_key, "") | self.row(position)
        return record_id(self.table, row)

    def report(
        self,
        positions: Iterable[int] | np.ndarray,
        column: str,
        rule: str,
        problems: str | Sequence[str],
        remedy: str,
        layer: Layer,
    ) -> None:
        """Report cells of a column.

        Parameters
        ----------
        positions
            Rows, by position.
        column
            The column whose cells are shown.
        rule
            The rule they break.
        problems
            What is wrong: one sentence for all, or one for each of the first rows.
        remedy
            What to do.
        layer
            The layer that found it.
        """
        positions = list(positions)
        for number, position in enumerate(positions[:LIMIT]):
            problem = problems if isinstance(problems, str) else problems[number]
            value = self.cell(position, column)
            finding = Finding(self.file, self.line(position), column, value, rule, problem, remedy)
            record = self.record(position) if layer is Layer.SENSE else ""
            self.collector.add(finding, layer, table=self.table.name, record=record)
        self.collector.leave_out(self.file, column, rule, len(positions) - LIMIT)


def read_header(text: Text, table: Table) -> list[str]:
    """Return the schema's column for each cell of a row; a number where there is none.

    Parameters
    ----------
    text
        The file.
    table
        What the schema says of it.
    """
    names = table.field_names
    if text.width == len(names) and set(text.header) != set(names):
        return list(names)  # one is misspelt or doubled: the order tells which
    seen: set[str] = set()
    columns = []
    for position in range(text.width):
        name = text.header[position] if position < len(text.header) else ""
        columns.append(name if name in names and name not in seen else str(position))
        seen.add(name)
    return columns


def read_sheet(table: Table, file: str, text: Text, collector: Collector) -> Sheet:
    """Read and check the cells of a file.

    Parameters
    ----------
    table
        What the schema says of it.
    file
        Its name in findings.
    text
        Its content.
    collector
        Where findings go.
    """
    sheet = Sheet(table, file, text, collector)
    pieces: dict[str, list] = {name: [] for name in sheet.columns if not name.isdigit()}
    position = 0
    for chunk in _read_chunks(text, sheet.columns):
        for name in pieces:
            column = table.field(name)
            codes, values = pd.factorize(chunk[name].to_numpy(dtype=object))
            mistakes = cells.diagnose(column, values.tolist())
            _report_mistakes(sheet, name, codes, mistakes, position)
            pieces[name].append(_typed(column, codes, values, mistakes))
        position += len(chunk)
    sheet.frame = pd.DataFrame({name: _joined(parts) for name, parts in pieces.items()})
    return sheet


def _read_chunks(text: Text, columns: list[str]) -> Iterable[pd.DataFrame]:
    if not len(text.lines):
        return [pd.DataFrame(columns=columns, dtype=str)]
    source = io.BytesIO(text.data)
    source.seek(text.body)
    return pd.read_csv(
        source,
        header=None,
        names=columns,
        index_col=False,
        dtype=str,
        na_filter=False,
        skip_blank_lines=False,
        lineterminator="\n",
        chunksize=CHUNK,
        low_memory=False,
    )


def _report_mistakes(
    sheet: Sheet, name: str, codes: np.ndarray, mistakes: dict[int, cells.Diagnosis], offset: int
) -> None:
    by_rule: dict[str, list[int]] = {}
    for code, wrong in mistakes.items():
        by_rule.setdefault(wrong.rule, []).append(code)
    for rule, wrong_codes in by_rule.items():
        positions = np.flatnonzero(np.isin(codes, wrong_codes))
        for position in positions[:LIMIT]:
            wrong = mistakes[int(codes[position])]
            sheet.report([position + offset], name, rule, wrong.problem, wrong.remedy, Layer.CELL)
        sheet.collector.leave_out(sheet.file, name, rule, len(positions) - LIMIT)


def _typed(
    column: Field, codes: np.ndarray, values: np.ndarray, mistakes: dict[int, cells.Diagnosis]
) -> np.ndarray | pd.Categorical:
    if column.type == "string":
        return _categories(codes, values)
    if mistakes:
        values = values.copy()
        values[list(mistakes)] = ""
    if column.type in ("integer", "number"):
        values[values == ""] = "nan"
        return values.astype(np.float64).take(codes)
    if column.type == "boolean":
        truth = {True: 1.0, False: 0.0, None: np.nan}
        return np.array([truth[column.parse(value)] for value in values]).take(codes)  # type: ignore[index]
    days = [_day(column.parse(value)) for value in values]
    return np.array(days, dtype="datetime64[s]").take(codes)


def _day(value: object) -> np.datetime64:
    return np.datetime64(value if isinstance(value, dt.date) else "NaT", "s")


def _categories(codes: np.ndarray, values: np.ndarray) -> pd.Categorical:
    """Return strings as categories, empty ones as missing."""
    empty = np.flatnonzero(values == "")
    if len(empty):
        gone = int(empty[0])
        codes = np.where(codes == gone, -1, codes - (codes > gone))
        values = np.delete(values, gone)
    return pd.Categorical.from_codes(codes, categories=pd.Index(values, dtype=object))


def _joined(pieces: list) -> np.ndarray | pd.Categorical:
    if len(pieces) == 1:
        return pieces[0]
    if isinstance(pieces[0], pd.Categorical):
        return union_categoricals(pieces)
    return np.concatenate(pieces)
