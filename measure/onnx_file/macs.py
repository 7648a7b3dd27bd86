"""How many multiply-accumulate operations a node takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.onnx_file.model import Tensor

if TYPE_CHECKING:
    from measure.onnx_file.model import Graph, Node

CONVOLUTIONS = {"Conv": 1, "ConvInteger": 1, "DeformConv": 1, "QLinearConv": 3}
"""Operator: position of its weights."""

MATRIX_PRODUCTS = ("MatMul", "MatMulInteger", "QLinearMatMul")

RECURRENT = ("GRU", "LSTM", "RNN")

NOT_COUNTED = frozenset(("Attention", "Einsum", "If", "LinearAttention", "Loop", "Scan"))
"""Operators that multiply, how often is not worked out."""


def multiply_accumulates(node: Node, graph: Graph) -> int | None:
    """Return the multiply-accumulates of a node, ``None`` when they cannot be told.

    Convolutions, matrix products and recurrent layers count; operators that work on each element
    or only move data, such as pooling, count as 0. A multiplication with the zeros of padding
    counts like any other.
    """
    if node.domain or node.op_type in NOT_COUNTED:
        return None
    if node.op_type in CONVOLUTIONS:
        weights = _input(node, graph, CONVOLUTIONS[node.op_type])
        return _product(_output(node, graph).n_elements, _per_filter(weights))
    if node.op_type == "ConvTranspose":
        return _product(_input(node, graph, 0).n_elements, _per_filter(_input(node, graph, 1)))
    if node.op_type == "Gemm":
        rows_first = not node.attributes.get("transA", 0)
        inner = _size(_input(node, graph, 0), 1 if rows_first else 0)
        return _product(_output(node, graph).n_elements, inner)
    if node.op_type in MATRIX_PRODUCTS:
        return _product(_output(node, graph).n_elements, _size(_input(node, graph, 0), -1))
    if node.op_type in RECURRENT:
        return _recurrent(node, graph)
    return 0


def _input(node: Node, graph: Graph, position: int) -> Tensor:
    name = node.inputs[position] if position < len(node.inputs) else ""
    return graph.tensor(name)


def _output(node: Node, graph: Graph) -> Tensor:
    return graph.tensor(node.outputs[0] if node.outputs else "")


def _size(tensor: Tensor, axis: int) -> int | None:
    """Return one size of a tensor, ``None`` when it is unknown or there is no such axis."""
    rank = tensor.rank or 0
    return tensor.shape[axis] if tensor.shape and -rank <= axis < rank else None


def _per_filter(weights: Tensor) -> int | None:
    """Return the weights that one output (or, transposed, one input) is multiplied with."""
    return None if not weights.shape else Tensor("", weights.shape[1:]).n_elements


def _recurrent(node: Node, graph: Graph) -> int | None:
    """Every step of every sequence multiplies all weights, those of the state as well."""
    sequence, weights, state = (_input(node, graph, position) for position in range(3))
    if sequence.shape is None:
        return None
    steps = Tensor("", sequence.shape[:-1]).n_elements
    if weights.n_elements is None or state.n_elements is None:
        return None
    return _product(steps, weights.n_elements + state.n_elements)


def _product(left: int | None, right: int | None) -> int | None:
    return None if left is None or right is None else left * right
