"""The cells of a column, looked at once for each different value."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.descriptor import PATTERNS, Field

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LARGEST_COUNT = 2**53
"""Above it a float can't count any more, and no figure of this field is that large."""


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with a cell."""

    rule: str
    problem: str
    remedy: str


RULES = {
    "text.unprintable": "A cell holds printable characters only.",
    "text.newline": "A cell stays on one line.",
    "text.padding": "A cell neither starts nor ends with a blank.",
    "text.markup": "A text cell holds no HTML, Markdown or template markup, if not verbatim.",
    "text.formula": "A text cell doesn't start like a spreadsheet formula.",
    "text.placeholder": "What is unknown is an empty cell, not a word or a dash.",
    "number.decimal-comma": "Decimals are written with a point.",
    "number.thousands-separator": "Digits are not grouped.",
    "number.unit": "The unit stands in the column's name, not in the cell.",
    "number.counter": "A number is smaller than 2^53.",
    "number.form": "A number is digits, at most one point between them, and a minus if negative.",
    "type.integer": "An integer has no decimals.",
    "type.number": "A cell of a number column is a number.",
    "type.boolean": "A cell of a yes/no column is yes or no.",
    "type.date": "A date is an existing day as YYYY-MM-DD.",
}

_PLACEHOLDER = (
    r"[+-]?(?:nan|inf|infinity)|n/?a|n\.a\.|null|nil|undefined|tbd|[-–—?]+"
    r"|#(?:n/a|ref!|value!|div/0!)"
)
_ABSENT_TEXT = re.compile(_PLACEHOLDER, re.IGNORECASE)
_ABSENT_NUMBER = re.compile(rf"{_PLACEHOLDER}|none|unknown|missing", re.IGNORECASE)
_NUMBER = r"[+-]?[0-9]+(?:[.,][0-9]+)*"
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_GROUPED = re.compile(r"[+-]?(?:[1-9][0-9]{0,2}(?:[,' _\u202f\u00a0][0-9]{3})+(?:\.[0-9]+)?)")
_WITH_UNIT = re.compile(rf"[~≈<>]?\s*{_NUMBER}\s*[^\W\d_]\S*(?:\s?/\s?\S+)?|{_NUMBER}\s*[%‰×°]")
_EXPONENT = re.compile(rf"{_NUMBER}[eE][+-]?[0-9]+")
_OTHER_FORM = re.compile(r"[+-]?(?:[0-9]*\.[0-9]+|[0-9]+\.|0[xX][0-9a-fA-F]+)|[+][0-9.]+")
_MARKUP = re.compile(
    r"<(?![=\s\d])|(?<![\s=])>|<\s*/|&(?:[a-zA-Z]{2,8}|#x?[0-9a-fA-F]+);"  # HTML
    r"|!?\[[^\]]*\][(\[]|`|\*\*|\{[{%#]|[}%#]\}"  # Markdown, Jinja
)
_FORMULA = re.compile(r"[=+@-]")
_ODD_CHARACTER = re.compile(r"[^ -~\0]|[<>&\]`*{}]")
_ODD_CELL = re.compile(rf"\0(?:[ =+@-]|(?i:{_PLACEHOLDER})(?=\0))")
_LONG_NUMBER = re.compile(r"[0-9]{16}")


def diagnose(field: Field, values: Sequence[str]) -> dict[int, Diagnosis]:
    """Return what is wrong with which of a column's different values, by position.

    Parameters
    ----------
    field
        The column.
    values
        Its different cells; an empty one is always right here.
    """
    joined = "\0" + "\0".join(values) + "\0"
    if _is_clean(field, joined):
        return {}
    found = {}
    for position, value in enumerate(values):
        diagnosis = diagnose_cell(field, value)
        if diagnosis:
            found[position] = diagnosis
    return found


def diagnose_cell(field: Field, value: str) -> Diagnosis | None:
    """Return what is wrong with one cell.

    Parameters
    ----------
    field
        The column.
    value
        The cell.
    """
    return _CHECKS.get(field.type, _diagnose_text)(field, value) if value else None


def _is_clean(field: Field, joined: str) -> bool:
    """Return whether one look at all values together finds nothing to look at closer."""
    if field.type in ("integer", "number"):
        return bool(_ALL[field.type].fullmatch(joined)) and not _LONG_NUMBER.search(joined)
    if field.type in ("boolean", "date"):
        return False
    return not (_ODD_CHARACTER.search(joined) or _ODD_CELL.search(joined) or " \0" in joined)


_ALL = {kind: re.compile(rf"\0(?:(?:{PATTERNS[kind]})?\0)*") for kind in ("integer", "number")}


def _diagnose_any(value: str) -> Diagnosis | None:
    """Return what is wrong with a cell of whatever type."""
    if "\n" in value:
        return Diagnosis("text.newline", "the cell runs over several lines", "write it in one line")
    if not value.isprintable():
        code = next(f"U+{ord(c):04X}" for c in value if not c.isprintable())
        return Diagnosis("text.unprintable", f"{code} can't be printed", "remove it")
    if value != value.strip():
        problem = "a blank stands at the edge of the cell"
        return Diagnosis("text.padding", problem, f"write {value.strip()!r}")
    return None


def _diagnose_text(field: Field, value: str) -> Diagnosis | None:
    diagnosis = _diagnose_any(value)
    if diagnosis or value in field.constraints.get("enum", ()):
        return diagnosis
    if "\ufffd" in value:
        return Diagnosis(
            "text.unprintable", "a character was lost in a conversion", "write it again"
        )
    if _ABSENT_TEXT.fullmatch(value):
        return _placeholder()
    if _FORMULA.match(value):
        problem = f"a cell that starts with {value[0]} is a formula to a spreadsheet"
        return Diagnosis("text.formula", problem, "reword it, or quote the text it names")
    markup = None if field.verbatim else _MARKUP.search(value)
    if markup:
        problem = f"{markup.group()!r} reads as markup"
        return Diagnosis("text.markup", problem, "write plain text")
    return None


def _diagnose_number(field: Field, value: str) -> Diagnosis | None:
    if re.fullmatch(PATTERNS[field.type], value):
        return _diagnose_size(value)
    diagnosis = _diagnose_any(value)
    if diagnosis:
        return diagnosis
    if _ABSENT_NUMBER.fullmatch(value):
        return _placeholder()
    if _GROUPED.fullmatch(value):
        plain = re.sub(r"[^0-9.+-]", "", value)
        return Diagnosis(
            "number.thousands-separator", "digits are grouped", f"write {plain}, or a decimal point"
        )
    if _DECIMAL_COMMA.fullmatch(value):
        problem = "a number uses a comma for its decimals"
        return Diagnosis("number.decimal-comma", problem, f"write {value.replace(',', '.')}")
    if field.type == "integer" and re.fullmatch(PATTERNS["number"], value):
        return Diagnosis("type.integer", "the column counts in integers", "write an integer")
    if _EXPONENT.fullmatch(value) or _OTHER_FORM.fullmatch(value):
        return Diagnosis("number.form", "the number is not written in plain digits", "write it out")
    if _WITH_UNIT.fullmatch(value):
        problem = "something stands beside the number"
        return Diagnosis(
            "number.unit", problem, f"write the number of {field.unit or 'units'} only"
        )
    return Diagnosis(f"type.{field.type}", "this is not a number", "write one, or leave it empty")


def _diagnose_size(value: str) -> Diagnosis | None:
    digits = value.lstrip("-").partition(".")[0]
    if len(digits) >= 16 and (len(digits) > 400 or int(digits) >= LARGEST_COUNT):
        problem = "a number this large is a counter that ran over, or -1 read without its sign"
        return Diagnosis("number.counter", problem, "take the figure from its source again")
    return None


def _diagnose_boolean(field: Field, value: str) -> Diagnosis | None:
    known = (*field.true_values, *field.false_values)
    if value in known:
        return None
    remedy = f"write {' or '.join(known)}, or leave it empty"
    return _diagnose_any(value) or Diagnosis("type.boolean", "this is not a yes or no", remedy)


def _diagnose_date(field: Field, value: str) -> Diagnosis | None:
    if field.parse(value) is not None:
        return None
    diagnosis = _diagnose_any(value)
    if diagnosis:
        return diagnosis
    if _ABSENT_NUMBER.fullmatch(value):
        return _placeholder()
    example = dt.date(2026, 1, 31).isoformat()
    problem = "this is not a day" if re.fullmatch(PATTERNS["date"], value) else "this is not a date"
    return Diagnosis("type.date", problem, f"write it like {example}")


def _placeholder() -> Diagnosis:
    problem = "a word or sign stands for a value that isn't there"
    return Diagnosis("text.placeholder", problem, "leave the cell empty")


_CHECKS: dict[str, Callable[[Field, str], Diagnosis | None]] = {
    "integer": _diagnose_number,
    "number": _diagnose_number,
    "boolean": _diagnose_boolean,
    "date": _diagnose_date,
}
