"""All rules, and the verdict on a node."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import measure.rules.parameters  # noqa: F401 - registers the parameter functions
from measure.rules.catalogue import Catalogue, load_catalogue
from measure.rules.evidence import Observations
from measure.rules.reasons import Reasons
from measure.rules.relations import Violation, find_violation
from measure.rules.rule import Rule, rule_from_row
from measure.rules.values import Labelled, Unknown, Values, plain
from measure.rules.verdict import BUILD_TIME, DLA, GPU, UNKNOWN, NetworkContext, Reason, Verdict
from measure.rules.view import NodeView
from measure.tables import data_folder, read_table

if TYPE_CHECKING:
    from typing import Mapping, Sequence

    from measure.onnx_file.model import Graph, Node
    from measure.target import Target

_SINGLE_NODE = "layer"
"""Scope of the rules that judge one node; the others judge a network or its borders."""
_OF_TARGET = "dla"
"""Parameter of the rules on the target alone: who breaks one needs no other reason."""
_OF_STATE = "operator_state"


class RuleBook:
    """The rules of the data package, indexed by operator.

    Parameters
    ----------
    operators
        Rule's key: the operators it is about; a rule that isn't there is about all.
    catalogue
        What is known of operators and layers.
    titles
        Source's key: its title.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        operators: Mapping[str, Sequence[str]],
        catalogue: Catalogue,
        titles: Mapping[str, str],
    ) -> None:
        self.rules = {rule.rule: rule for rule in rules}
        self.catalogue = catalogue
        self._reasons = Reasons(catalogue, titles, Observations(self))
        single = [rule for rule in rules if rule.scope == _SINGLE_NODE]
        self._general = [rule for rule in single if rule.rule not in operators]
        self._by_operator: dict[str, list[Rule]] = {}
        for rule in single:
            for operator in operators.get(rule.rule, ()):
                self._by_operator.setdefault(operator, []).append(rule)
        self._in_force: dict[tuple[str, Target], list[Rule]] = {}

    def rules_for(self, operator: str, target: Target) -> list[Rule]:
        """Return the rules on single nodes that are in force for an operator on a target."""
        key = (operator, target)
        if key not in self._in_force:
            found = self._general + self._by_operator.get(operator, [])
            self._in_force[key] = [rule for rule in found if rule.holds_for(target)]
        return self._in_force[key]

    def check_node(
        self,
        node: Node,
        graph: Graph,
        target: Target,
        context: NetworkContext | None = None,
        *,
        with_evidence: bool = True,
    ) -> Verdict:
        """Say where a node runs, with every rule that it doesn't meet.

        Parameters
        ----------
        context
            What the network around the node tells; None for a node by itself.
        with_evidence
            Whether each reason names the device observations on the same rule.
        """
        view = NodeView(node, graph, target, context or NetworkContext(), self.catalogue)
        row = self.catalogue.state(view.op, target)
        state = row["state"] if row else UNKNOWN
        layer = _layer(view)
        rules = self.rules_for(view.op, target)
        of_target = [rule for rule in rules if rule.parameter == _OF_TARGET]
        reasons, _ = self._judge(of_target, view, with_evidence)
        if reasons:
            return Verdict(GPU, reasons, [], layer, state)
        if _is_build_time(view, state):
            return Verdict(BUILD_TIME, [], [], layer, state)
        reasons, undecided = self._judge(rules, view, with_evidence)
        blocking = [reason for reason in reasons if self.rules[reason.rule].is_blocking]
        notes = [reason for reason in reasons if not self.rules[reason.rule].is_blocking]
        if blocking:
            return Verdict(GPU, blocking, notes, layer, state)
        if row is not None and row["disputed_state"]:
            state_rule = next(rule for rule in rules if rule.parameter == _OF_STATE)
            undecided = [self._reasons.of_dispute(state_rule, row), *undecided]
        if undecided:
            return Verdict(UNKNOWN, undecided, notes, layer, state)
        return Verdict(DLA, [], notes, layer, state)

    def _judge(
        self, rules: Sequence[Rule], view: NodeView, with_evidence: bool
    ) -> tuple[list[Reason], list[Reason]]:
        """Return the reasons for the rules a node breaks, and one for all that isn't known.

        What a case doesn't state isn't judged, but the operator's state has to be known.
        """
        broken: list[Reason] = []
        undecided: dict[str, Reason] = {}
        for rule in rules:
            try:
                violation = evaluate(rule, view)
            except Unknown as unknown:
                missing = str(unknown)
                if rule.is_blocking and (view.context.strict or rule.parameter == _OF_STATE):
                    undecided.setdefault(missing, self._reasons.of_unknown(rule, missing, view))
                continue
            if violation is not None:
                broken.append(self._reasons.of_rule(rule, violation, view, with_evidence))
        return broken, list(undecided.values())


def evaluate(rule: Rule, view: NodeView) -> Violation | None:
    """Return how a node breaks a rule; None if it meets it or the rule doesn't apply."""
    for name, word in rule.applies_when:
        found = plain(view.values(name))
        if not found or any(str(value) != word for value in found):
            return None
    values = view.values(rule.parameter)
    if values is None:
        return None
    bound: Values = None
    if rule.bound_parameter:
        bound = view.values(rule.bound_parameter)
        if not plain(bound):
            return None
    violation = find_violation(rule, values, bound)
    if violation is None and isinstance(values, Labelled) and values.missing:
        raise Unknown(values.missing)
    return violation


def _layer(view: NodeView) -> str:
    """Return the key of the node's layer, empty when unknown."""
    try:
        return str(plain(view.values("layer"))[0])
    except Unknown:
        return ""


def _is_build_time(view: NodeView, state: str) -> bool:
    """Say whether the builder computes what the node writes."""
    outputs = view.data_outputs()
    if outputs and all(view.is_static(tensor) for tensor in outputs):
        return True
    if state != BUILD_TIME:
        return False
    try:
        return "dynamic" not in plain(view.values("shape"))
    except Unknown:
        return not view.context.strict


def load_rules() -> RuleBook:
    """Return the rules of the data package; the same folder is read once."""
    return _load(str(data_folder()))


@lru_cache(maxsize=None)
def _load(folder: str) -> RuleBook:
    """Read the rules of a data folder."""
    operators: dict[str, list[str]] = {}
    for row in read_table("operators/rule-operators"):
        operators.setdefault(row["rule"], []).append(row["operator"])
    rules = [rule_from_row(row) for row in read_table("operators/rules")]
    titles = {row["key"]: row["title"] for row in read_table("reference/sources")}
    return RuleBook(rules, operators, load_catalogue(), titles)
