"""Where the data package keeps the tables that runs have rows in, and how they are laid out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Mapping

from measure.errors import UserError
from measure.tables import Row, data_folder, read_csv

if TYPE_CHECKING:
    from pathlib import Path

PARENTS_FIRST = (
    "runs",
    "files",
    "builds",
    "results",
    "ratios",
    "segments",
    "evidence",
    "comparisons",
)
"""Tables that a run has rows in; each names only rows of tables before it."""


@dataclass(frozen=True)
class TablePlace:
    """One table: its file, its columns in order, and those that make its key."""

    name: str
    path: Path
    columns: tuple[str, ...]
    key: tuple[str, ...]

    def rows(self) -> list[Row]:
        """Return the rows that the data package holds now."""
        return self.read(self.path) if self.path.exists() else []

    def read(self, path: Path) -> list[Row]:
        """Return the rows of a file that is to have the columns of this table.

        Raises
        ------
        UserError
            Naming a column that is missing or unknown.
        """
        rows = read_csv(path)
        for name in sorted(set(self.columns) ^ set(rows[0])) if rows else ():
            problem = "is missing" if name in self.columns else "is unknown"
            raise UserError(
                f"{path}: the column {name!r} {problem}; derive the table again by the version of "
                "the program that reads it"
            )
        return rows


def table_places(data: Path | None = None) -> dict[str, TablePlace]:
    """Return the tables of PARENTS_FIRST as the descriptor has them.

    Parameters
    ----------
    data
        The data package; by default the one of DLA_ATLAS_DATA or of the repository.

    Raises
    ------
    UserError
        When the folder is no data package, or one without these tables.
    """
    root = data or data_folder()
    path = root / "datapackage.json"
    try:
        descriptor: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        resources = {resource["name"]: resource for resource in descriptor["resources"]}
        return {
            name: TablePlace(
                name,
                root / resources[name]["path"],
                tuple(field["name"] for field in resources[name]["schema"]["fields"]),
                tuple(resources[name]["schema"]["primaryKey"]),
            )
            for name in PARENTS_FIRST
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{path} does not declare the tables of measured runs ({error}); "
            "point DLA_ATLAS_DATA at the data folder of the repository"
        ) from None


def key_of(place: TablePlace, row: Mapping[str, str]) -> tuple[str, ...]:
    """Return the key of a row, numbers padded so that they sort as numbers do."""
    return tuple(
        row[name].rjust(9, "0") if row[name].isdigit() else row[name] for name in place.key
    )
