"""Sense of the rules about what runs on a DLA."""

# ruff: noqa: D401 - the docstring of a rule is what the rule says

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING

import numpy as np

from generator.lint.rules import Flag, View, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

_SENTENCES = ("sentence", "remedy", "text")
_BOUNDS = ("minimum", "maximum", "allowed", "bound_parameter", "value")
"""What a sentence can name; ``value`` is the node's own, where the table has no such column."""
_NUMBERS = ("minimum", "maximum")
_NEEDED = {
    "between": (),
    "below": ("maximum",),
    "outside": _NUMBERS,
    "one_of": ("allowed",),
    "none_of": ("allowed",),
    "between_or_one_of": (*_NUMBERS, "allowed"),
    "equal": (),
    "less_than": ("bound_parameter",),
    "equals_parameter": ("bound_parameter",),
}
"""The bounds each relation compares with."""
_POSSIBLE = _NEEDED | {"between": _NUMBERS}


@rule("rules.digit", tables=("rules", "build-notes"))
def check_digits(view: View) -> Iterator[Flag]:
    """A sentence takes its numbers from the columns beside it."""
    for name in filter(view.has, _SENTENCES):
        wrong = view.map_rows((name,), lambda row: bool(re.search(r"\d", str(row[0]))))
        problem = "a number is typed in the sentence"
        yield Flag(wrong == 1, name, problem, "write the name of its column in braces")


@rule("rules.placeholder", tables=("rules", "build-notes"))
def check_placeholders(view: View) -> Iterator[Flag]:
    """What a sentence names in braces is a bound of the row that has a value."""
    bounds = tuple(filter(view.has, _BOUNDS))
    for name in filter(view.has, _SENTENCES):
        columns = (name, *bounds)
        wrong = view.map_rows(columns, lambda row: bool(_dead_name(row, bounds)))
        yield Flag(
            wrong == 1,
            name,
            lambda position, columns=columns: (  # type: ignore[misc]
                _dead_name(view.sheet.rows([position], columns)[0], columns[1:])
            ),
            "write minimum, maximum, allowed or value, or fill in the bound",
        )


@rule("rules.bounds", "relation", "minimum", "maximum", "allowed", "bound_parameter")
def check_bounds(view: View) -> Iterator[Flag]:
    """A rule has the bounds its relation compares with, and no others."""
    for name in ("minimum", "maximum", "allowed", "bound_parameter"):
        is_missing = view.is_missing(name)
        needing = [relation for relation, bounds in _NEEDED.items() if name in bounds]
        problem = "the relation compares with it"
        yield Flag(is_missing & view.equals("relation", *needing), name, problem, "fill it in")
        without = [relation for relation, bounds in _POSSIBLE.items() if name not in bounds]
        problem = "the relation compares with no such bound"
        yield Flag(~is_missing & view.equals("relation", *without), name, problem, "leave it empty")
    is_open = np.isnan(view.column("minimum")) & np.isnan(view.column("maximum"))
    yield Flag(
        is_open & view.equals("relation", "between"),
        "relation",
        "there is neither a minimum nor a maximum",
        "fill in one of them",
    )


@rule("rules.range", "relation", "minimum", "maximum")
def check_range(view: View) -> Iterator[Flag]:
    """The minimum of a rule is not above its maximum."""
    wrong = view.column("minimum") > view.column("maximum")
    yield Flag(wrong, "minimum", "it is above the maximum", "swap or mend the two")


@rule("rules.operators", "rule", "scope", "layer", tables=("rules",))
def check_operators(view: View) -> Iterator[Flag]:
    """A rule about one layer names its operators, and a rule about all of them none."""
    named = {rule for (rule,) in view.whole("rule-operators", "rule")}
    has_operators = view.sheet.columns["rule"].is_one_of(named)
    of_one_layer = view.equals("scope", "layer") & ~view.is_missing("layer")
    problem = "no operator is given for it"
    remedy = "add rows to rule-operators.csv, or leave its layer empty"
    yield Flag(of_one_layer & ~has_operators, "rule", problem, remedy)
    problem = "operators are given for it, although it is not about one layer"
    remedy = "write its layer, or delete its rows of rule-operators.csv"
    yield Flag(~of_one_layer & has_operators, "rule", problem, remedy)


def _dead_name(row: tuple, bounds: tuple[str, ...]) -> str:
    """Return what is wrong with the names in braces of a sentence, given its bounds."""
    sentence, *values = row
    known = dict(zip(bounds, values, strict=True))
    try:
        names = [name for _, name, _, _ in Formatter().parse(sentence or "") if name is not None]
    except ValueError:
        return "a brace is open"
    for name in names:
        if name not in _BOUNDS:
            return f"{name or 'nothing'!r} is the name of no bound"
        if name in known and known[name] is None:
            return f"{name} is empty"
    return ""
