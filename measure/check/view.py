"""The network that is left to run: its nodes and the tensors between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Sequence

if TYPE_CHECKING:
    from measure.check.folding import Folding
    from measure.onnx_file.model import Graph, Node


@dataclass(frozen=True)
class NetworkView:
    """The nodes that run, in running order, with what each reads and writes.

    Parameters
    ----------
    nodes
        Nodes that are not done away with while building.
    position
        Index of a node in the graph: its position in `nodes`.
    reads, writes
        For each of `nodes` the tensors computed at run time that it reads and writes. Where a
        removed node stood between two nodes, the tensor before it is the one read.
    maker
        Tensor: position of the node that writes it; what the user feeds has none.
    readers
        Tensor: positions of the nodes that read it.
    inputs, outputs
        Tensors that the user feeds and gets, as the runtime knows them; a constant output
        is none.
    """

    graph: Graph
    nodes: list[Node]
    position: dict[int, int]
    reads: list[list[str]]
    writes: list[list[str]]
    maker: dict[str, int]
    readers: dict[str, list[int]]
    inputs: list[str]
    outputs: dict[str, str]

    @property
    def predecessors(self) -> list[list[int]]:
        """Return for each node the positions of those it reads from."""
        return [
            list(dict.fromkeys(self.maker[name] for name in names if name in self.maker))
            for names in self.reads
        ]


def view_network(graph: Graph, folding: Folding) -> NetworkView:
    """Return the network that is left when folding is done."""
    nodes = [node for node in graph.nodes if node.index not in folding.build_time]
    position = {node.index: place for place, node in enumerate(nodes)}
    names: list[list[str]] = [[] for _ in nodes]
    for name, consumers in graph.consumers.items():
        source = folding.resolve(name)
        if source not in folding.static:
            for node in consumers:
                if node.index in position:
                    names[position[node.index]].append(source)
    reads = [list(dict.fromkeys(own)) for own in names]
    writes = [[name for name in node.outputs if name] for node in nodes]
    maker = {name: place for place, own in enumerate(writes) for name in own}
    readers: dict[str, list[int]] = {}
    for place, own in enumerate(reads):
        for name in own:
            readers.setdefault(name, []).append(place)
    return NetworkView(
        graph=graph,
        nodes=nodes,
        position=position,
        reads=reads,
        writes=writes,
        maker=maker,
        readers=readers,
        inputs=[tensor.name for tensor in graph.inputs],
        outputs={
            tensor.name: folding.resolve(tensor.name)
            for tensor in graph.outputs
            if tensor.name not in folding.static
        },
    )


def unwritten(view: NetworkView, folding: Folding, on_dla: Sequence[bool]) -> set[str]:
    """Return the tensors that are never written, as the DLA runs the nodes around in one step."""
    names = set()
    for index, maker in folding.into.items():
        if index in view.position and maker.index in view.position:
            first, second = view.position[maker.index], view.position[index]
            if on_dla[first] and on_dla[second]:
                names.update(view.writes[first])
    return names
