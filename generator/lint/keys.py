"""Primary keys, record ids and foreign keys."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from generator.lint.collect import Layer
from generator.lint.column import Column, group_rows
from generator.record_ids import slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.descriptor import ForeignKey
    from generator.lint.sheet import Sheet

_ARE_SLUGS = re.compile(r"[a-z0-9.]+(?:[-\0][a-z0-9.]+)*")
"""Texts, joined by NUL, that each are their own slug."""

RULES = {
    "key.primary": "No two rows of a table have the same primary key.",
    "key.record-id": "No two rows of a table have the same record id.",
    "key.foreign": "A key that refers to another table stands in it.",
}


def check_primary_key(sheet: Sheet) -> None:
    """Report rows whose key, or the record id made of it, another row has already.

    Parameters
    ----------
    sheet
        A table.
    """
    key = sheet.table.primary_key
    if not key or not sheet.has(*key):
        return
    columns = [sheet.columns[name] for name in key]
    is_missing = np.any([column.is_missing for column in columns], axis=0)
    groups = np.where(is_missing, -1, group_rows(columns, length=len(sheet)))
    double = _report_double(sheet, groups, "key.primary", "the same key stands on line {}")
    slugs = [_as_slugs(column) for column in columns]
    ids = np.where(is_missing | double, -1, group_rows(slugs, length=len(sheet)))
    _report_double(sheet, ids, "key.record-id", "its record id is the same as of line {}")


def check_foreign_keys(sheet: Sheet, sheets: Mapping[str, Sheet]) -> None:
    """Report keys that stand in no row of the table they refer to.

    Parameters
    ----------
    sheet
        The table that refers.
    sheets
        All tables that could be read. One with missing rows is not asked.
    """
    orphans: set[str] = set()
    for key in sorted(sheet.table.foreign_keys, key=lambda key: len(key.fields)):
        target = sheets.get(key.table)
        if target is None or target.damaged or not target.has(*key.reference):
            continue
        if sheet.has(*key.fields) and orphans.isdisjoint(key.fields):
            orphans |= _check_foreign_key(sheet, target, key)


def _as_slugs(column: Column) -> Column:
    """Return a column whose texts are as they stand in a record id."""
    if column.field.type != "string":
        return column
    if _ARE_SLUGS.fullmatch("\0".join(column.known)):
        return column
    numbers, known = pd.factorize(np.array([slug(text) for text in column.known], dtype=object))
    return Column(column.field, np.append(numbers, -1)[column.codes], known)


def _report_double(sheet: Sheet, codes: np.ndarray, rule: str, problem: str) -> np.ndarray:
    is_double = pd.Series(codes).duplicated().to_numpy() & (codes >= 0)
    sheet.report(
        np.flatnonzero(is_double),
        sheet.table.primary_key[-1],
        rule,
        lambda position: problem.format(sheet.line(int(np.argmax(codes == codes[position])))),
        "delete the row or tell the two apart",
        Layer.KEYS,
    )
    return is_double


def _check_foreign_key(sheet: Sheet, target: Sheet, key: ForeignKey) -> set[str]:
    """Report the orphans of one key; return the columns they stand in."""
    _, firsts = target.groups(key.reference)
    known = set(target.rows(firsts, key.reference))
    groups, firsts = sheet.groups(key.fields)
    wrong = [
        group
        for group, value in enumerate(sheet.rows(firsts, key.fields))
        if value not in known and None not in value
    ]
    if not wrong:
        return set()
    choices = sorted({str(value[-1]) for value in known})

    def remedy(position: int) -> str:
        near = difflib.get_close_matches(sheet.cell(position, key.fields[-1]), choices, n=1)
        return f"write {near[0]!r}, or add the row there" if near else "add the row there"

    sheet.report(
        np.flatnonzero(np.isin(groups, wrong)),
        key.fields[-1],
        "key.foreign",
        f"{target.file} has no such {', '.join(key.reference)}",
        remedy,
        Layer.KEYS,
    )
    return set(key.fields)
