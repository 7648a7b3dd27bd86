"""Find the one change that brings most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Hashable, Sequence

from measure.check.partition import partition
from measure.check.report import Advice
from measure.check.wording import counted, safe, share

if TYPE_CHECKING:
    from measure.check.report import NodeResult

CANDIDATES = 8
"""How many of the most frequent causes and operators are tried."""


@dataclass(frozen=True)
class _Gain:
    """What a change brings; the greater, the better."""

    macs: int
    subgraphs: int
    nodes: int


@dataclass
class Trial:
    """Tries changes on a network.

    Parameters
    ----------
    results
        The nodes that run, in running order.
    labels
        For each node what its subgraph would have in common, were it on the DLA.
    on_dla
        For each node whether the rules let it run on the DLA.
    limit
        How many subgraphs the DLA takes; ``None`` for no bound.
    """

    results: Sequence[NodeResult]
    labels: Sequence[Hashable]
    on_dla: Sequence[bool]
    predecessors: Sequence[Sequence[int]]
    limit: int | None

    def best(self) -> Advice | None:
        """Return the change that brings most; ``None`` where no single one brings anything."""
        before = self._outcome(set())
        tried: list[tuple[_Gain, str, str, set[int]]] = []
        for rule, places in _largest(self._by_rule()):
            tried.append((self._gain(before, places), rule, "", places))
        for op_type, places in _largest(self._by_operator()):
            tried.append((self._gain(before, places), "", op_type, places))
        helpful = [trial for trial in tried if trial[0].macs > 0 or trial[0].subgraphs > 0]
        if not helpful:
            helpful = [trial for trial in tried if trial[0].nodes > 0]
        if not helpful:
            return None
        key = lambda trial: (trial[0].macs, trial[0].subgraphs, trial[0].nodes)  # noqa: E731
        gain, rule, op_type, places = max(helpful, key=key)
        return self._advice(before, gain, rule, op_type, places)

    def _by_rule(self) -> dict[str, set[int]]:
        """Return for each rule the nodes that nothing else keeps off the DLA."""
        found: dict[str, set[int]] = {}
        for place, result in enumerate(self.results):
            rules = {reason.rule for reason in result.reasons}
            if not self.on_dla[place] and len(rules) == 1:
                found.setdefault(rules.pop(), set()).add(place)
        return found

    def _by_operator(self) -> dict[str, set[int]]:
        """Return for each operator its nodes that are not on the DLA."""
        found: dict[str, set[int]] = {}
        for place, result in enumerate(self.results):
            if not self.on_dla[place]:
                found.setdefault(result.op_type, set()).add(place)
        return found

    def _outcome(self, changed: set[int]) -> tuple[int, int, int]:
        """Return MACs on the DLA, subgraphs and nodes on the DLA after a change."""
        labels = [
            label if on_dla or place in changed else None
            for place, (label, on_dla) in enumerate(zip(self.labels, self.on_dla))
        ]
        subgraphs = partition(labels, self.predecessors)
        macs = nodes = count = 0
        for place, subgraph in enumerate(subgraphs):
            if subgraph is not None:
                count = max(count, subgraph + 1)
                if self.limit is None or subgraph < self.limit:
                    macs += self.results[place].macs or 0
                    nodes += 1
        return macs, count, nodes

    def _gain(self, before: tuple[int, int, int], changed: set[int]) -> _Gain:
        """Return what a change brings."""
        macs, subgraphs, nodes = self._outcome(changed)
        return _Gain(macs - before[0], before[1] - subgraphs, nodes - before[2])

    def _advice(
        self, before: tuple[int, int, int], gain: _Gain, rule: str, op_type: str, places: set[int]
    ) -> Advice:
        """Put a change into words."""
        results = [self.results[place] for place in sorted(places)]
        names = list(dict.fromkeys(result.op_type for result in results))
        what = counted(len(results), f"{safe(names[0])} node")
        if len(names) > 1:
            what = f"{len(results)} nodes of {len(names)} operators"
        after = before[1] - gain.subgraphs
        parts = [f"{counted(gain.nodes, 'more layer')} on the DLA"]
        total = sum(result.macs or 0 for result in self.results)
        if gain.macs and total:
            parts.append(f"{share(gain.macs, total)} more of the MACs there")
        if gain.subgraphs:
            parts.append(f"{counted(after, 'subgraph')} instead of {before[1]}")
        cause = f" ({rule})" if rule else ""
        message = f"change the {what}{cause}: {', '.join(parts)}."
        return Advice(message, rule, op_type, gain.nodes, gain.macs, after)


def _largest(groups: dict[str, set[int]]) -> list[tuple[str, set[int]]]:
    """Return the groups with most nodes."""
    return sorted(groups.items(), key=lambda item: -len(item[1]))[:CANDIDATES]
