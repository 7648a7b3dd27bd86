"""Plain words for sentences; they are escaped where they are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBERS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def joined(items: Sequence[str], last: str = "and") -> str:
    """Return items as a list within a sentence: ``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number of things, small numbers as words: ``two DLA cores``."""
    word = _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)
    return f"{word} {noun if number == 1 else plural or noun + 's'}"


def capital(text: str) -> str:
    """Return text with its first letter in upper case and the rest as it is."""
    return text[:1].upper() + text[1:]


def sentence(text: str | None) -> str:
    """Return text that ends with a full stop, empty for None."""
    if not text:
        return ""
    return text if text.endswith((".", "!", "?")) else f"{text}."
