"""Checks of values that JSON can hold; each returns what a value must be, nothing if it is that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Mapping

if TYPE_CHECKING:
    import re

Check = Callable[[Any], str]

LEAST = 1e-12
"""What is nearer to zero is no time, power or throughput, and its ratios leave all bounds."""

_MISSING = object()
"""Stands for a field that a record doesn't have; only what may be null must be there for it."""


def problems(value: Mapping[str, Any], shape: Mapping[str, Check]) -> list[tuple[str, str]]:
    """Return the first field that is not what it must be, and what that is."""
    for field, check in shape.items():
        problem = check(value.get(field, _MISSING))
        if problem:
            return [(field, problem)]
    return []


def number_from(low: float, high: float) -> Check:
    """Ask for a number between two others, both possible."""
    return lambda value: (
        ""
        if type(value) in (int, float) and low <= value <= high
        else f"a number from {low:g} to {high:g}"
    )


def divisor_from(low: float, high: float) -> Check:
    """Ask for a number between two others that is 0 or not next to it."""
    is_number = number_from(low, high)

    def problem(value: Any) -> str:
        wrong = is_number(value)
        if wrong or value == 0 or abs(value) >= LEAST:
            return wrong
        return f"0, or {LEAST:g} from it at least"

    return problem


def whole_from(low: int, high: int) -> Check:
    """Ask for a whole number between two others, both possible."""
    return lambda value: (
        ""
        if type(value) is int and low <= value <= high
        else f"a whole number from {low} to {high}"
    )


def one_of(*words: str) -> Check:
    """Ask for one of some words."""
    return lambda value: "" if value in words else f"one of {', '.join(words)}"


def matching(pattern: re.Pattern[str], words: str) -> Check:
    """Ask for a text of a form, which the words describe."""
    return lambda value: "" if isinstance(value, str) and pattern.fullmatch(value) else f"{words}"


def list_of(check: Check) -> Check:
    """Ask for a list, and hold each of its values against a check."""

    def problem(value: Any) -> str:
        if not isinstance(value, list):
            return "a list"
        return next((f"a list of which each is {text}" for text in map(check, value) if text), "")

    return problem


def two_of(check: Check) -> Check:
    """Ask for a list of two, or for an empty one."""
    each = list_of(check)
    return lambda value: each(value) or ("" if len(value) in (0, 2) else "a list of two")


def object_of(shape: Mapping[str, Check]) -> Check:
    """Ask for an object with certain fields."""

    def problem(value: Any) -> str:
        if not isinstance(value, dict):
            return "an object"
        return next((f"one with {name} {text}" for name, text in problems(value, shape)), "")

    return problem


def each(check: Check) -> Check:
    """Hold all values of an object against a check, whatever their names are."""

    def problem(value: Any) -> str:
        if not isinstance(value, dict):
            return "an object"
        return next((f"one with {text}" for text in map(check, value.values()) if text), "")

    return problem


def maybe(check: Check) -> Check:
    """Let a field be null or missing."""
    return lambda value: "" if value is None or value is _MISSING else check(value)


def there(check: Check) -> Check:
    """Let a field be null, but not missing."""
    return lambda value: "" if value is None else check(value)


def maybe_all(check: Check, *names: str) -> dict[str, Check]:
    """Return one check for several fields, each of which may be null or missing."""
    return {name: maybe(check) for name in names}


def a_text(value: Any) -> str:
    """Ask for a text."""
    return "" if isinstance(value, str) else "a text"


def a_flag(value: Any) -> str:
    """Ask for true or false."""
    return "" if isinstance(value, bool) else "true or false"


def a_command(value: Any) -> str:
    """Ask for a command: a text, or a list of its words."""
    return "" if isinstance(value, str) else list_of(a_text)(value)
