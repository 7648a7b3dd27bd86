"""Models of the onnx package, read as the onnx library itself reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import onnx
import pytest

from measure.onnx_file import read_model
from measure.onnx_file.macs import multiply_accumulates
from measure.onnx_file.read import read_structure
from tests.measure.onnx_file.examples import disagreements

if TYPE_CHECKING:
    from pathlib import Path

    from onnx.backend.test.case.test_case import TestCase


def test_structure_is_that_of_the_onnx_library(bundled_models: list[Path]) -> None:
    """Nodes, inputs, outputs, constants and operator sets agree for all bundled models."""
    assert len(bundled_models) == 149
    for path in bundled_models:
        expected = onnx.load(path)
        model = read_structure(path)

        graph = expected.graph
        constants = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
        found = {name: t.shape for name, t in model.graph.tensors.items() if t.constant}
        assert [(n.op_type, list(n.input), list(n.output)) for n in graph.node] == [
            (n.op_type, n.inputs, n.outputs) for n in model.graph.nodes
        ], path
        assert constants == found, path
        assert [i.name for i in graph.input if i.name not in constants] == [
            tensor.name for tensor in model.graph.inputs
        ], path
        assert [o.name for o in graph.output] == [tensor.name for tensor in model.graph.outputs]
        assert model.opsets == {entry.domain: entry.version for entry in expected.opset_import}
        assert model.ir_version == expected.ir_version


def test_attributes_are_those_of_the_onnx_library(bundled_models: list[Path]) -> None:
    """Numbers, texts and lists have the values that onnx reads."""
    compared = 0
    for path in bundled_models:
        model = read_structure(path)
        for node, expected in zip(model.graph.nodes, onnx.load(path).graph.node, strict=True):
            for attribute in expected.attribute:
                wanted = onnx.helper.get_attribute_value(attribute)
                if isinstance(wanted, bytes):
                    wanted = wanted.decode()
                if isinstance(wanted, (int, float, str)) or attribute.type in (6, 7):
                    compared += 1
                    found = node.attributes[attribute.name]
                    assert (list(wanted) if isinstance(found, list) else wanted) == found, path
    assert compared > 2000


def test_shapes_are_those_of_the_onnx_library(bundled_models: list[Path]) -> None:
    """What onnx infers with the weights loaded is inferred without them."""
    for path in bundled_models:
        expected = onnx.shape_inference.infer_shapes(onnx.load(path))
        model = read_model(path)

        assert model.notes == [], path
        assert disagreements(expected, model.graph) == [], path


def test_all_node_tests_are_read(node_tests: list[TestCase], tmp_path: Path) -> None:
    """Every operator of ONNX in every form that its tests have is read, with its shapes."""
    assert len(node_tests) >= 1884
    path = tmp_path / "model.onnx"
    for case in node_tests:
        assert case.model is not None
        path.write_bytes(case.model.SerializeToString())
        model = read_model(path)

        expected = onnx.shape_inference.infer_shapes(case.model)
        assert model.notes == [], case.name
        assert disagreements(expected, model.graph) == [], case.name


@pytest.mark.parametrize(
    ("name", "gmacs"),
    [("resnet50", 4.09), ("vgg19", 19.63), ("squeezenet", 0.35), ("densenet121", 2.83)],
)
def test_constants_through_nodes_leave_the_layers(
    name: str, gmacs: float, bundled_models: list[Path]
) -> None:
    """Weights made by ConstantOfShape are constants, and their layers have all their work."""
    path = next(path for path in bundled_models if path.name == f"light_{name}.onnx")
    model = read_model(path)
    graph = model.graph
    convolutions = [node for node in graph.nodes if node.op_type == "Conv"]

    assert all(graph.tensor(node.inputs[1]).constant for node in convolutions)
    assert not any(graph.tensor(node.outputs[0]).constant for node in convolutions)
    total = sum(multiply_accumulates(node, graph) or 0 for node in graph.nodes)
    assert gmacs == pytest.approx(total / 1e9, abs=0.01)
