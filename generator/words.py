"""Words around figures: numbers with a fixed precision, lists, percentages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.markup import markdown_text

if TYPE_CHECKING:
    from collections.abc import Sequence

NARROW = "\u202f"
"""No-break space between a figure and its sign."""


def fixed(value: float, digits: int = 0) -> str:
    """Return a number with so many decimals."""
    return f"{value:.{digits}f}"


def shortest(value: float) -> str:
    """Return a number with one decimal only where there is a fraction."""
    return fixed(value, 1 if value % 1 else 0)


def rounded(value: float) -> str:
    """Return a number to at least three digits, none of them in an exponent."""
    size = abs(value)
    return fixed(value, 0 if size >= 100 else 1 if size >= 10 else 2)


def percent(value: float, digits: int = 0) -> str:
    """Return a fraction of one as a percentage."""
    return f"{100 * value:.{digits}f}{NARROW}%"


def times(value: float, digits: int = 1) -> str:
    """Return a factor, such as 2.6×."""
    return f"{value:.{digits}f}×"


def span(low: str, high: str) -> str:
    """Return a range of two printed figures, or the one figure if they are the same."""
    return low if low == high else f"{low} to {high}"


def dash(low: str, high: str) -> str:
    """Return a range as short as it can be: ``2.6–5.6``."""
    return low if low == high else f"{low}–{high}"


def listing(items: Sequence[object], last: str = "and") -> Markup:
    """Return items as a list within a sentence: ``a, b and c``; safe for Markdown and HTML."""
    texts = [Markup(markdown_text(item)) for item in items]
    if len(texts) < 2:
        return Markup("").join(texts)
    return Markup(", ").join(texts[:-1]) + Markup(f" {last} ") + texts[-1]


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
