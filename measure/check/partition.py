"""Divide the nodes that run on the DLA into subgraphs, one loadable each.

A subgraph runs as one piece, so no path may leave it and come back: the part outside would
have to run both after and before it.
"""

from __future__ import annotations

from typing import Hashable, Sequence


def partition(
    labels: Sequence[Hashable | None], predecessors: Sequence[Sequence[int]]
) -> list[int | None]:
    """Return the number of the subgraph of each node, counted from zero in running order.

    Takes time in proportion to nodes and edges.

    Parameters
    ----------
    labels
        For each node, in running order, what its subgraph has in common (such as the batch
        size); ``None`` for a node that runs elsewhere.
    predecessors
        For each node the nodes it reads from.
    """
    stages = _stages(labels, predecessors)
    parents = list(range(len(labels)))
    for node, before in enumerate(predecessors):
        for other in before:
            if labels[node] is not None and stages[other] == stages[node]:
                _join(parents, other, node)
    _join_to_only_reader(labels, predecessors, stages, parents)
    return _numbered(labels, parents)


def _stages(labels: Sequence[Hashable | None], predecessors: Sequence[Sequence[int]]) -> list[int]:
    """Return for each node how often the label changes on the way to it, at most.

    Nodes of one stage that are joined by edges have one label, and a path that leaves their
    label comes back to it in a later stage.
    """
    stages: list[int] = []
    for node, before in enumerate(predecessors):
        steps = (stages[other] + (labels[other] != labels[node]) for other in before)
        stages.append(max(steps, default=0))
    return stages


def _join_to_only_reader(
    labels: Sequence[Hashable | None],
    predecessors: Sequence[Sequence[int]],
    stages: list[int],
    parents: list[int],
) -> None:
    """Join each piece to the piece that alone reads from it, if they have one label.

    Counting stages puts a side branch in the earliest; nothing but its one reader depends on
    it, so it may as well run with that.
    """
    readers: list[list[int]] = [[] for _ in labels]
    for node, before in enumerate(predecessors):
        for other in before:
            readers[other].append(node)
    members: dict[int, list[int]] = {}
    for node, label in enumerate(labels):
        if label is not None:
            members.setdefault(_root(parents, node), []).append(node)
    for root in sorted(members, key=lambda piece: stages[piece], reverse=True):
        outside = {
            _root(parents, reader)
            for node in members[root]
            for reader in readers[node]
            if _root(parents, reader) != _root(parents, root)
        }
        if len(outside) == 1:
            reader = outside.pop()
            if labels[reader] == labels[root]:
                _join(parents, reader, root)


def _numbered(labels: Sequence[Hashable | None], parents: list[int]) -> list[int | None]:
    """Return the number of each node's piece, counted by first nodes."""
    numbers: dict[int, int] = {}
    return [
        None if label is None else numbers.setdefault(_root(parents, node), len(numbers))
        for node, label in enumerate(labels)
    ]


def _root(parents: list[int], node: int) -> int:
    """Return the node that stands for a piece, and shorten the way to it."""
    while parents[node] != node:
        parents[node] = parents[parents[node]]
        node = parents[node]
    return node


def _join(parents: list[int], one: int, other: int) -> None:
    """Make one piece of two."""
    parents[_root(parents, one)] = _root(parents, other)
