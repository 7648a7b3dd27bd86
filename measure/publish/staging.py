"""The data package as it will be, beside the one that is; then the step from one to the other."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Iterator, Mapping, Sequence

from measure.compare.comparison import compare
from measure.compare.view import rows_of
from measure.errors import UserError
from measure.publish.merge import Row, merged, same_rows
from measure.table_places import PARENTS_FIRST, TablePlace, table_places
from measure.tables import write_table

if TYPE_CHECKING:
    from pathlib import Path

FILES_FOLDER = "measured/files"
"""Where the data package keeps the logs of runs, one folder a run."""


@dataclass
class Change:
    """What publishing a run changes in the data package.

    Parameters
    ----------
    tables
        The rows after the change, of each table that changes.
    added, removed
        How many rows come and go, by table.
    """

    run: str
    tables: dict[str, Sequence[Row]] = field(default_factory=dict)
    added: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)


@contextlib.contextmanager
def held(data: Path) -> Iterator[None]:
    """Keep other publications from the data package meanwhile.

    Raises
    ------
    UserError
        When another is going on.
    """
    descriptor = os.open(str(data), os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(f"{data}: another run is being published; wait until it is") from None
        yield
    finally:
        os.close(descriptor)


def change_of(run: str, new: Mapping[str, Sequence[Row]], data: Path) -> Change:
    """Return what changes when a run's rows replace those that the data package has of it.

    Parameters
    ----------
    new
        The run's rows by table; none to withdraw the run.
    data
        Folder of the data package.
    """
    places = table_places(data)
    change = Change(run)
    held: dict[str, Sequence[Row]] = {}
    for name in PARENTS_FIRST:
        place = places[name]
        if name == "comparisons":
            after: Sequence[Row] = rows_of(compare(held["results"], held["ratios"]))
        else:
            after = merged(place, run, new.get(name, ()))
        held[name] = after
        _note(change, place, after)
    return change


def _note(change: Change, place: TablePlace, after: Sequence[Row]) -> None:
    before = place.rows()
    if same_rows(before, after):
        return
    was, is_now = ({tuple(row.values()) for row in rows} for rows in (before, after))
    change.tables[place.name] = after
    change.added[place.name] = len(is_now - was)
    change.removed[place.name] = len(was - is_now)


def clear_broken_off(run: str, data: Path) -> None:
    """Delete the files that a broken off publication of a run left without rows."""
    for left in (data / FILES_FOLDER).glob(f".{run}.*"):
        shutil.rmtree(str(left), ignore_errors=True)
    if all(row["run"] != run for row in table_places(data)["files"].rows()):
        shutil.rmtree(str(data / FILES_FOLDER / run), ignore_errors=True)


def stage(change: Change, files: Mapping[str, Path], data: Path, staged: Path) -> None:
    """Lay down the data package as it will be.

    Parameters
    ----------
    files
        What the run's files are copied from, by their paths below FILES_FOLDER.
    staged
        Folder to lay it down in; it must not exist.
    """
    try:
        shutil.copytree(str(data), str(staged))
        shutil.rmtree(str(staged / FILES_FOLDER / change.run), ignore_errors=True)
        for path, source in files.items():
            target = staged / FILES_FOLDER / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(source), str(target))
    except (OSError, shutil.Error) as error:
        raise UserError(f"the data package cannot be copied to {staged}: {error}") from None
    for name, rows in change.tables.items():
        place = table_places(staged)[name]
        write_table(place.path, place.columns, rows)


def apply(change: Change, files: Mapping[str, Path], data: Path, staged: Path) -> list[Path]:
    """Take a staged package over, and return the tables written.

    Every step leaves a package whose rows name only what is there: a broken off publication is
    finished by publishing again.
    """
    folder = data / FILES_FOLDER / change.run
    leaving = not files
    if not leaving:
        _replace_folder(staged / FILES_FOLDER / change.run, folder)
    places = table_places(data)
    order = [name for name in PARENTS_FIRST if name in change.tables]
    for name in reversed(order) if leaving else order:
        place = places[name]
        write_table(place.path, place.columns, change.tables[name])
    if leaving:
        shutil.rmtree(str(folder), ignore_errors=True)
        with contextlib.suppress(OSError):  # other runs' files are there
            folder.parent.rmdir()
    return [places[name].path for name in order]


def _replace_folder(new: Path, old: Path) -> None:
    """Put a folder in another's place; the old files stay until the new ones are all there."""
    arriving, leaving = (
        old.with_name(f".{old.name}.{os.getpid()}.{end}") for end in ("new", "old")
    )
    try:
        old.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(str(new), str(arriving))
        if old.exists():
            os.replace(str(old), str(leaving))
        os.replace(str(arriving), str(old))
    except (OSError, shutil.Error) as error:
        shutil.rmtree(str(arriving), ignore_errors=True)
        raise UserError(f"{old} cannot be written: {error}") from None
    shutil.rmtree(str(leaving), ignore_errors=True)
