"""Whether devices were seen to do what a rule says. Nothing here decides a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.rules.cases import CASE, graph_from_case
from measure.rules.parameters.general import PLUGIN
from measure.rules.values import Unknown, plain
from measure.score.cases import read_cases

if TYPE_CHECKING:
    from measure.rules.book import RuleBook
    from measure.rules.rule import Rule
    from measure.rules.view import NodeView
    from measure.score.cases import Case

_PLUGIN_OPERATOR = "Plugin"
"""Operator of the observations on plugins."""


class Observations:
    """The observed placements of single nodes, each judged by the rules once.

    Parameters
    ----------
    book
        Judges the observed nodes by the same rules as any other.
    """

    def __init__(self, book: RuleBook) -> None:
        self._book = book
        self._by_operator: dict[str, list[Case]] | None = None
        self._broken: dict[str, frozenset[str]] = {}
        self._found: dict[tuple[str, str, str], dict[str, list[str]]] = {}

    def of(self, rule: Rule, view: NodeView) -> dict[str, list[str]]:
        """Return the observations that agree with a rule and those that contradict it.

        An observation of the same operator on the same SoC agrees if its node breaks the
        rule too and ran on the GPU; it contradicts if such a node ran on the DLA.
        """
        operator = _PLUGIN_OPERATOR if _is_plugin(view) else view.op
        key = (rule.rule, operator, view.target.soc)
        if key not in self._found:
            found: dict[str, list[str]] = {"agree": [], "contradict": []}
            for case in self._cases(operator) if rule.is_blocking else ():
                if case.soc in ("", view.target.soc) and rule.rule in self._broken_by(case):
                    found["contradict" if case.runs_on_dla else "agree"].append(case.key)
            self._found[key] = found
        return self._found[key]

    def _cases(self, operator: str) -> list[Case]:
        """Return the observations of an operator."""
        if self._by_operator is None:
            self._by_operator = {}
            for case in read_cases():
                self._by_operator.setdefault(case.operator, []).append(case)
        return self._by_operator.get(operator, [])

    def _broken_by(self, case: Case) -> frozenset[str]:
        """Return the rules that an observed node breaks on a target it may have had."""
        if case.key not in self._broken:
            graph, node = graph_from_case(case.operator, case.parameters)
            broken: set[str] = set()
            for target in case.targets():
                verdict = self._book.check_node(node, graph, target, CASE, with_evidence=False)
                broken.update(reason.rule for reason in verdict.reasons)
            self._broken[case.key] = frozenset(broken)
        return self._broken[case.key]


def _is_plugin(view: NodeView) -> bool:
    """Say whether TensorRT runs the node as a plugin."""
    try:
        return list(plain(view.values("layer"))) == [PLUGIN]
    except Unknown:
        return False
