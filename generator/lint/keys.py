"""Primary keys, record ids and foreign keys."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from generator.lint.collect import Layer
from generator.package import slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.descriptor import ForeignKey
    from generator.lint.sheet import Sheet

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
    codes = codes_of(sheet.frame, key)
    double = _report_double(sheet, codes, "key.primary", "the same key stands on line {}")
    ids = codes_of(sheet.frame, key, as_slug=True)
    ids[double] = -1
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


def codes_of(frame: pd.DataFrame, columns: tuple[str, ...], *, as_slug: bool = False) -> np.ndarray:
    """Return a number for each row, equal for rows equal in these columns, -1 if one is missing.

    Parameters
    ----------
    frame
        Typed columns.
    columns
        Those to look at.
    as_slug
        Compare strings as they stand in a record id.
    """
    codes = np.zeros(len(frame), dtype=np.int64)
    missing = np.zeros(len(frame), dtype=bool)
    for column in columns:
        values = frame[column]
        if isinstance(values.dtype, pd.CategoricalDtype):
            own = values.cat.codes.to_numpy(dtype=np.int64)
            if as_slug:
                slugs, _ = pd.factorize(np.array([slug(text) for text in values.cat.categories]))
                own = np.append(slugs, -1)[own]
        else:
            own, _ = pd.factorize(values)
        missing |= own < 0
        codes, _ = pd.factorize(codes * (int(own.max(initial=0)) + 1) + own)
    codes[missing] = -1
    return codes


def _report_double(sheet: Sheet, codes: np.ndarray, rule: str, problem: str) -> np.ndarray:
    is_double = pd.Series(codes).duplicated().to_numpy() & (codes >= 0)
    positions = np.flatnonzero(is_double)
    problems = []
    for position in positions[:100]:
        first = int(np.flatnonzero(codes == codes[position])[0])
        problems.append(problem.format(sheet.line(first)))
    column = sheet.table.primary_key[-1]
    sheet.report(
        positions, column, rule, problems, "delete the row or tell the two apart", Layer.KEYS
    )
    return is_double


def _check_foreign_key(sheet: Sheet, target: Sheet, key: ForeignKey) -> set[str]:
    """Report the orphans of one key; return the columns they stand in."""
    known = set(_tuples(target.frame, key.reference))
    codes = codes_of(sheet.frame, key.fields)
    firsts = pd.Series(codes).drop_duplicates().loc[lambda series: series >= 0]
    rows = sheet.frame.loc[firsts.index, list(key.fields)]
    wrong = [
        code
        for code, value in zip(firsts, _tuples(rows, key.fields), strict=True)
        if value not in known
    ]
    if not wrong:
        return set()
    choices = [str(value[-1]) for value in sorted(known, key=str)]
    for position in np.flatnonzero(np.isin(codes, wrong)):
        cell = sheet.cell(int(position), key.fields[-1])
        near = difflib.get_close_matches(cell, choices, n=1)
        names = ", ".join(key.reference)
        sheet.report(
            [int(position)],
            key.fields[-1],
            "key.foreign",
            f"{target.file} has no such {names}",
            f"write {near[0]!r}, or add the row there" if near else "add the row there",
            Layer.KEYS,
        )
    return set(key.fields)


def _tuples(frame: pd.DataFrame, columns: tuple[str, ...]) -> list[tuple]:
    return list(zip(*(frame[column].astype(object) for column in columns), strict=True))
