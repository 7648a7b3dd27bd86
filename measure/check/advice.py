"""Find the one change that brings most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Hashable, NamedTuple, Sequence

from measure.check.partition import partition
from measure.check.report import Advice
from measure.check.wording import counted, listing, share
from measure.printable import safe

if TYPE_CHECKING:
    from measure.check.placement import Placement

CANDIDATES = 8
"""How many of the most frequent causes and operators are tried."""

RULES_NAMED = 3


class _Outcome(NamedTuple):
    """What runs on the DLA; more is better, but of subgraphs, which are counted below zero."""

    macs: int
    minus_subgraphs: int
    nodes: int


@dataclass(frozen=True)
class _Change:
    """A change to try: all nodes that one rule keeps off the DLA, or all of an operator.

    Parameters
    ----------
    places
        The nodes that the change lets run on the DLA.
    one_batch
        Whether it gives all layers one batch size instead.
    """

    rule: str
    op_type: str
    places: frozenset[int]
    one_batch: bool = False


@dataclass
class Trial:
    """Tries changes on a network.

    Parameters
    ----------
    limit
        How many subgraphs the DLA takes; ``None`` for no bound.
    """

    placement: Placement
    predecessors: Sequence[Sequence[int]]
    limit: int | None

    def best(self) -> Advice | None:
        """Return the change that brings most; ``None`` where no single one brings anything."""
        before = self._outcome(_Change("", "", frozenset()))
        outcomes = [(self._outcome(change), change) for change in self._changes()]
        outcomes = [(after, change) for after, change in outcomes if after > before]
        if not outcomes:
            return None
        after, change = max(outcomes, key=lambda item: item[0])
        return Advice(
            message=self._message(before, after, change),
            rule=change.rule,
            op_type=change.op_type,
            nodes=after.nodes - before.nodes,
            macs=after.macs - before.macs,
            subgraphs=-after.minus_subgraphs,
        )

    def _changes(self) -> list[_Change]:
        """Return the changes to try."""
        by_rule: dict[str, set[int]] = {}
        by_operator: dict[str, set[int]] = {}
        for place, result in enumerate(self.placement.results):
            if not self.placement.on_dla[place]:
                rules = {reason.rule for reason in result.reasons}
                if len(rules) == 1:
                    by_rule.setdefault(rules.pop(), set()).add(place)
                by_operator.setdefault(result.op_type, set()).add(place)
        changes = [_Change(rule, "", frozenset(places)) for rule, places in _largest(by_rule)]
        changes += [_Change("", name, frozenset(places)) for name, places in _largest(by_operator)]
        if self.placement.batch_rule and len(set(self.placement.labels)) > 1:
            changes.append(_Change(self.placement.batch_rule, "", frozenset(), one_batch=True))
        return changes

    def _outcome(self, change: _Change) -> _Outcome:
        """Return what runs on the DLA after a change."""
        labels: list[Hashable | None] = [
            (label if not change.one_batch else 0) if on_dla or place in change.places else None
            for place, (label, on_dla) in enumerate(
                zip(self.placement.labels, self.placement.on_dla)
            )
        ]
        macs = nodes = count = 0
        for place, subgraph in enumerate(partition(labels, self.predecessors)):
            if subgraph is not None:
                count = max(count, subgraph + 1)
                if self.limit is None or subgraph < self.limit:
                    macs += self.placement.results[place].macs or 0
                    nodes += 1
        return _Outcome(macs, -count, nodes)

    def _message(self, before: _Outcome, after: _Outcome, change: _Change) -> str:
        """Put a change into words."""
        parts = []
        if after.nodes > before.nodes:
            parts.append(f"{counted(after.nodes - before.nodes, 'more layer')} on the DLA")
        if after.macs > before.macs:
            total = sum(result.macs or 0 for result in self.placement.results)
            parts.append(f"{share(after.macs - before.macs, total)} more of the MACs there")
        if after.minus_subgraphs != before.minus_subgraphs:
            subgraphs = counted(-after.minus_subgraphs, "DLA subgraph")
            parts.append(f"{subgraphs} instead of {-before.minus_subgraphs}")
        return f"{self._what(change)}: {', '.join(parts)}."

    def _what(self, change: _Change) -> str:
        """Say what to change."""
        if change.one_batch:
            return f"keep one batch size through the network ({change.rule})"
        results = [self.placement.results[place] for place in sorted(change.places)]
        rules = dict.fromkeys(reason.rule for result in results for reason in result.reasons)
        cause = f"({listing(list(rules), RULES_NAMED)})"
        operators = list(dict.fromkeys(result.op_type for result in results))
        if len(results) == 1:
            return f"change {safe(operators[0])} {safe(results[0].name)} {cause}"
        if len(operators) == 1:
            return f"change the {len(results)} {safe(operators[0])} nodes {cause}"
        return f"change the {len(results)} nodes of {len(operators)} operators {cause}"


def _largest(groups: dict[str, set[int]]) -> list[tuple[str, set[int]]]:
    """Return the groups with most nodes."""
    return sorted(groups.items(), key=lambda item: -len(item[1]))[:CANDIDATES]
