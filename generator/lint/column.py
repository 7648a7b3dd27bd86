"""A typed column as numpy arrays, and groups of rows by several of them.

Frames would do the same with less code, but taking a column out of one costs more than most rules
do with it, and the lint is part of every build.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.descriptor import Field, Value


class Column:
    """Typed values; unknown and mistaken cells are missing.

    Parameters
    ----------
    field
        What the schema says of it.
    codes
        For each row the position of its value, -1 where it is missing.
    known
        The different values: texts, floats for numbers and for booleans (1 or 0), days for dates.
    """

    def __init__(self, field: Field, codes: np.ndarray, known: np.ndarray) -> None:
        self.field = field
        self.codes = codes
        self.known = known

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.codes)

    @cached_property
    def numbers(self) -> np.ndarray:
        """Return a float for each row of a numeric column, NaN where it is missing."""
        return np.append(self.known, np.nan)[self.codes]

    @cached_property
    def days(self) -> np.ndarray:
        """Return a day for each row of a column of dates."""
        return np.append(self.known, np.datetime64("NaT", "s"))[self.codes]

    @property
    def is_missing(self) -> np.ndarray:
        """Return where there is no value."""
        return self.codes < 0

    def is_one_of(self, values: Sequence[str] | set[str]) -> np.ndarray:
        """Return where a text is one of these."""
        hits = np.fromiter(
            (text in values for text in self.known), dtype=bool, count=len(self.known)
        )
        return np.append(hits, False)[self.codes]

    def value(self, row: int) -> Value | None:
        """Return the value of a row, None where it is missing."""
        code = self.codes[row]
        return None if code < 0 else self.known[code]


def join_pieces(pieces: Sequence[Column]) -> Column:
    """Return one column made of those of successive chunks.

    Parameters
    ----------
    pieces
        At least one.
    """
    if len(pieces) == 1:
        return pieces[0]
    # Merging the different values costs less than looking at each row again.
    merged, known = pd.factorize(np.concatenate([piece.known for piece in pieces]))
    codes = []
    start = 0
    for piece in pieces:
        own = merged[start : start + len(piece.known)]
        codes.append(np.append(own, -1)[piece.codes])
        start += len(piece.known)
    return Column(pieces[0].field, np.concatenate(codes), known)


def group_rows(columns: Sequence[Column], *, length: int) -> np.ndarray:
    """Return a number for each row, equal for rows that are equal in all columns.

    Parameters
    ----------
    columns
        What to compare; a missing value equals another missing one.
    length
        The number of rows.
    """
    groups = np.zeros(length, dtype=np.int64)
    for column in columns:
        combined = groups * (len(column.known) + 1) + column.codes + 1
        groups, _ = pd.factorize(combined)
    return groups


def first_rows(groups: np.ndarray) -> np.ndarray:
    """Return the first row of each group, in the order of their numbers.

    Parameters
    ----------
    groups
        What :func:`group_rows` returned.
    """
    firsts = np.full(int(groups.max(initial=-1)) + 1, len(groups))
    np.minimum.at(firsts, groups, np.arange(len(groups)))
    return firsts
