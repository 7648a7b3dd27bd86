"""Read the tables of the data package that the checker works with."""

from __future__ import annotations

import csv
import os
from functools import lru_cache
from pathlib import Path
from typing import Dict

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


@lru_cache(maxsize=None)
def _read(path: str) -> tuple[Row, ...]:
    """Read a file once; the rows are shared, so nobody may change them."""
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            return tuple(_checked(row, path, reader.line_num) for row in reader)
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
