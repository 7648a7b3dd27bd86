"""Networks for the tests: with smaller images, and with every tensor as an output."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import onnxruntime

from measure.networks.builder import INPUT, Builder, Network
from measure.networks.catalogue import RECIPES
from measure.onnx_file.model import Model, make_graph
from measure.onnx_file.writing import iterate_bytes

if TYPE_CHECKING:
    import numpy as np

SMALL = {
    "resnet-50": (224, 224),
    "ssd-mobilenet-v1": (300, 300),
    "ssd-resnet-34": (600, 600),
    "retinanet-resnext-50": (256, 256),
    "retinanet-resnet-34": (256, 256),
    "resnet-34-backbone": (256, 256),
}
"""Height and width with which a network is run here."""


@cache
def small(key: str, weights: str = "dense") -> Network:
    """Return a network for a smaller image."""
    recipe = RECIPES[key]
    return recipe.build(Builder(key, (1, 3, *SMALL[key]), recipe.input_range, weights))


def run(model: Model, image: np.ndarray, *, all_tensors: bool = False) -> dict[str, np.ndarray]:
    """Return what a model makes of an image: its outputs, or what every node makes."""
    graph = model.graph
    outputs = [tensor.name for tensor in graph.outputs]
    if all_tensors:
        outputs = [node.outputs[0] for node in graph.nodes]
        nodes = [replace(node) for node in graph.nodes]
        graph = make_graph(nodes, graph.tensors.values(), [INPUT], outputs, graph.name)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(
        b"".join(iterate_bytes(replace(model, graph=graph))),
        options,
        providers=["CPUExecutionProvider"],
    )
    return dict(zip(outputs, session.run(None, {INPUT: image}), strict=True))
