"""Names of rows in addresses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.descriptor import Table

_NOT_SLUG = re.compile(r"[^a-z0-9.-]+")
_DASHES = re.compile(r"-{2,}")


def record_id(table: Table, row: Mapping[str, object]) -> str:
    """Return the stable id of a row: the table's name and its slugged key, joined by points.

    Parameters
    ----------
    table
        The table of the row.
    row
        The row's cells as printed, or at least those of the primary key.
    """
    return ".".join([table.name, *(slug(str(row[name])) for name in table.primary_key)])


def slug(text: str) -> str:
    """Return text in lower case in which whatever can't stand in an id is a dash."""
    return _DASHES.sub("-", _NOT_SLUG.sub("-", text.lower())).strip("-") or "-"
