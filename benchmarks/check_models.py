"""Models made up for the benchmark of the checker: ``python -m benchmarks.check_models FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGE = "large.onnx"
MATRICES, WIDTH = 125, 1000
"""Their 32-bit weights are half a gigabyte."""

SIZES = (5_000, 16_000, 50_000)
BLOCK = 5
"""Nodes of a residual block."""

BLOCKS_BETWEEN = 20
"""Residual blocks from one node that no DLA runs to the next, so that subgraphs are many."""

OPSET, IR_VERSION = 17, 8


def chain_name(nodes: int) -> str:
    """Return the file name of the chain with so many nodes."""
    return f"chain-{nodes}.onnx"


def large_model() -> onnx.ModelProto:
    """Return a model that is all weights."""
    random = np.random.default_rng(0)
    weights = [
        numpy_helper.from_array(random.random((WIDTH, WIDTH), np.float32), f"weight{number}")
        for number in range(MATRICES)
    ]
    nodes = [
        helper.make_node("MatMul", [f"x{number}", f"weight{number}"], [f"x{number + 1}"])
        for number in range(MATRICES)
    ]
    return _model(nodes, weights, [1, WIDTH], f"x{MATRICES}")


def chain(nodes: int) -> onnx.ModelProto:
    """Return a chain of residual blocks of small convolutions."""
    weight = numpy_helper.from_array(np.ones((8, 8, 3, 3), np.float32), "weight")
    found = [node for number in range(nodes // BLOCK) for node in _block(number)]
    return _model(found, [weight], [1, 8, 16, 16], f"x{nodes // BLOCK}")


def _block(number: int) -> Iterator[onnx.NodeProto]:
    start, end = f"x{number}", f"x{number + 1}"
    yield helper.make_node("Conv", [start, "weight"], [f"a{number}"], pads=[1, 1, 1, 1])
    yield helper.make_node("Relu", [f"a{number}"], [f"b{number}"])
    yield helper.make_node("Conv", [f"b{number}", "weight"], [f"c{number}"], pads=[1, 1, 1, 1])
    yield helper.make_node("Add", [f"c{number}", start], [f"d{number}"])
    yield helper.make_node("Relu" if number % BLOCKS_BETWEEN else "Erf", [f"d{number}"], [end])


def _model(
    nodes: list[onnx.NodeProto], weights: list[onnx.TensorProto], shape: list[int], output: str
) -> onnx.ModelProto:
    graph = helper.make_graph(
        nodes,
        "made-up",
        [helper.make_tensor_value_info("x0", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)],
        weights,
    )
    opsets = [helper.make_opsetid("", OPSET)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)


def main() -> None:
    """Write the models into the folder that the command line names."""
    folder = Path(sys.argv[1])
    onnx.save(large_model(), folder / LARGE)
    for nodes in SIZES:
        onnx.save(chain(nodes), folder / chain_name(nodes))


if __name__ == "__main__":
    main()
