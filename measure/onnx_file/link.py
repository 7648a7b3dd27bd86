"""Joining what a file lists: who writes each tensor, and in which order nodes run."""

from __future__ import annotations

import heapq
from typing import Iterator

from measure.errors import UserError
from measure.onnx_file.model import Graph, Node, make_graph, names_read


def link(path: str, graph: Graph) -> Graph:
    """Return the graph with its nodes named, in order, and joined by their tensors.

    Raises
    ------
    UserError
        When nodes form a cycle, or one reads a tensor that nothing writes.
    """
    linked = _link(path, graph, nested=False)
    for name in linked.outer:
        reader = linked.consumers.get(name)
        who = f"node {reader[0].name!r} reads" if reader else "the model's output is"
        raise UserError(
            f"{path}: {who} tensor {name!r}, which no node, input or initializer gives; "
            "the model was cut apart or is damaged: export it again"
        )
    return linked


def _link(path: str, graph: Graph, nested: bool) -> Graph:
    for node in graph.nodes:
        for key, value in node.attributes.items():
            if isinstance(value, Graph):
                node.attributes[key] = _link(path, value, nested=True)
            elif isinstance(value, list):
                node.attributes[key] = [
                    _link(path, item, nested=True) if isinstance(item, Graph) else item
                    for item in value
                ]
    producer = _producers(path, graph)
    nodes = _sorted(path, graph.nodes, producer)
    _name_nodes(nodes)
    inputs = [tensor.name for tensor in graph.inputs]
    constants = {name for name, tensor in graph.tensors.items() if tensor.constant}
    used = constants.union(producer, inputs)
    return make_graph(
        nodes,
        [tensor for name, tensor in graph.tensors.items() if name in used],
        # Until version 4 of the format initializers had to be listed as inputs too.
        [name for name in dict.fromkeys(inputs) if name not in constants],
        [tensor.name for tensor in graph.outputs],
        graph.name,
        nested,
    )


def _producers(path: str, graph: Graph) -> dict[str, Node]:
    given = {tensor.name for tensor in graph.inputs}
    given.update(name for name, tensor in graph.tensors.items() if tensor.constant)
    producer: dict[str, Node] = {}
    for node in graph.nodes:
        for name in filter(None, node.outputs):
            if name in producer or name in given:
                raise UserError(
                    f"{path}: tensor {name!r} is written more than once, "
                    f"by node {node.name or node.op_type!r} too; the model is damaged"
                )
            producer[name] = node
    return producer


def _sorted(path: str, nodes: list[Node], producer: dict[str, Node]) -> list[Node]:
    """Return the nodes in an order in which they can run, the file's own where that is one."""
    position = {id(node): index for index, node in enumerate(nodes)}
    needs = [
        {position[id(producer[name])] for name in names_read(node) if name in producer}
        for node in nodes
    ]
    if all(before < index for index, befores in enumerate(needs) for before in befores):
        return nodes
    followers: list[list[int]] = [[] for _ in nodes]
    for index, befores in enumerate(needs):
        for before in befores:
            followers[before].append(index)
    open_needs = [len(befores) for befores in needs]
    ready = [index for index, count in enumerate(open_needs) if count == 0]
    order: list[int] = []
    while ready:
        index = heapq.heappop(ready)
        order.append(index)
        for follower in followers[index]:
            open_needs[follower] -= 1
            if open_needs[follower] == 0:
                heapq.heappush(ready, follower)
    if len(order) < len(nodes):
        cycle = [nodes[index] for index in _cycle(needs, set(order))]
        names = " -> ".join(repr(node.name or node.op_type) for node in cycle[:4])
        raise UserError(
            f"{path}: nodes form a cycle of {len(cycle)}, each waits for the next: {names}"
            f"{' …' if len(cycle) > 4 else ''}; export the model again"
        )
    return [nodes[index] for index in order]


def _cycle(needs: list[set[int]], done: set[int]) -> list[int]:
    """Return nodes of which each reads what the next one writes, and the last what the first."""
    index = next(index for index in range(len(needs)) if index not in done)
    walked: dict[int, int] = {}
    while index not in walked:
        walked[index] = len(walked)
        index = min(before for before in needs[index] if before not in done)
    return list(walked)[walked[index] :]


def _name_nodes(nodes: list[Node]) -> None:
    """Give each node a name that no other node of the graph has."""
    taken = {node.name for node in nodes if node.name}
    seen: set[str] = set()
    for index, node in enumerate(nodes):
        if not node.name or node.name in seen:
            node.name = next(text for text in _names(node, index) if text not in taken)
            taken.add(node.name)
        seen.add(node.name)


def _names(node: Node, index: int) -> Iterator[str]:
    name = f"{node.name or node.op_type}_{index}"
    while True:
        yield name
        name += "_"
