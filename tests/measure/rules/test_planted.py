"""Every violation that is planted in a node is reported, and no other."""

from __future__ import annotations

from measure.rules import CASE, graph_from_case, load_rules
from measure.target import resolve_target
from tests.measure.rules.beds import BEDS
from tests.measure.rules.planting import PlantedNode, planted_nodes

NODES = list(planted_nodes(BEDS))


def reported(planted: PlantedNode) -> set[str]:
    """Return the rules that the book names for a planted node."""
    soc, tensorrt, precision = planted.target
    target = resolve_target(tensorrt=tensorrt, soc=soc, precision=precision)
    graph, node = graph_from_case(planted.operator, planted.parameters)
    verdict = load_rules().check_node(node, graph, target, CASE, with_evidence=False)
    blocking = {reason.rule for reason in verdict.reasons}

    assert (verdict.placement == "gpu") == any(
        load_rules().rules[rule].is_blocking for rule in planted.rules
    ), planted
    return {rule for rule in blocking if verdict.placement == "gpu"} | {
        reason.rule for reason in verdict.notes
    }


def test_plants_are_reported_and_nothing_else() -> None:
    wrong = [
        (planted, sorted(planted.rules - found), sorted(found - planted.rules))
        for planted in NODES
        for found in [reported(planted)]
        if found != planted.rules
    ]

    assert wrong == []


def test_every_rule_on_single_nodes_is_planted() -> None:
    planted = set().union(*(node.rules for node in NODES))
    rules = {rule.rule for rule in load_rules().rules.values() if rule.scope == "layer"}

    assert rules == planted


def test_there_are_many_and_some_with_five_at_once() -> None:
    assert len(NODES) >= 150
    assert max(len(node.rules) for node in NODES) >= 5
