"""The tables of measured runs as CSV, with the columns that the data package declares."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Iterable, Mapping

from measure.table_places import TablePlace, key_of, table_places

if TYPE_CHECKING:
    from pathlib import Path

TABLES = ("runs", "files", "builds", "results", "ratios", "segments")
"""What is derived from journals, in an order in which keys come before what refers to them."""

FOLDER = "tables"
"""Folder of the derived tables in that of a run."""


def as_csv(place: TablePlace, rows: Iterable[Mapping[str, str]]) -> str:
    """Return the text of a table: its header, and the rows sorted by its key.

    Parameters
    ----------
    place
        The table as the data package declares it.
    rows
        Cells by column; a missing one is empty.
    """
    full = [{name: row.get(name, "") for name in place.columns} for row in rows]
    out = io.StringIO()
    writer = csv.DictWriter(out, place.columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted(full, key=lambda row: key_of(place, row)))
    return out.getvalue()


def texts_of(tables: Mapping[str, Iterable[Mapping[str, str]]]) -> dict[str, str]:
    """Return the text of each table by its name.

    Parameters
    ----------
    tables
        Rows by the names of TABLES; those of a run of operators have evidence, too.
    """
    places = table_places()
    return {name: as_csv(places[name], rows) for name, rows in tables.items()}


def path_of(folder: Path, table: str) -> Path:
    """Return where a derived table of a run lies."""
    return folder / FOLDER / f"{table}.csv"
