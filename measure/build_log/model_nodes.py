"""The ONNX nodes behind the layers of a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Iterator

from measure.tables import read_table

if TYPE_CHECKING:
    from measure.onnx_file.model import Graph, Node, Tensor

_PLAIN = (int, float, str)
_MAY_VANISH = ("", "identity", "shuffle", "cast", "constant", "shape")
"""Layers that TensorRT may remove or merge: nobody saw them run."""

_OPERANDS = {
    "Clip": ("", "min", "max"),
    "Pad": ("", "pads"),
    "Resize": ("", "", "scales", "sizes"),
    "Slice": ("", "starts", "ends", "axes", "steps"),
}
"""Operands that are parameters when they are constant, by their place."""

_LONGEST = 16
"""Elements of an operand that is written down."""


class ModelNodes:
    """The nodes of one model, found by name.

    Parameters
    ----------
    graph
        Of the model that was built.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._by_name = {node.name: node for node in self._graph.nodes if node.name}

    @classmethod
    def read(cls, path: str) -> ModelNodes:
        """Return the nodes of an ONNX file."""
        from measure.onnx_file import read_model

        return cls(read_model(path).graph)

    def find(self, name: str) -> Node | None:
        """Return the node that a layer is named after."""
        return self._by_name.get(name)

    def between(self, first: list[str], last: list[str]) -> Iterator[Node]:
        """Yield the nodes that lie on a way from one end of a subgraph to the other.

        A subgraph runs as one: a node between its ends that ran elsewhere would have to wait for
        it and be waited for. So it holds them all, but for those that were removed before.
        """
        layers = {row["operator"]: row["layer"] for row in read_table("operators/operators")}
        after = self._reach(first, self._readers)
        before = self._reach(last, self._writers)
        for node in self._graph.nodes:
            inside = node.index in after and node.index in before
            if inside and layers.get(node.op_type, "") not in _MAY_VANISH:
                yield node

    def _reach(self, names: list[str], step: Callable[[Node], Iterator[Node]]) -> set[int]:
        """Return the indices of all nodes that steps from the named ones lead to."""
        ahead = [self._by_name[name] for name in names if name in self._by_name]
        reached = {node.index for node in ahead}
        while ahead:
            for node in step(ahead.pop()):
                if node.index not in reached:
                    reached.add(node.index)
                    ahead.append(node)
        return reached

    def _readers(self, node: Node) -> Iterator[Node]:
        for output in node.outputs:
            for reader in self._graph.consumers.get(output, []):
                # Sizes of tensors are known while building: what is computed from them is no layer.
                if reader.op_type not in ("Shape", "Size"):
                    yield reader

    def _writers(self, node: Node) -> Iterator[Node]:
        for name in node.inputs:
            if name in self._graph.producer:
                yield self._graph.producer[name]

    def parameters(self, node: Node) -> dict[str, Any]:
        """Return what a case states of a node: attributes, shapes, which inputs are constant."""
        inputs = [self._graph.tensor(name) for name in node.inputs]
        found: dict[str, Any] = {
            name: value for name, value in node.attributes.items() if _is_plain(value)
        }
        found["input_shapes"] = [_shape(tensor) for tensor in inputs]
        found["output_shapes"] = [_shape(self._graph.tensor(name)) for name in node.outputs]
        found["constant_inputs"] = [index for index, tensor in enumerate(inputs) if tensor.constant]
        for name, tensor in zip(_OPERANDS.get(node.op_type, ()), inputs):
            values = _values(tensor) if name else None
            if values is not None:
                found[name] = values
        return found


def _is_plain(value: Any) -> bool:
    """Say whether an attribute is a number, a text or a list of them."""
    items = value if isinstance(value, list) else [value]
    return all(isinstance(item, _PLAIN) for item in items)


def _shape(tensor: Tensor) -> list[int | None] | None:
    """Return the shape, None for a size or a rank that is not known."""
    return None if tensor.shape is None else list(tensor.shape)


def _values(tensor: Tensor) -> Any:
    """Return the value of a small constant."""
    n_elements = tensor.n_elements
    if not tensor.constant or n_elements is None or n_elements > _LONGEST:
        return None
    value = tensor.value()
    return None if value is None else value.tolist()
