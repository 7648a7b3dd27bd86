"""A network small enough to be built at once, and the models file that names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from pathlib import Path

NAME = "tiny"
NODES = ("first", "between", "last")


def write_tiny(folder: Path) -> Path:
    """Write the network and return the models file."""
    shapes = {"w0": (8, 3, 3, 3), "w1": (8, 8, 3, 3)}
    weights = [
        numpy_helper.from_array(np.full(shape, 0.01, np.float32), name)
        for name, shape in shapes.items()
    ]
    nodes = [
        helper.make_node("Conv", ["x", "w0"], ["a"], name=NODES[0]),
        helper.make_node("Relu", ["a"], ["b"], name=NODES[1]),
        helper.make_node("Conv", ["b", "w1"], ["y"], name=NODES[2]),
    ]
    graph = helper.make_graph(
        nodes,
        NAME,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 32, 32])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 8, 28, 28])],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(folder / f"{NAME}.onnx"))
    models = folder / "models.toml"
    models.write_text(f'[[model]]\nname = "{NAME}"\npath = "{NAME}.onnx"\n', encoding="utf-8")
    return models
