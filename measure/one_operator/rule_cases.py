"""Cases for each rule: its examples, and nodes at its very bounds."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Iterator, Mapping, NamedTuple

from measure.one_operator.bounds import at_bounds
from measure.one_operator.case import INSIDE, OUTSIDE, RULES, CannotBuildError, OperatorCase
from measure.one_operator.network import network_of
from measure.one_operator.prediction import broken_rules
from measure.rules import load_rules
from measure.tables import read_table

if TYPE_CHECKING:
    from measure.rules.rule import Rule
    from measure.target import Target

OF_NODE = "layer"
OF_TARGET = ("dla", "soc", "target_precision")
"""Parameters that no network can change."""


class LeftOut(NamedTuple):
    """A case of which no network can be made, and why."""

    case: OperatorCase
    why: str


def rule_cases(targets: Mapping[str, Target], left_out: list[LeftOut]) -> list[OperatorCase]:
    """Return the cases of the rules that are in force, those of which a network can be made.

    Parameters
    ----------
    targets
        What the device is, by precision.
    left_out
        Gets the others.
    """
    found = []
    rows = read_table("operators/rule-examples")
    for rule in load_rules().rules.values():
        if rule.scope != OF_NODE or rule.parameter in OF_TARGET:
            continue
        precisions = [name for name in targets if rule.holds_for(targets[name])]
        for precision in precisions:
            examples = [row for row in rows if row["rule"] == rule.rule]
            found += [_of_example(row, targets[precision]) for row in examples]
            found += _at_bounds(rule, examples, targets[precision])
    return [case for case in found if _can_be_built(case, left_out)]


def _can_be_built(case: OperatorCase, left_out: list[LeftOut]) -> bool:
    try:
        network_of(case)
    except CannotBuildError as error:
        left_out.append(LeftOut(case, str(error)))
        return False
    return True


def _of_example(row: Mapping[str, str], target: Target) -> OperatorCase:
    """Return the case of an example; on another target than its own it may be on the other side."""
    case = OperatorCase(
        case=f"rules.{row['example']}",
        origin=RULES,
        operator=row["onnx_op"],
        parameters=json.loads(row["parameters"]),
        precision=target.precision,
        rule=row["rule"],
    )
    side = OUTSIDE if row["rule"] in broken_rules(case, target) else INSIDE
    return replace(case, side=side)


def _at_bounds(
    rule: Rule, examples: list[dict[str, str]], target: Target
) -> Iterator[OperatorCase]:
    """Yield what lies at the bounds, so far as the rule itself agrees on the side."""
    operators: set[str] = set()
    for row in examples:
        operator = row["onnx_op"]
        if row["outcome"] != "passes" or operator in operators:
            continue
        operators.add(operator)
        for side, name, parameters in at_bounds(rule, operator, json.loads(row["parameters"])):
            case = OperatorCase(
                f"rules.{rule.rule}.{operator.lower()}.{name}",
                RULES,
                operator,
                parameters,
                target.precision,
                rule.rule,
                side,
            )
            breaks = rule.rule in broken_rules(case, target)
            if breaks == (side == OUTSIDE):
                yield case
