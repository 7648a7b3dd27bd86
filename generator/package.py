"""The data package in memory: typed frames and records of every table."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.descriptor import DESCRIPTOR_NAME, Table, Value, read_tables
from generator.findings import DataError
from generator.record_ids import record_id
from generator.remember import Remembered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

FIRST_LINE = 2
"""Line of a CSV that its first row stands on; the header is line 1."""

_DTYPES = {"integer": "Int64", "number": "float64", "boolean": "boolean", "string": "str"}
_INT64 = 2**63


_last_descriptor: Remembered[dict[str, Any]] = Remembered()
_last_rows: Remembered[tuple[Record, ...]] = Remembered()


@dataclass(frozen=True)
class Record:
    """One row: typed values (None where unknown) and the cells as printed."""

    table: str
    id: str
    line: int
    values: Mapping[str, Value | None]
    raw: Mapping[str, str]

    def __getitem__(self, name: str) -> Any:
        """Return the typed value of a column, None where it is unknown."""
        return self.values[name]


@dataclass(frozen=True, eq=False)
class Package:
    """All tables of a data directory."""

    root: Path
    descriptor: dict[str, Any]
    tables: dict[str, Table]
    rows: Mapping[str, tuple[Record, ...]] = field(repr=False)

    @cached_property
    def frames(self) -> dict[str, pd.DataFrame]:
        """Return a typed frame for each table, indexed by line in its CSV."""
        return {name: _frame(table, self.rows[name]) for name, table in self.tables.items()}

    def records(self, name: str) -> list[Record]:
        """Return the rows of a table in the order of its CSV."""
        return list(self.rows[name])

    def record(self, record_id: str) -> Record:
        """Return the row with that record id; KeyError if there is none."""
        table = record_id.partition(".")[0]
        if table not in self._by_id:
            self._by_id[table] = {record.id: record for record in self.rows[table]}
        return self._by_id[table][record_id]

    @cached_property
    def _by_id(self) -> dict[str, dict[str, Record]]:
        return {}


def load_package(data_dir: Path, *, check: bool = True) -> Package:
    """Return the package in a data directory.

    Parameters
    ----------
    data_dir
        The folder that holds ``datapackage.json``.
    check
        Lint first, and refuse a package with findings. Without it cells are taken as they are and
        one that isn't of its column's type counts as unknown; for tests of the rendering only.

    Raises
    ------
    DataError
        With all findings of the lint.
    """
    data_dir = Path(data_dir)
    if check:
        from generator.lint import lint_package

        report = lint_package(data_dir)
        if report.findings:
            raise DataError(report.findings)
    text = (data_dir / DESCRIPTOR_NAME).read_text(encoding="utf-8")
    descriptor = _last_descriptor.get(DESCRIPTOR_NAME, text, lambda: json.loads(text))
    tables = read_tables(descriptor)
    rows = {
        name: _rows(table, (data_dir / table.path).read_bytes()) for name, table in tables.items()
    }
    return Package(data_dir, descriptor, tables, rows)


def _rows(table: Table, content: bytes) -> tuple[Record, ...]:
    return _last_rows.get(table.name, (table, content), lambda: tuple(_records(table, content)))


def _records(table: Table, content: bytes) -> Iterator[Record]:
    text = content.decode("utf-8", errors="replace")
    reader = csv.reader(io.StringIO(text, newline=""))
    header = next(reader, [])
    blank = dict.fromkeys(table.field_names, "")
    line = reader.line_num + 1
    for cells in reader:
        if cells:
            cell_by_name = dict(zip(header, cells, strict=False))
            raw = {name: cell_by_name.get(name, "") for name in blank}
            values = {column.name: column.parse(raw[column.name]) for column in table.fields}
            yield Record(table.name, record_id(table, raw), line, values, raw)
        line = reader.line_num + 1


def _frame(table: Table, rows: tuple[Record, ...]) -> pd.DataFrame:
    import pandas as pd  # here, as a page needs rows only and pandas takes its time to import

    lines = pd.Index([row.line for row in rows], name="line", dtype="int64")
    columns = {
        column.name: _series(column.type, [row.values[column.name] for row in rows], lines)
        for column in table.fields
    }
    return pd.DataFrame(columns, index=lines)


def _series(kind: str, values: list[Any], lines: pd.Index) -> pd.Series:
    import pandas as pd

    if kind == "integer":
        values = [None if v is None or not -_INT64 <= v < _INT64 else v for v in values]
    if kind == "date":
        return pd.Series(pd.to_datetime(pd.Series(values, dtype=object)).array, index=lines)
    return pd.Series(values, index=lines, dtype=_DTYPES.get(kind, "str"))
