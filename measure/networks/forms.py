"""A network in single precision, in half precision, or explicitly quantized to INT8."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from measure.errors import UserError
from measure.networks.model_file import FORMS
from measure.networks.quantized import quantize
from measure.onnx_file.model import Model, make_graph

if TYPE_CHECKING:
    from measure.networks.builder import Network

SCALES_INPUT = {"Resize": 2}
"""Operator: the input that stays single precision, whatever the others are."""


def as_form(network: Network, form: str) -> Model:
    """Return the model of a network in a form.

    Parameters
    ----------
    form
        fp32 for implicit quantization and for other backends, fp16 and qdq for strongly typed
        networks.
    """
    if form == "fp32":
        return network.model
    if form == "fp16":
        return half(network.model)
    if form == "qdq":
        return quantize(network)
    raise UserError(f"{form!r} is no form of a network; choose {', '.join(FORMS)}")


def half(model: Model) -> Model:
    """Return a model whose single-precision tensors have half precision."""
    graph = model.graph
    kept = {
        node.inputs[SCALES_INPUT[node.op_type]]
        for node in graph.nodes
        if node.op_type in SCALES_INPUT
    }
    tensors = []
    for name, tensor in graph.tensors.items():
        if name in kept or tensor.data_type != "float32":
            tensors.append(tensor)
            continue
        load = None if tensor.load is None else replace(tensor.load, data_type="float16")  # type: ignore[type-var]
        tensors.append(replace(tensor, data_type="float16", load=load))
    inputs, outputs = ([end.name for end in ends] for ends in (graph.inputs, graph.outputs))
    nodes = [replace(node, inputs=list(node.inputs)) for node in graph.nodes]
    return replace(model, graph=make_graph(nodes, tensors, inputs, outputs, graph.name))
