"""The files of a run that rows refer to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Iterator, Mapping, Sequence

from measure.errors import UserError
from measure.journal.files import sha256_of
from measure.run_folders import JOURNAL

if TYPE_CHECKING:
    from pathlib import Path

    from measure.results.journal_view import Record

_ROLES = (
    ("build", "log", "log_sha256", "build_log"),
    ("build", "layer_info", "layer_info_sha256", "layer_info"),
    ("instance", "log", "log_sha256", "run_log"),
    ("instance", "times", "times_sha256", "times"),
    ("run", "tegrastats", "tegrastats_sha256", "tegrastats"),
    ("segment", "tegrastats", "tegrastats_sha256", "tegrastats"),
)
_PATH = re.compile(r"[A-Za-z0-9][\w.+-]*(?:/[A-Za-z0-9][\w.+-]*)*", re.ASCII)


@dataclass(frozen=True)
class StoredFile:
    """A file in the folder of a run."""

    path: str
    """In the run's folder, with slashes."""
    role: str
    """journal, build_log, run_log, times, layer_info or tegrastats."""
    sha256: str
    bytes: int


def files_of(folder: Path, records: Sequence[Record]) -> list[StoredFile]:
    """Return the journal and the files that it names, so far as they are in the run's folder.

    Parameters
    ----------
    folder
        The run's folder.
    records
        Its journal.

    Raises
    ------
    UserError
        When a file is no longer what the journal says it is, or a link to one elsewhere.
    """
    found = {JOURNAL: _stored(folder, JOURNAL, "journal", "")}
    for path, role, digest in _named(records):
        if path not in found and _PATH.fullmatch(path) and (folder / path).is_file():
            found[path] = _stored(folder, path, role, digest)
    return [found[path] for path in sorted(found)]


def missing_of(folder: Path, records: Sequence[Record]) -> list[str]:
    """Return the files that a journal names and that are not in the run's folder."""
    return sorted({path for path, *_ in _named(records) if not (folder / path).is_file()})


def _named(records: Sequence[Record]) -> Iterator[tuple[str, str, str]]:
    """Return path, role and SHA-256 of each file that records name."""
    for record in records:
        yield from _named_by(record["type"], record)
        for instance in record.get("instances") or ():
            yield from _named_by("instance", instance)


def _named_by(kind: str, record: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
    for owner, member, digest, role in _ROLES:
        name = record.get(member)
        if owner == kind and name:
            yield PurePosixPath(str(name)).as_posix(), role, str(record.get(digest) or "")


def _stored(folder: Path, path: str, role: str, expected: str) -> StoredFile:
    if folder.resolve() not in (folder / path).resolve().parents:
        # Whoever made the journal may have meant a file of whoever publishes it.
        raise UserError(
            f"{folder / path} is a link to a file elsewhere; put that file itself in its place"
        )
    digest = sha256_of(folder / path)
    if expected and digest != expected:
        raise UserError(
            f"{folder / path} was changed after it was measured: its SHA-256 is not the one in "
            "the journal; restore it, or delete it"
        )
    return StoredFile(path, role, digest, (folder / path).stat().st_size)
