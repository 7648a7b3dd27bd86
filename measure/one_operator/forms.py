"""A network of one operator as a version of TensorRT wants it for INT8 or FP16.

Where types are options, the network stays in single precision and a calibration cache gives every
tensor a scale. Where types come from the model, FP16 is written into it, and INT8 as a pair of
quantize and dequantize nodes around the operator; their scales are in half precision, so that an
operator without INT8 is left in FP16, as the options allow it elsewhere.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Mapping

from measure.networks.forms import half
from measure.one_operator.network import SUBJECT, network_of
from measure.one_operator.operators import OPSET, WEIGHTS
from measure.one_operator.values import Filled, Stated
from measure.onnx_file.model import Graph, Model, Node, Tensor, make_graph
from measure.trtexec.commands import IMPLICIT
from measure.versions import parse_version

if TYPE_CHECKING:
    from measure.one_operator.case import OperatorCase

INT8 = "int8"
EXPLICIT, NONE = "explicit", "none"
SCALE = 0.015625
"""Scale of every tensor for which a case states none: a power of two, so no type rounds it."""

HALF_SCALES = 19
"""Operator set from which scales may be in half precision."""

_SINGLE, _HALF = "float32", "float16"


@dataclass(frozen=True)
class Form:
    """What is built, and how its INT8 comes about."""

    model: Model
    quantization: str
    calibration: str = ""
    """Text of the calibration cache; empty where none is needed."""


def form_of(case: OperatorCase, tensorrt: str, strongly_typed: bool) -> Form:
    """Return the network of a case for a version of TensorRT.

    Raises
    ------
    CannotBuildError
        When no network can be made of the case.
    """
    is_int8 = case.precision == INT8
    if not strongly_typed:
        model = network_of(case)
        if not is_int8:
            return Form(model, NONE)
        return Form(model, IMPLICIT, calibration_cache(model, case.parameters, tensorrt))
    typed = "data_type" in case.parameters
    # A case that is about a type keeps it.
    model = network_of(case, HALF_SCALES if is_int8 else OPSET)
    model = model if typed else half(model)
    if is_int8 and not typed:
        return Form(_Quantizer(model, case.parameters).model(), EXPLICIT)
    return Form(model, NONE)


def calibration_cache(model: Model, parameters: Mapping[str, Any], tensorrt: str) -> str:
    """Return the text of a cache with a scale for every tensor, one for all where none is stated.

    It begins with the version that reads it; the scales are the bits of 32-bit numbers.
    """
    scales = scales_of(model.graph, parameters)
    lines = [f"{name}: {struct.pack('>f', scale).hex()}" for name, scale in scales.items()]
    return "\n".join([f"TRT-{_digits(tensorrt)}-EntropyCalibration2", *lines, ""])


def scales_of(graph: Graph, parameters: Mapping[str, Any]) -> dict[str, float]:
    """Return the scale of every tensor; a case states those of its inputs, then its outputs."""
    scales = dict.fromkeys(graph.tensors, SCALE)
    subject = next(node for node in graph.nodes if node.name == SUBJECT)
    read = [name for name in subject.inputs if name and not graph.tensors[name].constant]
    scales.update(zip([*read, *subject.outputs], parameters.get("int8_scales") or ()))
    return scales


def _digits(tensorrt: str) -> str:
    """Return a version as calibration caches write it: 8502 for 8.5.2, 100300 for 10.3.0."""
    major, minor, patch = (*parse_version(tensorrt), 0, 0)[:3]
    return str(major * (10000 if major >= 10 else 1000) + minor * 100 + patch)


@dataclass
class _Quantizer:
    """Puts pairs of quantize and dequantize nodes around the operator."""

    network: Model
    parameters: Mapping[str, Any]
    tensors: dict[str, Tensor] = field(default_factory=dict)

    def model(self) -> Model:
        graph = self.network.graph
        scales = scales_of(graph, self.parameters)
        self.tensors = dict(graph.tensors)
        before, after = [], []
        renamed: dict[str, str] = {}
        for tensor in graph.inputs:
            if tensor.data_type == _HALF:
                renamed[tensor.name] = f"{tensor.name}.dequantized"
                before.append(self._dequantize(tensor.name, scales[tensor.name]))
        for name in _weights(graph):
            renamed[name] = f"{name}.dequantized"
            shape = graph.tensors[name].shape
            before.append(self._dequantize(name, SCALE, Filled(_sizes(shape), INT8)))
        outputs = []
        for tensor in graph.outputs:
            is_half = tensor.data_type == _HALF
            outputs.append(f"{tensor.name}.quantized" if is_half else tensor.name)
            if is_half:
                after.append(self._quantize(tensor.name, scales[tensor.name]))
        nodes = [
            replace(node, inputs=[renamed.get(name, name) for name in node.inputs])
            for node in graph.nodes
        ]
        inputs = [tensor.name for tensor in graph.inputs]
        joined = make_graph(
            [*before, *nodes, *after], self.tensors.values(), inputs, outputs, graph.name
        )
        return replace(self.network, graph=joined)

    def _dequantize(self, name: str, scale: float, value: Filled | None = None) -> Node:
        tensor = self.tensors[name]
        made = f"{name}.dequantized"
        self.tensors[made] = replace(tensor, name=made, constant=False, load=None)
        self.tensors[name] = replace(tensor, data_type=INT8, load=value)
        return self._node("DequantizeLinear", name, made, scale)

    def _quantize(self, name: str, scale: float) -> Node:
        made = f"{name}.quantized"
        self.tensors[made] = replace(self.tensors[name], name=made, data_type=INT8)
        return self._node("QuantizeLinear", name, made, scale)

    def _node(self, operator: str, name: str, made: str, scale: float) -> Node:
        numbers = {f"{name}.scale": (scale, _HALF), "zero_point": (0, INT8)}
        for number, (value, kind) in numbers.items():
            self.tensors[number] = Tensor(
                number, (), data_type=kind, constant=True, load=Stated(value, kind)
            )
        opset = self.network.opsets[""]
        return Node(made, operator, "", opset, [name, *numbers], [made])


def _weights(graph: Graph) -> list[str]:
    """Return the constants that layers multiply with."""
    places = ((node, WEIGHTS.get(node.op_type, 0)) for node in graph.nodes)
    found = [node.inputs[place] for node, place in places if place]
    return [name for name in found if graph.tensors[name].constant]


def _sizes(shape: object) -> tuple[int, ...]:
    assert isinstance(shape, tuple)
    return tuple(int(size) for size in shape)
