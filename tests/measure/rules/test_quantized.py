"""Which tensors of an explicitly quantized network are INT8."""

from __future__ import annotations

from typing import TYPE_CHECKING

import onnx
import pytest
from onnx import TensorProto, helper

from measure.onnx_file import read_model
from measure.rules.parameters.quantized import is_kept_as_int8

if TYPE_CHECKING:
    from pathlib import Path

    from measure.onnx_file.model import Graph

SIZE = [1, 8, 16, 16]


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    """Return a residual block between quantize and dequantize nodes, and a last layer outside."""
    scales = [
        helper.make_tensor("s", TensorProto.FLOAT, [], [0.1]),
        helper.make_tensor("z", TensorProto.INT8, [], [0]),
        helper.make_tensor("w", TensorProto.FLOAT, [8, 8, 1, 1], [0.0] * 64),
    ]
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "s", "z"], ["q"]),
        helper.make_node("DequantizeLinear", ["q", "s", "z"], ["xd"]),
        helper.make_node("Conv", ["xd", "w"], ["c"]),
        helper.make_node("Add", ["c", "xd"], ["a"]),
        helper.make_node("Relu", ["a"], ["r"]),
        helper.make_node("QuantizeLinear", ["r", "s", "z"], ["rq"]),
        helper.make_node("DequantizeLinear", ["rq", "s", "z"], ["rd"]),
        helper.make_node("Conv", ["rd", "w"], ["last"]),
        helper.make_node("Softmax", ["last"], ["out"], axis=1),
    ]
    model = helper.make_model(
        helper.make_graph(
            nodes,
            "block",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, SIZE)],
            [helper.make_tensor_value_info("out", TensorProto.FLOAT, SIZE)],
            scales,
        ),
        opset_imports=[helper.make_opsetid("", 17)],
    )
    path = tmp_path / "block.onnx"
    onnx.save(model, str(path))
    return read_model(path).graph


@pytest.mark.parametrize("name", ["x", "xd", "c", "a", "r", "rd"])
def test_between_the_nodes_it_is_int8(graph: Graph, name: str) -> None:
    """Read by a quantize node at once or through fused layers, or written by a dequantize node."""
    assert is_kept_as_int8(name, graph)


@pytest.mark.parametrize("name", ["last", "out"])
def test_without_a_quantize_node_behind_it_is_not(graph: Graph, name: str) -> None:
    """What no node quantizes stays in floating point."""
    assert not is_kept_as_int8(name, graph)
