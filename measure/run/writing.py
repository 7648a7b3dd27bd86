"""Derive the tables of a run from its journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping, Sequence

from measure.journal.files import write_whole
from measure.results.files import files_of
from measure.results.rows import tables_of
from measure.results.tables import path_of, texts_of

if TYPE_CHECKING:
    from pathlib import Path


def write_tables(
    records: Sequence[Mapping[str, Any]], folder: Path
) -> dict[str, list[dict[str, str]]]:
    """Write the tables into the run's folder, and return their rows by name."""
    tables = tables_of(records, files_of(folder, records))
    for name, text in texts_of(tables).items():
        write_whole(path_of(folder, name), text.encode())
    return tables
