"""One table as the lint sees it: typed columns, cheap for many rows, and cells on demand."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd

from generator.findings import Finding
from generator.lint.cells import Diagnosis, diagnose
from generator.lint.collect import LIMIT, Collector, Layer
from generator.lint.column import Column, first_rows, group_rows, join_pieces
from generator.record_ids import record_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from generator.descriptor import Field, Table
    from generator.lint.text import Text

CHUNK = 100_000
"""Rows whose text is in memory at once."""

Sentence: TypeAlias = "str | Callable[[int], str]"
"""What a finding says: one sentence for all rows, or a function of the row's position."""


@dataclass(eq=False)
class Sheet:
    """A table that was read."""

    table: Table
    file: str
    text: Text
    collector: Collector
    columns: dict[str, Column] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.text.lines)

    @property
    def damaged(self) -> bool:
        """Return whether rows or key columns are missing, so that others can't refer to them."""
        return self.text.damaged or not self.has(*self.table.primary_key)

    def has(self, *columns: str) -> bool:
        """Return whether the file has these columns."""
        return self.columns.keys() >= set(columns)

    def rows(self, positions: Iterable[int], columns: Sequence[str]) -> list[tuple]:
        """Return the values of some columns for some rows, None where one is missing."""
        wanted = [self.columns[name] for name in columns]
        return [tuple(column.value(position) for column in wanted) for position in positions]

    @cached_property
    def _group_cache(self) -> dict[tuple[str, ...], tuple[np.ndarray, np.ndarray]]:
        return {}

    def groups(self, columns: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return each row's group by these columns and each group's first row.

        A missing value is a value like others here.
        """
        key = tuple(columns)
        if key not in self._group_cache:
            groups = group_rows([self.columns[name] for name in key], length=len(self))
            self._group_cache[key] = groups, first_rows(groups)
        return self._group_cache[key]

    def doubtful(self, columns: Sequence[str], below: Layer) -> np.ndarray:
        """Return where a layer below this one found something wrong in one of these columns."""
        lines = self.collector.doubtful_lines(self.file, columns, below)
        return np.isin(self.text.lines, lines)

    @property
    def is_doubtful(self) -> bool:
        """Return whether anything is wrong with the table."""
        return self.text.damaged or bool(self.doubtful(self.names, Layer.NONE).any())

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
        return dict(zip(self.names, next(csv.reader(io.StringIO(data))), strict=False))

    @cached_property
    def names(self) -> list[str]:
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
        positions: Sequence[int] | np.ndarray,
        column: str,
        rule: str,
        problem: Sentence,
        remedy: Sentence,
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
        problem
            What is wrong.
        remedy
            What to do.
        layer
            The layer that found it.
        """
        positions = np.asarray(positions, dtype=int)
        for position in positions[:LIMIT].tolist():
            finding = Finding(
                self.file,
                self.line(position),
                column,
                self.cell(position, column),
                rule,
                problem if isinstance(problem, str) else problem(position),
                remedy if isinstance(remedy, str) else remedy(position),
            )
            record = self.record(position) if layer is Layer.SENSE else ""
            self.collector.add(finding, layer, table=self.table.name, record=record)
        lines = self.text.lines[positions[LIMIT:]]
        self.collector.leave_out(self.file, column, rule, lines, layer)


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
    pieces: dict[str, list[Column]] = {name: [] for name in sheet.names if not name.isdigit()}
    position = 0
    for chunk in _read_chunks(text, sheet.names):
        for name, column in pieces.items():
            cells = chunk[name].to_numpy(dtype=object)
            column.append(_read_column(sheet, table.field(name), cells, position))
        position += len(chunk)
    sheet.columns = {name: join_pieces(column) for name, column in pieces.items()}
    return sheet


def _read_column(sheet: Sheet, field: Field, cells: np.ndarray, offset: int) -> Column:
    codes, values = pd.factorize(cells)
    mistakes = diagnose(field, values.tolist())
    if mistakes:
        _report_mistakes(sheet, field.name, codes, mistakes, offset)
    is_text = field.type == "string"
    is_missing = np.asarray(values == "", dtype=bool)
    if mistakes and not is_text:
        is_missing[list(mistakes)] = True
    if is_missing.any():
        numbers = np.where(is_missing, -1, np.cumsum(~is_missing) - 1)
        codes, values = numbers[codes], values[~is_missing]
    if is_text:
        return Column(field, codes, values)
    numbers, known = pd.factorize(_typed(field, values))  # 3 and 3.0 are one number
    return Column(field, np.append(numbers, -1)[codes], known)


def _typed(field: Field, values: np.ndarray) -> np.ndarray:
    if field.type in ("integer", "number"):
        return values.astype(np.float64)
    if field.type == "boolean":
        return np.array([float(value in field.true_values) for value in values])
    return values.astype("datetime64[s]")


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
    sheet: Sheet, name: str, codes: np.ndarray, mistakes: dict[int, Diagnosis], offset: int
) -> None:
    by_rule: dict[str, list[int]] = {}
    for code, wrong in mistakes.items():
        by_rule.setdefault(wrong.rule, []).append(code)
    for rule, wrong_codes in by_rule.items():
        positions = np.flatnonzero(np.isin(codes, wrong_codes))
        for position in positions[:LIMIT]:
            wrong = mistakes[int(codes[position])]
            sheet.report([position + offset], name, rule, wrong.problem, wrong.remedy, Layer.CELL)
        lines = sheet.text.lines[positions[LIMIT:] + offset]
        sheet.collector.leave_out(sheet.file, name, rule, lines, Layer.CELL)
