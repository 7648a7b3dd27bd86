"""Derive the tables of a run from its journal, and write them beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.device.machine import Machine
from measure.journal.files import write_whole
from measure.journal.journal import read_journal
from measure.results.files import JOURNAL, files_of
from measure.results.private import PrivateWords
from measure.results.rows import tables_of
from measure.results.tables import path_of, texts_of

if TYPE_CHECKING:
    from pathlib import Path


def derive(folder: Path) -> dict[str, list[dict[str, str]]]:
    """Return the tables of a run by their names.

    Parameters
    ----------
    folder
        The run's folder.

    Raises
    ------
    ConditionError
        When a cell names the device.
    UserError
        When the journal or a file it names is missing or damaged.
    """
    records = read_journal(folder / JOURNAL)
    tables = tables_of(records, files_of(folder, records))
    PrivateWords.of(Machine.here()).check(tables)
    return tables


def write_tables(folder: Path) -> dict[str, int]:
    """Write the tables of a run; return how many rows each has.

    Each file is the old one or the new one as a whole, also after a crash.

    Parameters
    ----------
    folder
        The run's folder.
    """
    tables = derive(folder)
    for name, text in texts_of(tables).items():
        write_whole(path_of(folder, name), text.encode("utf-8"))
    return {name: len(rows) for name, rows in tables.items()}
