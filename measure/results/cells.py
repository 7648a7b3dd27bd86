"""Cells of a table as the data package wants them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Iterable

from measure.results.private import masked

DIGITS = 6
"""Significant digits that are kept of a figure."""

_NO_WORD = re.compile(r"[^a-z0-9]+")


def number(value: float | None) -> str:
    """Return a figure in plain digits, without exponent; empty if it is unknown."""
    if value is None:
        return ""
    text = format(Decimal(f"{value:.{DIGITS}g}"), "f")
    return "0" if text == "-0" else text


def count(value: int | None) -> str:
    """Return a whole number; empty if it is unknown."""
    return "" if value is None else str(int(value))


def yes_no(*, value: bool) -> str:
    """Return a truth value as the data package has it."""
    return "yes" if value else "no"


def text(value: Any) -> str:
    """Return a text in one line; empty if it is unknown."""
    return "" if value is None else " ".join(str(value).split())


def command(words: Iterable[str] | str | None) -> str:
    """Return a command as one would type it into a shell, without names in its paths."""
    if words is None or isinstance(words, str):
        return masked(text(words))
    return masked(text(" ".join(_quoted(str(word)) for word in words)))


def _quoted(word: str) -> str:
    if re.fullmatch(r"[\w@%+=:,./*-]+", word, re.ASCII):
        return word
    return "'" + word.replace("'", "'\\''") + "'"


def words(values: Iterable[str]) -> str:
    """Return different words in alphabetical order, separated by blanks."""
    cleaned = {_NO_WORD.sub("_", value.lower()).strip("_") for value in values}
    return " ".join(sorted(word for word in cleaned if word))


def mean(values: Iterable[float | None]) -> float | None:
    """Return the mean of those that are known; None if none is."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
