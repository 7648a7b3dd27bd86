"""Put a broken rule into words, with its source and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.printable import safe
from measure.rules.relations import LONGEST_NAME, bound_of
from measure.rules.values import plain
from measure.rules.verdict import Reason
from measure.tables import read_table

if TYPE_CHECKING:
    from typing import Mapping

    from measure.rules.catalogue import Catalogue
    from measure.rules.evidence import Observations
    from measure.rules.relations import Violation
    from measure.rules.rule import Rule
    from measure.rules.view import NodeView
    from measure.tables import Row

_OF_TARGET = ("dla", "soc", "target_precision", "quantization")
"""Parameters that no change of the node turns into another."""
_OF_OPERATOR = (
    "layer",
    "layer_on_dla",
    "operator_state",
    "operation",
    "comparison",
    "unary",
    "activation",
    "reduction",
)
"""Parameters that say which operator it is: what can take its place is the remedy."""


_LOOK = "Look at a build on a device."
_BOUNDS = {
    "dla": "usable",
    "layer_on_dla": "a layer of the DLA",
    "operator_state": "native or limited",
}
"""What to say is allowed where the rule names words of the tables."""


class Reasons:
    """Writes the reasons of verdicts.

    Parameters
    ----------
    titles
        Source's key: its title.
    """

    def __init__(
        self, catalogue: Catalogue, titles: Mapping[str, str], observations: Observations
    ) -> None:
        self._catalogue = catalogue
        self._titles = titles
        self._observations = observations
        self._recipes: dict[str, str] | None = None

    def of_rule(
        self, rule: Rule, violation: Violation, view: NodeView, with_evidence: bool
    ) -> Reason:
        """Return the reason for a rule that a node doesn't meet."""
        value = violation.value
        message = rule.text(rule.sentence, _text(value))
        source, locator = rule.source, rule.locator
        if rule.parameter == "dla" and view.target.dla_reason:
            message = f"{message} {view.target.dla_reason}"
        elif rule.parameter == "layer_on_dla":
            value = self._catalogue.layer_title(str(plain(view.values("layer"))[0]))
        elif rule.parameter == "operator_state":
            row = self._catalogue.state(view.op, view.target)
            if row is not None and row["source"]:
                source, locator = row["source"], row["locator"]
        evidence = self._observations.of(rule, view) if with_evidence else None
        return Reason(
            rule=rule.rule,
            parameter=rule.parameter,
            value=value,
            bound=_BOUNDS.get(rule.parameter, violation.bound),
            message=message,
            fix=self._fix(rule, violation, view),
            source=source,
            source_title=self._titles.get(source, source),
            locator=locator,
            severity=rule.severity,
            effect=rule.effect,
            evidence=evidence or {"agree": [], "contradict": []},
        )

    def _fix(self, rule: Rule, violation: Violation, view: NodeView) -> str:
        """Return the smallest change and the remedy, or what takes the operator's place."""
        remedy = rule.text(rule.remedy, _text(violation.value))
        if rule.parameter in _OF_OPERATOR:
            return self._recipe(view.op) or remedy
        return remedy if rule.parameter in _OF_TARGET else f"{violation.change}. {remedy}"

    def _recipe(self, operator: str) -> str:
        """Return how other operators express an operator; empty without a recipe."""
        if self._recipes is None:
            self._recipes = {}
            for row in read_table("operators/recipes"):
                condition = f" Condition: {row['condition']}" if row["condition"] else ""
                self._recipes.setdefault(row["operator"], f"{row['how']}{condition}")
        return self._recipes.get(operator, "")

    def of_unknown(self, rule: Rule, missing: str, view: NodeView) -> Reason:
        """Return the reason for a rule that can't be decided."""
        message = f"{rule.text(rule.sentence, '?')} Not known: {safe(missing, LONGEST_NAME)}."
        fix = "Export the model with all shapes and types."
        if rule.parameter in _OF_OPERATOR:
            message = f"No document says whether the DLA runs {safe(view.op)} through TensorRT."
            fix = self._recipe(view.op) or _LOOK
        return Reason(
            rule=rule.rule,
            parameter=rule.parameter,
            value=None,
            bound=_BOUNDS.get(rule.parameter) or bound_of(rule),
            message=message,
            fix=fix,
            source=rule.source,
            source_title=self._titles.get(rule.source, rule.source),
            locator=rule.locator,
            severity=rule.severity,
            effect=rule.effect,
        )

    def of_dispute(self, rule: Rule, row: Row) -> Reason:
        """Return the reason for a state that two documents give differently."""
        source = row["disputed_source"]
        title = self._titles.get(source, source)
        return Reason(
            rule=rule.rule,
            parameter=rule.parameter,
            value=row["state"],
            bound=row["disputed_state"],
            message=(
                f"Documents disagree on {row['operator']}: {row['state']} by one, "
                f"{row['disputed_state']} by another ({title})."
            ),
            fix=self._recipe(row["operator"]) or _LOOK,
            source=row["source"],
            source_title=self._titles.get(row["source"], row["source"]),
            locator=row["locator"],
            severity="likely",
            effect=rule.effect,
        )


def _text(value: object) -> str:
    """Write a value or a list of values."""
    if isinstance(value, list):
        return safe(", ".join(str(each) for each in value), LONGEST_NAME)
    return safe(str(value), LONGEST_NAME)
