"""Reshapes and transposes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.rules.parameters.registry import parameter
from measure.rules.shapes import rank_of, size_of
from measure.rules.values import Labelled, Unknown, Values

if TYPE_CHECKING:
    from measure.onnx_file.model import Node
    from measure.rules.view import NodeView

_SHUFFLES = ("Reshape", "Transpose", "Flatten", "Squeeze", "Unsqueeze")


@parameter("shuffle_ranks")
def shuffle_ranks(view: NodeView) -> Values:
    """Return the number of dimensions before and after."""
    if view.op not in _SHUFFLES:
        return None
    found = []
    missing = None
    for tensor, label in (
        (view.require_input(0), "of the input"),
        (view.output(), "of the output"),
    ):
        try:
            found.append((rank_of(tensor), label))
        except Unknown as unknown:
            missing = unknown
    if missing is not None and (view.context.strict or not found):
        raise missing
    return Labelled([rank for rank, _ in found], [label for _, label in found])


@parameter("shuffle_batch")
def shuffle_batch(view: NodeView) -> Values:
    """Return whether the first dimension stays what it is."""
    if view.op not in _SHUFFLES:
        return None
    if view.op == "Transpose":
        order = view.attribute("perm", None)
        kept = bool(order) and order[0] == 0
    else:
        kept = size_of(view.require_input(0), 0) == size_of(view.output(), 0)
    return ["kept" if kept else "changed"]


@parameter("neighbour_layers")
def neighbour_layers(view: NodeView) -> Values:
    """Return the layers that the node's data come from and go to."""
    neighbours: list[Node] = []
    for name in view.node.inputs[:1]:
        producer = view.graph.producer.get(view.source(name))
        if producer is not None:
            neighbours.append(producer)
    for name in view.node.outputs:
        neighbours += view.readers(name)
    layers = [
        (view.catalogue.layer_of_operator(node.op_type), node.name)
        for node in neighbours
        if node.domain in ("", "ai.onnx")
    ]
    if not layers:
        return None
    return Labelled([layer for layer, _ in layers], [name for _, name in layers])
