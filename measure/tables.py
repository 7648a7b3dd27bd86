"""Read and write tables of the data package."""

from __future__ import annotations

import csv
import os
from functools import lru_cache
from pathlib import Path
from typing import Dict, Iterable, Mapping, Sequence

from measure.errors import UserError

Row = Dict[str, str]

_OWN = Path(__file__).resolve().parent.parent / "data"
"""The data package of the repository."""


def data_folder() -> Path:
    """Return the folder of the data package: DLA_ATLAS_DATA, or data/ of the repository."""
    chosen = os.environ.get("DLA_ATLAS_DATA")
    return Path(chosen) if chosen else _OWN


def read_table(name: str) -> list[Row]:
    """Return the rows of a table; a cell is text, empty where nothing is known.

    Parameters
    ----------
    name
        The table's path in the data folder, without ending: "operators/rules".
    """
    return list(_read(str(data_folder() / f"{name}.csv")))


def read_csv(path: Path) -> list[Row]:
    """Return the rows of a CSV as text, read anew each time.

    Raises
    ------
    UserError
        When the file is missing, unreadable or has rows of another length than its header.
    """
    return list(_rows(str(path)))


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Write rows as a CSV, which replaces the old one in one step.

    Raises
    ------
    UserError
        When the file cannot be written; the old one is then untouched.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(unfinished, "w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        os.replace(unfinished, path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise UserError(f"{path} cannot be written: {error.strerror}") from None


@lru_cache(maxsize=None)
def _read(path: str) -> tuple[Row, ...]:
    """Read a file once; the rows are shared, so nobody may change them."""
    return tuple(_rows(path))


def _rows(path: str) -> list[Row]:
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            return [_checked(row, path, reader.line_num) for row in reader]
    except FileNotFoundError:
        raise UserError(
            f"{path} is missing; point DLA_ATLAS_DATA at the data folder of the repository"
        ) from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path} cannot be read: {error}") from None


def _checked(row: Row, path: str, line: int) -> Row:
    """Return the row if it has as many cells as the header."""
    if None in row or None in row.values():
        raise UserError(f"{path} line {line}: the number of cells differs from the header's")
    return row
