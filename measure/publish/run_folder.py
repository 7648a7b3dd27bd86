"""A run as its folder has it: rows derived from the journal, and the files that go with them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Mapping, Sequence

from measure.errors import UserError
from measure.journal.journal import read_journal
from measure.results.files import JOURNAL, files_of
from measure.results.record_shape import check_records
from measure.results.rows import tables_of
from measure.results.tables import FOLDER
from measure.run.folders import has_journal

if TYPE_CHECKING:
    from pathlib import Path

    from measure.publish.merge import Row

LEFT_OUT = ("times",)
"""Roles of files that stay where the run was made: they are large, and the journal sums them up."""

EVIDENCE = "evidence"


@dataclass(frozen=True)
class RunFolder:
    """What a run brings into the data package.

    Parameters
    ----------
    tables
        Rows by table.
    files
        What to copy, by its path below the folder of runs' files.
    """

    run: str
    tables: Mapping[str, Sequence[Row]]
    files: Mapping[str, Path]


def open_run(folder: Path, *, with_logs: bool = True) -> RunFolder:
    """Derive a run's rows from its journal.

    Parameters
    ----------
    folder
        The run's folder.
    with_logs
        Whether the run's logs come along; without them rows name no log, as for logs that belong
        to somebody else and stand at the source. The journal always comes along.

    Raises
    ------
    UserError
        When the folder holds no run, its journal is damaged, or a file is not the one measured.
    """
    if not has_journal(folder):
        raise UserError(
            f"{folder} has no {JOURNAL}; name the folder of a run, such as runs/20261121-trtexec-…"
        )
    records = read_journal(folder / JOURNAL)
    check_records(records, str(folder / JOURNAL))
    stored = [one for one in files_of(folder, records) if one.role not in LEFT_OUT]
    if not with_logs:
        stored = [one for one in stored if one.path == JOURNAL]
    tables: dict[str, Sequence[Row]] = dict(tables_of(records, stored))
    evidence = folder / FOLDER / f"{EVIDENCE}.csv"
    if evidence.is_file():
        with evidence.open(encoding="utf-8", newline="") as stream:
            tables[EVIDENCE] = list(csv.DictReader(stream))
    run = tables["runs"][0]["run"]
    files = {f"{run}/{one.path}": folder / one.path for one in stored}
    return RunFolder(run, tables, files)
