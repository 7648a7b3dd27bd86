"""A run as it is published: rows derived from its journal, and the files that go with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Mapping, Sequence

from measure.device.machine import Machine
from measure.errors import UserError
from measure.journal.files import sha256_of, write_whole
from measure.journal.journal import read_journal
from measure.publish.public_copy import journal_bytes, public_file, public_records
from measure.results.derive import all_tables_of
from measure.results.files import StoredFile, files_of, missing_of
from measure.results.private import PrivateWords
from measure.results.record_shape import check_records
from measure.run_folders import JOURNAL

if TYPE_CHECKING:
    from pathlib import Path

    from measure.publish.merge import Row

LEFT_OUT = ("times",)
"""Roles of files that stay where the run was made: they are large, and the journal sums them up."""


@dataclass(frozen=True)
class RunFolder:
    """What a run brings into the data package.

    Parameters
    ----------
    tables
        Rows by table.
    files
        What to copy, by its path below the folder of runs' files.
    notes
        What looks as if the folder were not the whole run.
    """

    run: str
    tables: Mapping[str, Sequence[Row]]
    files: Mapping[str, Path]
    notes: Sequence[str] = ()


def open_run(folder: Path, place: Path, *, with_logs: bool = True) -> RunFolder:
    """Derive a run's rows from its journal.

    Parameters
    ----------
    folder
        The run's folder.
    place
        Empty folder for the copies that are published.
    with_logs
        Whether the run's logs come along; without them rows name no log, as for logs that belong
        to somebody else and stand at the source. The journal always comes along.

    Raises
    ------
    UserError
        When its journal is missing or damaged, a file is not the one measured, or nothing was
        measured in truth.
    """
    records = read_journal(folder / JOURNAL)
    check_records(records, str(folder / JOURNAL))
    if is_simulated(records):
        raise UserError(
            f"{folder} was made on a device that is only a folder (DLA_MEASURE_ROOT): its figures "
            "are made up and never published"
        )
    stored = [one for one in files_of(folder, records) if one.role not in LEFT_OUT]
    if not with_logs:
        stored = [one for one in stored if one.path == JOURNAL]
    words = PrivateWords.of(Machine.here())
    logs = [one for one in stored if one.path != JOURNAL]
    copies = [_copied(one, folder, place, words) for one in logs]
    digests = {
        one.sha256: copy.sha256 for one, copy in zip(logs, copies) if one.sha256 != copy.sha256
    }
    shown = public_records(records, words, digests)
    write_whole(place / JOURNAL, folder / JOURNAL if shown == records else journal_bytes(shown))
    copies.append(_described(place, JOURNAL, "journal"))
    tables = all_tables_of(shown, copies)
    words.check_tables(tables)
    run = tables["runs"][0]["run"]
    files = {f"{run}/{one.path}": place / one.path for one in copies}
    missing = missing_of(folder, records) if with_logs else []
    return RunFolder(run, tables, files, _notes(records, missing))


def is_simulated(records: Sequence[Mapping[str, object]]) -> bool:
    """Say whether a fake device made what a journal holds."""
    return any(bool(record.get("simulated")) for record in records if record["type"] == "run")


def _notes(records: Sequence[Mapping[str, object]], missing: Sequence[str]) -> list[str]:
    """Return what a copy that was broken off shows: no end, or files that are not there."""
    notes = []
    if all(record["type"] != "end" for record in records):
        notes.append("its journal ends before the run did; was all of it copied?")
    if missing:
        notes.append(
            f"{len(missing)} files that its journal names are not there, such as {missing[0]}; "
            "copy the whole folder, or leave all logs out by --without-logs"
        )
    return notes


def _copied(one: StoredFile, folder: Path, place: Path, words: PrivateWords) -> StoredFile:
    """Lay the public copy of a file down, and return what it is."""
    public_file(folder / one.path, place / one.path, words)
    return _described(place, one.path, one.role)


def _described(place: Path, path: str, role: str) -> StoredFile:
    return StoredFile(path, role, sha256_of(place / path), (place / path).stat().st_size)
