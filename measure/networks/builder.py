"""Build a network layer by layer, as the graph that the checker and the writer know."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import frexp, ldexp, sqrt
from typing import Mapping, Sequence, Tuple

from measure.networks.values import Biases, Numbers, Weights
from measure.networks.weights import LARGEST, Filter
from measure.onnx_file.model import Graph, Model, Node, Shape, Tensor, make_graph

OPSET, IR_VERSION = 13, 7
"""What every TensorRT with a DLA on Orin reads."""

PRODUCER = "dla-atlas"

INPUT = "image"
"""Name of the input of every network."""

RELU, RELU6 = "Relu", "Clip"

CEILING = 6.0
"""Where ReLU6 ends."""

HEADROOM = 6.0
"""Range of a tensor in INT8, where its root mean square is one."""

INPUT_HEADROOM = 2.0
"""The same of an image, whose values are spread over its range."""

LARGEST_OF_NINE = 1.5
"""How much a maximum pooling raises the root mean square of what it reads."""

Pads = Tuple[int, int, int, int]


@dataclass
class Network:
    """A network in its first form: single precision, weights to be made when they are written.

    Parameters
    ----------
    rms
        Tensor: the root mean square its activations are expected to have.
    filters
        Tensor of weights: the filter it holds.
    """

    key: str
    model: Model
    weights: str
    rms: dict[str, float] = field(default_factory=dict)
    filters: dict[str, Filter] = field(default_factory=dict)

    @property
    def graph(self) -> Graph:
        """Return the graph of the network."""
        return self.model.graph

    @property
    def inputs(self) -> dict[str, tuple[int, ...]]:
        """Return the static shape of each input."""
        return {tensor.name: static(tensor.shape) for tensor in self.graph.inputs}

    def scale(self, name: str) -> float:
        """Return the INT8 scale of an activation, a power of two."""
        headroom = INPUT_HEADROOM if name == INPUT else HEADROOM
        return power_of_two(headroom * self.rms[name] / (LARGEST + 1))


class Builder:
    """Takes layers one by one; each method returns the name of the tensor that it makes."""

    def __init__(self, key: str, shape: Sequence[int], input_range: float, weights: str) -> None:
        self.key = key
        self.weights = weights
        self.nodes: list[Node] = []
        self.tensors = {INPUT: Tensor(INPUT, tuple(shape), data_type="float32")}
        self.rms = {INPUT: input_range / INPUT_HEADROOM}
        self.filters: dict[str, Filter] = {}

    def shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of a tensor."""
        return static(self.tensors[name].shape)

    def convolution(
        self,
        name: str,
        source: str,
        channels: int,
        kernel: int = 1,
        *,
        stride: int = 1,
        pads: int | Pads | None = None,
        groups: int = 1,
        activation: str = RELU,
        gain: float = 1.0,
        weights_of: str = "",
    ) -> str:
        """Add a convolution with bias and what follows it.

        Parameters
        ----------
        pads
            The same on all sides, or top, left, bottom and right; a half kernel when left out.
        weights_of
            Convolution whose weights it shares.
        """
        batch, depth, height, width = self.shape(source)
        if pads is None:
            pads = kernel // 2
        sides = pads if isinstance(pads, tuple) else (pads,) * 4
        size = (
            (height + sides[0] + sides[2] - kernel) // stride + 1,
            (width + sides[1] + sides[3] - kernel) // stride + 1,
        )
        owner = weights_of or name
        filter_shape = (channels, depth // groups, kernel, kernel)
        if not weights_of:
            self._filter(owner, filter_shape, gain, self.rms[source])
        attributes = {
            "dilations": [1, 1],
            "group": groups,
            "kernel_shape": [kernel, kernel],
            "pads": list(sides),
            "strides": [stride, stride],
        }
        inputs = [source, f"{owner}.weight", f"{owner}.bias"]
        made = self._node("Conv", name, inputs, (batch, channels, *size), attributes)
        # A ReLU leaves half of the mean square of what is spread evenly around zero.
        self.rms[made] = gain * self.rms[source] * (1 if activation else sqrt(2))
        return self._activation(made, activation)

    def add(self, name: str, first: str, second: str, activation: str = "") -> str:
        """Add two tensors of one shape."""
        made = self._node("Add", name, [first, second], self.shape(first))
        self.rms[made] = sqrt(self.rms[first] ** 2 + self.rms[second] ** 2)
        return self._activation(made, activation)

    def max_pool(self, name: str, source: str, kernel: int, stride: int, pad: int) -> str:
        """Add a maximum pooling."""
        made = self._pool("MaxPool", name, source, kernel, stride, pad)
        self.rms[made] *= LARGEST_OF_NINE
        return made

    def average_pool(self, name: str, source: str, kernel: int) -> str:
        """Add an average pooling without padding."""
        return self._pool("AveragePool", name, source, kernel, 1, 0)

    def upsample(self, name: str, source: str) -> str:
        """Double width and height; every value stands four times."""
        batch, channels, height, width = self.shape(source)
        scales = self._constant("upsample.scales", Numbers((1.0, 1.0, 2.0, 2.0), "float32"))
        attributes = {
            "coordinate_transformation_mode": "asymmetric",
            "mode": "nearest",
            "nearest_mode": "floor",
        }
        shape = (batch, channels, 2 * height, 2 * width)
        made = self._node("Resize", name, [source, "", scales], shape, attributes)
        self.rms[made] = self.rms[source]
        return made

    def relu(self, name: str, source: str) -> str:
        """Add a ReLU of its own, behind a tensor that others read, too."""
        made = self._node("Relu", name, [source], self.shape(source))
        self.rms[made] = self.rms[source] / sqrt(2)
        return made

    def network(self, outputs: Sequence[str]) -> Network:
        """Return what was built."""
        graph = make_graph(self.nodes, self.tensors.values(), [INPUT], outputs, self.key)
        model = Model(self.key, graph, IR_VERSION, {"": OPSET}, PRODUCER)
        return Network(self.key, model, self.weights, self.rms, self.filters)

    def _filter(self, name: str, shape: tuple[int, int, int, int], gain: float, rms: float) -> None:
        weights = Filter(f"{self.key}/{name}", shape, gain, self.weights == "sparse")
        self.filters[f"{name}.weight"] = weights
        self._add(f"{name}.weight", shape, Weights(weights, "float32"))
        bias_scale = power_of_two(gain * rms / (4 * LARGEST))
        self._add(f"{name}.bias", (shape[0],), Biases(weights, bias_scale, "float32"))

    def _pool(self, kind: str, name: str, source: str, kernel: int, stride: int, pad: int) -> str:
        batch, channels, height, width = self.shape(source)
        size = [(length + 2 * pad - kernel) // stride + 1 for length in (height, width)]
        attributes = {
            "ceil_mode": 0,
            "kernel_shape": [kernel, kernel],
            "pads": [pad] * 4,
            "strides": [stride, stride],
        }
        made = self._node(kind, name, [source], (batch, channels, *size), attributes)
        self.rms[made] = self.rms[source]
        return made

    def _activation(self, source: str, activation: str) -> str:
        if not activation:
            return source
        inputs = [source]
        if activation == RELU6:
            inputs.append(self._constant("relu6.min", Numbers((0.0,), "float32", alone=True)))
            inputs.append(self._constant("relu6.max", Numbers((CEILING,), "float32", alone=True)))
        made = self._node(activation, f"{source}.relu", inputs, self.shape(source))
        self.rms[made] = self.rms[source]
        return made

    def _node(
        self,
        op_type: str,
        name: str,
        inputs: list[str],
        shape: Shape,
        attributes: Mapping[str, object] | None = None,
    ) -> str:
        self.nodes.append(Node(name, op_type, "", OPSET, inputs, [name], dict(attributes or {})))
        self.tensors[name] = Tensor(name, shape, data_type="float32")
        return name

    def _constant(self, name: str, value: Numbers) -> str:
        if name not in self.tensors:
            self._add(name, () if value.alone else (len(value.numbers),), value)
        return name

    def _add(self, name: str, shape: Shape, value: Weights | Biases | Numbers) -> None:
        self.tensors[name] = Tensor(name, shape, data_type="float32", constant=True, load=value)


def power_of_two(number: float) -> float:
    """Return the smallest power of two that is no smaller than a number."""
    share, exponent = frexp(number)
    return ldexp(1.0, exponent - 1 if share == 0.5 else exponent)


def static(shape: Shape) -> tuple[int, ...]:
    """Return a shape that is known in full."""
    if shape is None or None in shape:
        raise ValueError(f"{shape}: not a static shape")
    return tuple(size for size in shape if size is not None)
