"""What our own rules say of a case, before a device is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from measure.errors import UserError
from measure.one_operator.network import completed
from measure.rules import UNKNOWN, load_rules
from measure.rules.cases import CASE, graph_from_case

if TYPE_CHECKING:
    from measure.one_operator.case import OperatorCase
    from measure.target import Target


@dataclass(frozen=True)
class Prediction:
    """Where the node runs by the rules, and the rules that keep it off the DLA."""

    placement: str
    """dla, gpu, build_time or unknown."""
    rules: tuple[str, ...]


def predict(case: OperatorCase, target: Target) -> Prediction:
    """Return what the rules say of the node of a case, judged on what the case states."""
    try:
        graph, node = graph_from_case(case.operator, completed(case.operator, case.parameters))
        verdict = load_rules().check_node(node, graph, target, CASE, with_evidence=False)
    except UserError:
        return Prediction(UNKNOWN, ())
    broken = dict.fromkeys(reason.rule for reason in (*verdict.reasons, *verdict.notes))
    blocking = [rule for rule in broken if load_rules().rules[rule].is_blocking]
    return Prediction(verdict.placement, tuple(blocking or broken))


def broken_rules(case: OperatorCase, target: Target) -> frozenset[str]:
    """Return every rule that the node of a case does not meet."""
    graph, node = graph_from_case(case.operator, case.parameters)
    verdict = load_rules().check_node(node, graph, target, CASE, with_evidence=False)
    return frozenset(reason.rule for reason in (*verdict.reasons, *verdict.notes))
