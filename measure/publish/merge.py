"""Rows of a run joined with the rows that the data package holds."""

from __future__ import annotations

from typing import Iterable, Mapping, Sequence

from measure.errors import UserError
from measure.table_places import TablePlace, key_of

Row = Mapping[str, str]
RUN = "run"


def merged(place: TablePlace, run: str, new: Iterable[Row]) -> list[Row]:
    """Return the table's rows with those of a run replaced by new ones.

    Rows of measured tables are sorted by their key, so that a difference of two versions of the
    file is small; other tables keep their order.

    Raises
    ------
    UserError
        When a new row has the key of another run's row.
    """
    kept = [row for row in place.rows() if row.get(RUN) != run]
    added = [{name: row.get(name, "") for name in place.columns} for row in new]
    held = {key_of(place, row): row for row in kept}
    for row in added:
        if key_of(place, row) in held:
            other = held[key_of(place, row)].get(RUN, "")
            raise UserError(
                f"{place.path.name}: {' '.join(key_of(place, row))} is a row of run {other!r} "
                "already; withdraw that run first"
            )
    rows: list[Row] = [*kept, *added]
    if place.path.parent.name == "measured":
        rows.sort(key=lambda row: key_of(place, row))
    return rows


def same_rows(before: Sequence[Row], after: Sequence[Row]) -> bool:
    """Say whether nothing changes."""
    return [dict(row) for row in before] == [dict(row) for row in after]
