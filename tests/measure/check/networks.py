"""Networks made by hand, node by node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from measure.onnx_file.model import Graph, Node, Tensor, make_graph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

OPSET = 17


class Network:
    """A graph that grows by one tensor or node a call; each call returns the tensor's name."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.tensors: list[Tensor] = []
        self.inputs: list[str] = []

    def input(
        self, name: str = "x", shape: Sequence[int | None] = (1, 8, 16, 16), kind: str = "float32"
    ) -> str:
        """Add a tensor that the user feeds."""
        self.inputs.append(name)
        self.tensors.append(Tensor(name, tuple(shape), data_type=kind))
        return name

    def constant(self, name: str, value: ArrayLike) -> str:
        """Add an initializer."""
        array = (
            np.asarray(value, dtype=np.float32) if isinstance(value, float) else np.asarray(value)
        )
        tensor = Tensor(name, array.shape, data_type=str(array.dtype), constant=True)
        tensor.load = lambda: array
        self.tensors.append(tensor)
        return name

    def weights(self, name: str, *shape: int) -> str:
        """Add an initializer whose values nobody asks for."""
        self.tensors.append(Tensor(name, shape, data_type="float32", constant=True))
        return name

    def add(
        self,
        op_type: str,
        inputs: Sequence[str],
        output: str,
        shape: Sequence[int | None] | None = (1, 8, 16, 16),
        kind: str = "float32",
        **attributes: Any,
    ) -> str:
        """Add a node with one output; the node is named as the output with a capital letter."""
        node = Node(
            name=output.capitalize(),
            op_type=op_type,
            opset=OPSET,
            inputs=list(inputs),
            outputs=[output],
            attributes=attributes,
        )
        self.nodes.append(node)
        self.tensors.append(Tensor(output, None if shape is None else tuple(shape), data_type=kind))
        return output

    def conv(self, source: str, output: str, channels: int = 8, **attributes: Any) -> str:
        """Add a 3x3 convolution that keeps height and width."""
        before = next(tensor for tensor in self.tensors if tensor.name == source)
        assert before.shape is not None
        batch, inputs, *sizes = before.shape
        assert inputs is not None
        weights = self.weights(f"{output}.weights", channels, inputs, 3, 3)
        attributes = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], **attributes}
        return self.add("Conv", [source, weights], output, (batch, channels, *sizes), **attributes)

    def gpu(self, source: str, output: str) -> str:
        """Add a node that no DLA runs."""
        before = next(tensor for tensor in self.tensors if tensor.name == source)
        return self.add("Erf", [source], output, before.shape)

    def graph(self, *outputs: str) -> Graph:
        """Return the graph."""
        return make_graph(self.nodes, self.tensors, self.inputs, outputs)
