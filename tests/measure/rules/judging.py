"""Judge single nodes the way the tests write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from measure.rules import CASE, graph_from_case, load_rules
from measure.target import resolve_target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from measure.rules import Verdict


def judge(
    operator: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    with_evidence: bool = False,
    **target: Any,
) -> Verdict:
    """Return the verdict on a case.

    Parameters
    ----------
    target
        What `resolve_target` takes: release, tensorrt, soc, precision.
    """
    graph, node = graph_from_case(operator, parameters or {})
    return load_rules().check_node(
        node, graph, resolve_target(**target), CASE, with_evidence=with_evidence
    )


def rules_of(verdict: Verdict) -> set[str]:
    """Return the rules that a verdict names."""
    return {reason.rule for reason in [*verdict.reasons, *verdict.notes]}
