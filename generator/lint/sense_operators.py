"""Sense of the operators, their states from version to version, and their recipes."""

# ruff: noqa: D401 - the docstring of a rule is what the rule says

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from generator.lint.known_versions import known_versions
from generator.lint.rules import Flag, View, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

_KINDS = ("dla-software", "tensorrt-drive", "tensorrt-jetson")
_SOCS = ({"any"}, {"orin", "xavier"})
_STATES = ("operator", "version_kind", "soc", "interval", "since", "until")


@rule("operators.opsets", "since_opset", "last_changed_opset")
def check_opsets(view: View) -> Iterator[Flag]:
    """An operator is not changed before it exists."""
    wrong = view.column("last_changed_opset") < view.column("since_opset")
    yield Flag(wrong, "last_changed_opset", "the operator is younger", "check both opsets")


@rule("operators.states", "operator", tables=("operators",))
def check_kinds(view: View) -> Iterator[Flag]:
    """Each operator has states on Jetson, on DRIVE OS and in the DLA software, for every SoC."""
    socs: dict[tuple[str, str], set[str]] = defaultdict(set)
    for operator, kind, soc in view.whole("operator-states", "operator", "version_kind", "soc"):
        socs[operator, kind].add(soc)

    def lacking(operator: str) -> list[str]:
        return [kind for kind in _KINDS if socs[operator, kind] not in _SOCS]

    wrong = view.map_rows(("operator",), lambda row: bool(lacking(row[0])))
    yield Flag(
        wrong == 1,
        "operator",
        lambda position: (
            f"its states of {lacking(view.cell(position, 'operator'))[0]} are neither for any SoC "
            "nor for each"
        ),
        "add the missing rows to operator-states.csv, or delete those too many",
    )


@rule("states.ends", *_STATES, tables=("operator-states",))
def check_ends(view: View) -> Iterator[Flag]:
    """States of an operator are numbered in time; only the first has no start, the last no end."""
    before, after = _neighbours(view)
    number = view.column("interval")
    expected = np.where(before < 0, 1, number[before] + 1)
    yield Flag(number != expected, "interval", "a number is left out", "number them in time")
    wrong = view.is_missing("since") != (before < 0)
    problem = "the oldest state, and no other, holds from the beginning"
    yield Flag(wrong, "since", problem, "write since when, or empty it on the oldest")
    wrong = view.is_missing("until") != (after < 0)
    problem = "the newest state, and no other, holds to the end"
    yield Flag(wrong, "until", problem, "write until when, or empty it on the newest")


@rule("states.gap", *_STATES, tables=("operator-states",))
def check_gap(view: View) -> Iterator[Flag]:
    """No version lies between a state of an operator and the one before."""
    known = known_versions(view)
    missed = [
        known.between(before[1], since, kind) if before and before[1] else ""
        for kind, before, (since, _) in _pairs(view)
    ]
    yield _flag_versions(missed, "no state holds for {}", "let the ranges meet")


@rule("states.overlap", *_STATES, tables=("operator-states",))
def check_overlap(view: View) -> Iterator[Flag]:
    """No version belongs to two states of an operator."""
    known = known_versions(view)
    shared = [
        known.in_both(before, own, kind) if before else "" for kind, before, own in _pairs(view)
    ]
    problem = "the state before still holds for {}"
    yield _flag_versions(shared, problem, "end the one before the other starts")


@rule("states.disputed", "state", "disputed_state", "disputed_source", "source")
def check_disputed(view: View) -> Iterator[Flag]:
    """A disputed state is another one, from another source, which is named."""
    disputed = ~view.is_missing("disputed_state")
    named = ~view.is_missing("disputed_source")
    same = view.map_rows(("state", "disputed_state"), lambda row: row[0] == row[1])
    problem = "it is the state itself"
    yield Flag(same == 1, "disputed_state", problem, "write the other state, or empty it")
    problem = "only one of disputed state and its source is there"
    remedy = "write both, or neither"
    yield Flag(disputed != named, "disputed_source", problem, remedy)
    own = view.map_rows(("source", "disputed_source"), lambda row: row[0] == row[1])
    problem = "a source doesn't dispute itself"
    yield Flag(own == 1, "disputed_source", problem, "name the other source")


@rule("states.recipe", "operator", "state", tables=("operator-states",))
def check_recipe(view: View) -> Iterator[Flag]:
    """An operator that others express has a recipe."""
    known = {operator for (operator,) in view.whole("recipes", "operator")}
    without = ~view.sheet.columns["operator"].is_one_of(known)
    wrong = view.equals("state", "reconstruction") & without
    yield Flag(wrong, "state", "no recipe says how", "add one to recipes.csv")


@rule("states.rules", "operator", "state", tables=("operator-states",))
def check_rules(view: View) -> Iterator[Flag]:
    """An operator that runs under conditions has rules."""
    known = {operator for (operator,) in view.whole("rule-operators", "operator")}
    without = ~view.sheet.columns["operator"].is_one_of(known)
    wrong = view.equals("state", "limited") & without
    remedy = "add its rules to rule-operators.csv, or write native"
    yield Flag(wrong, "state", "no rule names its conditions", remedy)


@rule("states.precision", "state", "precision", tables=("operator-states",))
def check_precision(view: View) -> Iterator[Flag]:
    """Only what runs has a precision."""
    wrong = ~view.is_missing("precision") & ~view.equals("state", "native", "limited")
    yield Flag(wrong, "precision", "the operator doesn't run", "empty it, or mend the state")


@rule("recipes.uses", "operator", "uses", tables=("recipes",))
def check_uses(view: View) -> Iterator[Flag]:
    """What a recipe is made of are operators."""
    known = {operator for (operator,) in view.whole("operators", "operator")}
    wrong = view.map_rows(("uses",), lambda row: not set((row[0] or "").split()) <= known)
    problem = "it names something that is no operator"
    yield Flag(wrong == 1, "uses", problem, "write names of operators.csv")


@rule("history.change", "old_status", "new_status", "old_since", "new_since", "change")
def check_change(view: View) -> Iterator[Flag]:
    """An entry that was added has no old status, one that was removed no new one."""
    for change, column in (("added", "old_status"), ("removed", "new_status")):
        wrong = view.equals("change", change) & ~view.is_missing(column)
        yield Flag(wrong, column, f"the entry was {change}", "empty it, or mend the change")
    names = ("old_status", "new_status", "old_since", "new_since")
    same = view.map_rows(names, lambda row: row[0] == row[1] and row[2] == row[3])
    wrong = view.equals("change", "status") & (same == 1)
    yield Flag(wrong, "new_status", "nothing changed", "check both statuses")


def _neighbours(view: View) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of the states before and after each state, -1 if there is none."""
    groups, _ = view.sheet.groups(_STATES[:3])
    order = np.lexsort((view.column("interval"), groups))
    is_pair = np.diff(groups[order]) == 0
    before, after = np.full(len(groups), -1), np.full(len(groups), -1)
    before[order[1:][is_pair]] = order[:-1][is_pair]
    after[order[:-1][is_pair]] = order[1:][is_pair]
    return before, after


def _pairs(view: View) -> Iterator[tuple[str, tuple[str, str] | None, tuple[str, str]]]:
    """Yield for each state whose versions it counts in, the range before it and its own."""
    rows = view.sheet.rows(range(len(view.sheet)), ("version_kind", "since", "until"))
    ranges = [(since or "", until or "") for _, since, until in rows]
    for (kind, _, _), own, before in zip(rows, ranges, _neighbours(view)[0], strict=True):
        yield kind, ranges[before] if before >= 0 else None, own


def _flag_versions(versions: list[str], problem: str, remedy: str) -> Flag:
    wrong = np.array([bool(version) for version in versions])
    return Flag(wrong, "since", lambda position: problem.format(versions[position]), remedy)
