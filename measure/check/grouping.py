"""Put nodes that leave the DLA for one cause together."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Iterable

from measure.check.report import Group, NodeResult
from measure.rules import BUILD_TIME, DLA

if TYPE_CHECKING:
    from measure.rules import Reason

CHANGE = " -> "
"""What a remedy has that names the values of its node."""

TOLD = "dla"
"""Parameter whose value the message tells."""


def group_causes(results: Iterable[NodeResult]) -> list[Group]:
    """Return the causes, those first that cost most operations, then most nodes.

    A node with several causes is in the group of each. Numbers that break one rule make one
    cause; where the rule is about words, such as operators, each word makes its own, and so
    does each remedy that is more than another value.
    """
    found: dict[tuple[str, ...], Group] = {}
    for result in results:
        if result.placement in (DLA, BUILD_TIME):
            continue
        for reason in {reason.rule: reason for reason in result.reasons}.values():
            key = _key(result, reason)
            group = found.get(key)
            if group is None:
                group = found[key] = Group(
                    rule=reason.rule,
                    parameter=reason.parameter,
                    message=reason.message,
                    fix=reason.fix,
                    source=reason.source,
                    source_title=reason.source_title,
                    severity=reason.severity,
                    placement=result.placement,
                )
            _add(group, result, reason)
    return sorted(found.values(), key=lambda group: (-group.macs, -len(group.nodes)))


def _key(result: NodeResult, reason: Reason) -> tuple[str, ...]:
    """Return what makes two reasons one cause."""
    if isinstance(reason.value, str):
        remedy = "" if CHANGE in reason.fix else reason.fix
        return reason.rule, result.placement, reason.message, reason.value, remedy
    return reason.rule, result.placement, reason.message


def _add(group: Group, result: NodeResult, reason: Reason) -> None:
    """Put a node into a group; the remedy keeps what holds for all of its nodes."""
    group.nodes.append(result)
    group.macs += result.macs or 0
    value = "" if reason.parameter == TOLD else _shown(reason.value)
    if value and value not in group.values:
        group.values.append(value)
    if reason.fix != group.fix:
        group.fix = _shared_end(group.fix, reason.fix)
    for kind, keys in reason.evidence.items():
        known = group.evidence.setdefault(kind, [])
        known.extend(key for key in keys if key not in known)


def _shown(value: Any) -> str:
    """Write the value of a parameter; what it has several times once."""
    if isinstance(value, (list, tuple)):
        return ", ".join(dict.fromkeys(map(str, value)))
    return "" if value is None else str(value)


def _shared_end(one: str, other: str) -> str:
    """Return the sentences with which two texts end alike."""
    pairs = zip(reversed(one.split(". ")), reversed(other.split(". ")))
    shared = list(itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
    return ". ".join(sentence for sentence, _ in reversed(shared))
