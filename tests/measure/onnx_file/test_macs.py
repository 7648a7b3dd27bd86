"""Multiply-accumulates of single nodes, counted by hand."""

from __future__ import annotations

import pytest

from measure.onnx_file.macs import multiply_accumulates
from measure.onnx_file.model import Node, Tensor, make_graph

Shape = tuple[int | None, ...]


def count(op_type: str, inputs: list[Shape], output: Shape, **attributes: int) -> int | None:
    """Return the multiply-accumulates of a node with inputs and an output of some shapes."""
    names = [f"i{position}" for position in range(len(inputs))]
    tensors = [Tensor(name, shape) for name, shape in zip(names, inputs, strict=True)]
    node = Node("node", op_type, "", 17, names, ["o"], dict(attributes))
    return multiply_accumulates(node, make_graph([node], [*tensors, Tensor("o", output)], names))


@pytest.mark.parametrize(
    ("op_type", "inputs", "output", "expected"),
    [
        ("Conv", [(1, 3, 8, 8), (16, 3, 3, 3)], (1, 16, 6, 6), 16 * 36 * 27),
        ("Conv", [(2, 8, 4, 4), (8, 1, 1, 1)], (2, 8, 4, 4), 2 * 8 * 16),
        ("Conv", [(1, 3, 8), (16, 3, 3)], (1, 16, 6), 16 * 6 * 9),
        ("ConvTranspose", [(1, 3, 4, 4), (3, 5, 2, 2)], (1, 5, 8, 8), 48 * 20),
        ("Gemm", [(2, 3), (3, 5), (5,)], (2, 5), 30),
        ("MatMul", [(7, 2, 3), (7, 3, 5)], (7, 2, 5), 7 * 30),
        ("MatMul", [(3,), (3,)], (), 3),
        ("LSTM", [(5, 2, 4), (1, 12, 4), (1, 12, 3)], (5, 1, 2, 3), 10 * (48 + 36)),
        ("MaxPool", [(1, 3, 8, 8)], (1, 3, 4, 4), 0),
        ("Relu", [(None,)], (None,), 0),
        ("Conv", [(1, 3, 8, 8), (16, 3, 3, 3)], (None, 16, 6, 6), None),
        ("Conv", [(1, 3, 8, 8)], (1, 16, 6, 6), None),
        ("MatMul", [(), ()], (), None),
        ("Einsum", [(1,)], (1,), None),
    ],
)
def test_multiply_accumulates(
    op_type: str, inputs: list[Shape], output: Shape, expected: int | None
) -> None:
    """The count is that of the loops one would write."""
    assert count(op_type, inputs, output) == expected


def test_transposed_gemm() -> None:
    """The inner size is the first one when the first matrix is transposed."""
    assert count("Gemm", [(3, 2), (3, 5)], (2, 5), transA=1) == 30


def test_custom_operator() -> None:
    """Of an operator that is not ONNX's nothing is known."""
    node = Node("node", "Conv", "com.example", 0, ["x"], ["y"])

    assert multiply_accumulates(node, make_graph([node])) is None
