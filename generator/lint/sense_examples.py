"""Sense of the nodes that are examples of rules or were seen on a device."""

# ruff: noqa: D401 - the docstring of a rule is what the rule says

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

from generator.facts.versions import in_range
from generator.lint.known_versions import DRIVE, JETSON, known_versions
from generator.lint.rules import Flag, View, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

_OUTCOMES = ("passes", "violates")
_TARGET = ("rule", "outcome", "soc", "tensorrt", "precision")


@rule("cases.parameters", "parameters", tables=("rule-examples", "evidence"))
def check_parameters(view: View) -> Iterator[Flag]:
    """The parameters of a node are an object of JSON."""
    wrong = view.map_rows(("parameters",), lambda row: not _is_object(row[0]))
    yield Flag(wrong == 1, "parameters", "it can't be read", "write an object of JSON")


@rule("rules.examples", "rule", tables=("rules",))
def check_examples(view: View) -> Iterator[Flag]:
    """A rule has an example that passes it and one that violates it."""
    outcomes = defaultdict(set)
    for name, outcome in view.whole("rule-examples", "rule", "outcome"):
        outcomes[name].add(outcome)
    for outcome in _OUTCOMES:
        without = view.map_rows(
            ("rule",),
            lambda row, outcome=outcome: outcome not in outcomes[row[0]],  # type: ignore[misc]
        )
        problem = f"no example {outcome} it"
        yield Flag(without == 1, "rule", problem, "add one to rule-examples.csv")


@rule("examples.operator", "rule", "onnx_op", tables=("rule-examples",))
def check_operator(view: View) -> Iterator[Flag]:
    """An example of a rule about one layer is a node of one of its operators."""
    operators = defaultdict(set)
    for name, operator in view.whole("rule-operators", "rule", "operator"):
        operators[name].add(operator)
    wrong = view.map_rows(
        ("rule", "onnx_op"), lambda row: row[0] in operators and row[1] not in operators[row[0]]
    )
    problem = "the rule isn't asked about this operator"
    yield Flag(wrong == 1, "onnx_op", problem, "write one of its operators, or add this one")


@rule("examples.target", *_TARGET, tables=("rule-examples",))
def check_target(view: View) -> Iterator[Flag]:
    """An example violates its rule on an SoC, TensorRT and precision that the rule holds for."""
    columns = ("rule", "soc", "precision", "version_kind", "since", "until")
    rules = {name: row for name, *row in view.whole("rules", *columns)}
    drive_only = known_versions(view).drive_only

    def is_outside(row: tuple) -> bool:
        name, outcome, soc, tensorrt, precision = row
        if outcome != "violates" or None in row or name not in rules:
            return False
        own_soc, own_precision, own_kind, since, until = rules[name]
        kind = DRIVE if tensorrt in drive_only else JETSON
        return (
            own_soc not in ("any", soc)
            or own_precision not in ("any", precision)
            or own_kind not in ("any", kind)
            or not in_range(tensorrt, since or "", until or "")
        )

    wrong = view.map_rows(_TARGET, is_outside)
    problem = "the rule does not hold for this SoC, TensorRT and precision"
    yield Flag(wrong == 1, "tensorrt", problem, "choose what the rule holds for")


def _is_object(text: str | None) -> bool:
    try:
        return text is None or isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
