"""A network with quantize and dequantize nodes, as strongly typed builds want it.

Every tensor that is not used up within one layer has a pair of nodes with one scale, so that
whatever lies between two layers is INT8. Input and outputs are INT8 themselves: nothing is left
to another device.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from measure.networks.layers import fused_activation
from measure.networks.values import Numbers, Weights
from measure.onnx_file.model import Model, Node, Tensor, make_graph

if TYPE_CHECKING:
    from measure.networks.builder import Network

KEEPS_VALUES = ("MaxPool", "Resize")
"""Operators whose output has values of their input only, so that its scale holds for both."""


def quantize(network: Network) -> Model:
    """Return the network with INT8 tensors between its layers."""
    return _Quantizer(network).model()


class _Quantizer:
    def __init__(self, network: Network) -> None:
        self.network = network
        self.graph = network.graph
        self.opset = network.model.opsets[""]
        self.outputs = {tensor.name for tensor in self.graph.outputs}
        self.nodes: list[Node] = []
        self.tensors: dict[str, Tensor] = {}
        self.stands_for: dict[str, str] = {}
        self.scales: dict[str, float] = {}

    def model(self) -> Model:
        for tensor in self.graph.inputs:
            self.tensors[tensor.name] = replace(tensor, data_type="int8")
            self.scales[tensor.name] = self.network.scale(tensor.name)
            self._dequantize(tensor.name, tensor)
        for node in self.graph.nodes:
            self._node(node)
        inputs, outputs = (
            [end.name for end in ends] for ends in (self.graph.inputs, self.graph.outputs)
        )
        graph = make_graph(self.nodes, self.tensors.values(), inputs, outputs, self.graph.name)
        return replace(self.network.model, graph=graph)

    def _node(self, node: Node) -> None:
        """Add a node that reads dequantized tensors, and quantize what it makes."""
        for name in node.inputs:
            tensor = self.graph.tensors.get(name)
            if tensor is not None and tensor.constant and name not in self.stands_for:
                self._constant(name, tensor)
        inputs = [self.stands_for.get(name, name) for name in node.inputs]
        made = node.outputs[0]
        tensor = self.graph.tensors[made]
        within = self._is_within_layer(made)
        written = made if within else f"{made}.real"
        self.nodes.append(replace(node, inputs=inputs, outputs=[written]))
        self.tensors[written] = replace(tensor, name=written)
        if not within:
            source = node.inputs[0]
            keeps = node.op_type in KEEPS_VALUES
            self.scales[made] = self.scales[source] if keeps else self.network.scale(made)
            self._quantize(made, tensor, written)
            if made in self.graph.consumers:
                self._dequantize(made, tensor)

    def _is_within_layer(self, name: str) -> bool:
        """Tell whether nothing but the activation of the same layer reads a tensor."""
        return name not in self.outputs and fused_activation(name, self.graph) is not None

    def _constant(self, name: str, tensor: Tensor) -> None:
        """Keep a constant; weights become whole numbers that are dequantized."""
        weights = self.network.filters.get(name)
        if weights is None:
            self.tensors[name] = tensor
            return
        self.scales[name] = weights.scale
        value = Weights(weights, "int8")
        self.tensors[name] = replace(tensor, data_type="int8", load=value)
        self._dequantize(name, replace(tensor, constant=False, load=None))

    def _quantize(self, name: str, tensor: Tensor, source: str) -> None:
        self.tensors[name] = replace(tensor, data_type="int8")
        inputs = [source, *self._scale(name)]
        self.nodes.append(
            Node(f"{name}.quantize", "QuantizeLinear", "", self.opset, inputs, [name])
        )

    def _dequantize(self, name: str, tensor: Tensor) -> None:
        made = f"{name}.dequantized"
        inputs = [name, *self._scale(name)]
        self.nodes.append(
            Node(f"{name}.dequantize", "DequantizeLinear", "", self.opset, inputs, [made])
        )
        self.tensors[made] = replace(tensor, name=made)
        self.stands_for[name] = made

    def _scale(self, name: str) -> tuple[str, str]:
        """Return the constants for the scale of a tensor and for a zero point of zero."""
        zero = "zero_point"
        scale = f"{name}.scale"
        self._number(zero, 0.0, "int8")
        self._number(scale, self.scales[name], "float32")
        return scale, zero

    def _number(self, name: str, number: float, data_type: str) -> None:
        if name not in self.tensors:
            value = Numbers((number,), data_type, alone=True)
            self.tensors[name] = Tensor(name, (), data_type=data_type, constant=True, load=value)
