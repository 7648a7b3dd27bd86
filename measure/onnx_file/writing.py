"""A model as the bytes of an ONNX file, with nothing but the standard library and numpy.

Fields stand in the order of their numbers, as protobuf's own serialisers put them. The values of
large constants are made one at a time while they are written.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Iterator, Union

from measure.errors import UserError
from measure.onnx_file import encode
from measure.onnx_file.data_types import NUMBERS
from measure.onnx_file.fields import (
    GRAPH,
    GRAPH_NAME,
    INITIALIZER,
    INPUT,
    IR_VERSION,
    NODE,
    OPSET,
    OUTPUT,
    PRODUCER,
    VALUE_INFO,
)
from measure.onnx_file.graph_copy import node_message, opset_message, value_info_message
from measure.onnx_file.model import Tensor
from measure.onnx_file.tensors import RAW_DATA, tensor_message

if TYPE_CHECKING:
    from measure.onnx_file.model import Graph, Model

MESSAGE_LIMIT = (1 << 31) - 1
"""Bytes of the largest message that protobuf reads."""

Piece = Union[bytes, Tensor]
"""Bytes of the file as they are, or a constant whose data stand there."""


def iterate_bytes(model: Model) -> Iterator[bytes]:
    """Yield the bytes of a model's file, the data of each constant in one piece."""
    for piece in pieces(model):
        yield _data(piece) if isinstance(piece, Tensor) else piece


def digest_and_size(model: Model) -> tuple[str, int]:
    """Return the SHA-256 and the bytes that a model's file would have."""
    digest, n_bytes = hashlib.sha256(), 0
    for data in iterate_bytes(model):
        digest.update(data)
        n_bytes += len(data)
    return digest.hexdigest(), n_bytes


def pieces(model: Model) -> list[Piece]:
    """Return a model's file in pieces, those with data not made yet."""
    graph = _graph(model.graph)
    head = [encode.integer(IR_VERSION, model.ir_version), encode.text(PRODUCER, model.producer)]
    head.append(encode.head(GRAPH, sum(map(_size, graph))))
    tail = [
        encode.block(OPSET, opset_message(domain, version))
        for domain, version in model.opsets.items()
    ]
    found: list[Piece] = [*head, *graph, *tail]
    n_bytes = sum(map(_size, found))
    if n_bytes > MESSAGE_LIMIT:
        raise UserError(f"a model of {n_bytes} bytes; an ONNX file holds {MESSAGE_LIMIT}")
    return found


def _graph(graph: Graph) -> list[Piece]:
    found: list[Piece] = [encode.block(NODE, node_message(node)) for node in graph.nodes]
    found.append(encode.text(GRAPH_NAME, graph.name))
    constants = {
        name: tensor
        for name, tensor in graph.tensors.items()
        if tensor.constant and name not in graph.producer
    }
    for tensor in constants.values():
        data = encode.head(RAW_DATA, tensor.n_bytes or 0)
        message = tensor_message(tensor.name, tensor.shape, NUMBERS[tensor.data_type or ""]) + data
        found += [
            encode.head(INITIALIZER, len(message) + (tensor.n_bytes or 0)) + message,
            tensor,
        ]
    found += [encode.block(INPUT, value_info_message(tensor)) for tensor in graph.inputs]
    found += [encode.block(OUTPUT, value_info_message(tensor)) for tensor in graph.outputs]
    ends = {tensor.name for tensor in [*graph.inputs, *graph.outputs]}
    found += [
        encode.block(VALUE_INFO, value_info_message(tensor))
        for name, tensor in graph.tensors.items()
        if name not in constants and name not in ends
    ]
    return found


def _size(piece: Piece) -> int:
    return (piece.n_bytes or 0) if isinstance(piece, Tensor) else len(piece)


def _data(tensor: Tensor) -> bytes:
    """Return the value of a constant as a file holds it."""
    value = tensor.load() if tensor.load is not None else None
    known = None if value is None else (value.dtype.name, value.shape)
    if value is None or known != (tensor.data_type, tensor.shape):
        raise ValueError(f"{tensor.name}: {known} is not {tensor.data_type} {tensor.shape}")
    return value.astype(value.dtype.newbyteorder("<"), copy=False).tobytes()
