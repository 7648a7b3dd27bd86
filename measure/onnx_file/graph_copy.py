"""A model written again without its weights, for shape inference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

from measure.onnx_file import encode
from measure.onnx_file.data_types import NUMBERS
from measure.onnx_file.fields import (
    ATTRIBUTE,
    ATTRIBUTE_NAME,
    ATTRIBUTE_TYPE,
    DOMAIN,
    GRAPH,
    GRAPH_NAME,
    INITIALIZER,
    INPUT,
    IR_VERSION,
    NODE,
    NODE_DOMAIN,
    NODE_INPUT,
    NODE_NAME,
    NODE_OUTPUT,
    OP_TYPE,
    OPSET,
    OUTPUT,
    VALUE_INFO,
    VERSION,
)
from measure.onnx_file.model import Graph, Model, Node, Tensor
from measure.onnx_file.reader import ATTRIBUTE_FIELDS
from measure.onnx_file.tensors import RAW_DATA, StoredTensor, tensor_message

if TYPE_CHECKING:
    import numpy as np

KEPT_BYTES = 4096
"""Constants up to this size keep their value: shapes are computed from some of them."""

FORMAT_VERSION = 10

NO_VALUES: Mapping[str, Any] = {}

OLDEST_OPSET, NEWEST_OPSET = 6, 1 << 30
"""What the library can infer shapes by.

It has no functions for most operators of older versions, which make the same shapes, and takes
the newest it knows for those that are newer; but it cannot count beyond 32 bits.
"""


def copy_model(model: Model, values: dict[str, np.ndarray]) -> bytes:
    """Return the model as a file, without functions and without large values.

    Parameters
    ----------
    values
        Computed constants, written as initializers in place of the nodes that compute them.
    """
    opsets = dict(model.opsets)
    _add_domains(model.graph, opsets)
    fields = [encode.integer(IR_VERSION, FORMAT_VERSION)]
    for domain, version in opsets.items():
        version = min(version if domain else max(version, OLDEST_OPSET), NEWEST_OPSET)
        fields.append(encode.block(OPSET, opset_message(domain, version)))
    fields.append(encode.block(GRAPH, _graph(model.graph, values)))
    return b"".join(fields)


def copied_nodes(graph: Graph, values: dict[str, np.ndarray]) -> list[Node]:
    """Return the nodes that the copy has: those whose results are not all given as values."""
    if not values:
        return graph.nodes
    return [
        node for node in graph.nodes if not node.outputs or not values.keys() >= {*node.outputs}
    ]


def _add_domains(graph: Graph, opsets: dict[str, int]) -> None:
    for node in graph.nodes:
        opsets.setdefault(node.domain, node.opset or 1)
        for subgraph in node.subgraphs:
            _add_domains(subgraph, opsets)


def _graph(graph: Graph, values: dict[str, np.ndarray]) -> bytes:
    fields = [
        encode.block(NODE, node_message(node, values)) for node in copied_nodes(graph, values)
    ]
    fields.append(encode.text(GRAPH_NAME, graph.name or "graph"))
    interface = {tensor.name for tensor in [*graph.inputs, *graph.outputs]}
    for name, tensor in graph.tensors.items():
        if name in values:
            fields.append(encode.block(INITIALIZER, _computed(name, values[name])))
        elif tensor.constant and name not in graph.producer:
            fields.append(encode.block(INITIALIZER, _dense(tensor)))
        elif name not in interface and (tensor.shape is not None or tensor.type_proto):
            fields.append(encode.block(VALUE_INFO, value_info_message(tensor)))
    fields += [encode.block(INPUT, value_info_message(tensor)) for tensor in graph.inputs]
    fields += [encode.block(OUTPUT, value_info_message(tensor)) for tensor in graph.outputs]
    return b"".join(fields)


def opset_message(domain: str, version: int) -> bytes:
    """Return an OperatorSetIdProto."""
    return encode.text(DOMAIN, domain) + encode.integer(VERSION, version)


def node_message(node: Node, values: Mapping[str, Any] = NO_VALUES) -> bytes:
    """Return a NodeProto; the outputs among the given values are left out of it."""
    fields = [encode.text(NODE_INPUT, name) for name in node.inputs]
    fields += [encode.text(NODE_OUTPUT, "" if name in values else name) for name in node.outputs]
    fields += [encode.text(NODE_NAME, node.name), encode.text(OP_TYPE, node.op_type)]
    for name, value in node.attributes.items():
        kind, data = _attribute(value)
        if kind:
            ends = encode.text(ATTRIBUTE_NAME, name), encode.integer(ATTRIBUTE_TYPE, kind)
            fields.append(encode.block(ATTRIBUTE, data.join(ends)))
    if node.domain:
        fields.append(encode.text(NODE_DOMAIN, node.domain))
    return b"".join(fields)


def _attribute(value: Any) -> tuple[int, bytes]:
    """Return the type of an attribute, 0 for one that cannot be written, and its value."""
    if isinstance(value, list):
        kinds = {_attribute_kind(item) for item in value} or {2}
        kind = max(kinds)
        if len(kinds) > 1 or kind == 0:
            return 0, b""
        many = {1: 6, 2: 7, 3: 8, 4: 9, 5: 10, 11: 12, 13: 14}[kind]
        return many, b"".join(_item(kind, ATTRIBUTE_FIELDS[many], item) for item in value)
    kind = _attribute_kind(value)
    return kind, _item(kind, ATTRIBUTE_FIELDS[kind], value) if kind else b""


def _attribute_kind(value: Any) -> int:
    if isinstance(value, Tensor):
        return 11 if value.sparse else 4
    kinds = ((float, 1), (int, 2), (str, 3), (Graph, 5), (bytes, 13))
    return next((kind for python_type, kind in kinds if isinstance(value, python_type)), 0)


def _item(kind: int, number: int, value: Any) -> bytes:
    if kind == 1:
        return encode.float32(number, value)
    if kind == 2:
        return encode.integer(number, value)
    if kind == 3:
        return encode.text(number, value)
    if kind == 5:
        return encode.block(number, _graph(value, {}))
    if kind == 13:
        return encode.block(number, value)
    return encode.block(number, _sparse(value) if value.sparse else _dense(value))


def _dense(tensor: Tensor) -> bytes:
    n_bytes = tensor.n_bytes
    if isinstance(tensor.load, StoredTensor) and n_bytes is not None and n_bytes <= KEPT_BYTES:
        message = tensor.load.message(tensor.name)
        if message is not None:
            return message
    return tensor_message(tensor.name, tensor.shape, NUMBERS.get(tensor.data_type or "", 0))


def _sparse(tensor: Tensor) -> bytes:
    values = tensor_message(tensor.name, (0,), NUMBERS.get(tensor.data_type or "", 0))
    indices = tensor_message("", (0,), NUMBERS["int64"])
    dims = encode.integers(3, [size or 0 for size in tensor.shape or ()])
    return encode.block(1, values) + encode.block(2, indices) + dims


def _computed(name: str, value: np.ndarray) -> bytes:
    message = tensor_message(name, value.shape, NUMBERS[value.dtype.name])
    little_endian = value.astype(value.dtype.newbyteorder("<"))
    return message + encode.block(RAW_DATA, little_endian.tobytes())


def value_info_message(tensor: Tensor) -> bytes:
    """Return the ValueInfoProto of a tensor."""
    if tensor.type_proto is not None:
        return encode.text(1, tensor.name) + encode.block(2, tensor.type_proto)
    fields = encode.integer(1, NUMBERS.get(tensor.data_type or "", 0))
    if tensor.shape is not None:
        fields += encode.block(2, _shape(tensor))
    return encode.text(1, tensor.name) + encode.block(2, encode.block(1, fields))


def _shape(tensor: Tensor) -> bytes:
    symbols = tensor.dim_params or (None,) * len(tensor.shape or ())
    dims = []
    for size, symbol in zip(tensor.shape or (), symbols):
        if size is not None:
            dims.append(encode.block(1, encode.integer(1, size)))
        else:
            dims.append(encode.block(1, encode.text(2, symbol) if symbol else b""))
    return b"".join(dims)
