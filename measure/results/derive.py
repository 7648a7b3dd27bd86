"""Derive the tables of a run from its journal, and write them beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

from measure.device.machine import Machine
from measure.journal.files import write_whole
from measure.one_operator.case import RECORD
from measure.results.files import files_of
from measure.results.private import PrivateWords
from measure.results.rows import tables_of
from measure.results.tables import path_of, texts_of

if TYPE_CHECKING:
    from pathlib import Path

    from measure.results.files import StoredFile
    from measure.results.journal_view import Record


def write_tables(records: Sequence[Record], folder: Path) -> dict[str, list[dict[str, str]]]:
    """Write the tables into the run's folder, and return their rows by name.

    Each file is the old one or the new one as a whole, also after a crash.

    Parameters
    ----------
    records
        The run's journal.
    folder
        The run's folder.

    Raises
    ------
    ConditionError
        When a cell names the device.
    UserError
        When a file that the journal names is damaged.
    """
    tables = derive(records, folder)
    for name, text in texts_of(tables).items():
        write_whole(path_of(folder, name), text.encode())
    return tables


def derive(records: Sequence[Record], folder: Path) -> dict[str, list[dict[str, str]]]:
    """Return the rows of a run's tables by name."""
    tables = all_tables_of(records, files_of(folder, records))
    PrivateWords.of(Machine.here()).check_tables(tables)
    return tables


def all_tables_of(
    records: Sequence[Record], files: Sequence[StoredFile]
) -> dict[str, list[dict[str, str]]]:
    """Return the rows by table; a run of operators has evidence among them.

    Parameters
    ----------
    records, files
        As of `measure.results.rows.tables_of`.
    """
    tables = tables_of(records, files)
    if any(record["type"] == RECORD for record in records):
        from measure.one_operator.rows import EVIDENCE, evidence_rows

        tables[EVIDENCE] = evidence_rows(records)
    return tables
