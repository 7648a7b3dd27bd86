"""Rules in force that no network can be made for, on one side of their bound or on both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterator, Mapping, Sequence

from measure.one_operator.case import INSIDE, OUTSIDE
from measure.one_operator.rule_cases import OF_NODE, OF_TARGET
from measure.rules import load_rules

if TYPE_CHECKING:
    from measure.one_operator.case import OperatorCase
    from measure.one_operator.rule_cases import LeftOut
    from measure.rules.rule import Rule
    from measure.target import Target


@dataclass(frozen=True)
class Untried:
    """A rule without a case on some side, and why there is none."""

    rule: str
    sides: tuple[str, ...]
    why: str


def untried_rules(
    cases: Sequence[OperatorCase], left_out: Sequence[LeftOut], targets: Mapping[str, Target]
) -> Iterator[Untried]:
    """Yield the rules in force that lack a case inside or outside.

    Parameters
    ----------
    cases, left_out
        All cases of rules, and those of which no network can be made.
    targets
        What the device is, by precision.
    """
    tried = {(case.rule, case.side) for case in cases}
    for rule in load_rules().rules.values():
        if not any(rule.holds_for(target) for target in targets.values()):
            continue
        whys: dict[str, list[str]] = {}
        for side in (INSIDE, OUTSIDE):
            if (rule.rule, side) not in tried:
                whys.setdefault(_why(rule, side, left_out), []).append(side)
        for why, sides in whys.items():
            yield Untried(rule.rule, tuple(sides), why)


def _why(rule: Rule, side: str, left_out: Sequence[LeftOut]) -> str:
    """Return why a rule has no case on a side."""
    if rule.scope != OF_NODE:
        return "it is about more than one node"
    if rule.parameter in OF_TARGET:
        return "it is about the device, which no network changes"
    found = (one.why for one in left_out if (one.case.rule, one.case.side) == (rule.rule, side))
    return next(found, "no node of its operators lies there")
