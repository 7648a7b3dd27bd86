"""Models for the tests, written with the onnx library and read without it."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from onnx import helper

if TYPE_CHECKING:
    from collections.abc import Sequence

    import onnx
    from onnx.backend.test.case.test_case import TestCase


class WriteModel(Protocol):
    """Writes a model of one graph and returns its path."""

    def __call__(
        self,
        nodes: Sequence[onnx.NodeProto],
        inputs: Sequence[onnx.ValueInfoProto] = (),
        outputs: Sequence[onnx.ValueInfoProto] = (),
        initializers: Sequence[onnx.TensorProto] = (),
        value_info: Sequence[onnx.ValueInfoProto] = (),
        functions: Sequence[onnx.FunctionProto] = (),
        opset: int = 17,
    ) -> Path:
        """Write the file."""


@pytest.fixture
def write_model(tmp_path: Path) -> WriteModel:
    """Return the function that writes a model into a folder of the test."""

    def write(
        nodes: Sequence[onnx.NodeProto],
        inputs: Sequence[onnx.ValueInfoProto] = (),
        outputs: Sequence[onnx.ValueInfoProto] = (),
        initializers: Sequence[onnx.TensorProto] = (),
        value_info: Sequence[onnx.ValueInfoProto] = (),
        functions: Sequence[onnx.FunctionProto] = (),
        opset: int = 17,
    ) -> Path:
        graph = helper.make_graph(
            list(nodes),
            "graph",
            list(inputs),
            list(outputs),
            list(initializers),
            value_info=list(value_info),
        )
        opsets = [helper.make_opsetid("", opset)]
        opsets += [
            helper.make_opsetid(domain, 1) for domain in {function.domain for function in functions}
        ]
        model = helper.make_model(
            graph, opset_imports=opsets, functions=list(functions), ir_version=10
        )
        path = tmp_path / "model.onnx"
        path.write_bytes(model.SerializeToString())
        return path

    return write


@pytest.fixture(scope="session")
def bundled_models() -> list[Path]:
    """Return the models that the onnx package holds."""
    import onnx

    return sorted(Path(onnx.__file__).parent.rglob("*.onnx"))


@pytest.fixture(scope="session")
def node_tests() -> list[TestCase]:
    """Return the tests that ONNX has for its operators, those that hold a model."""
    from onnx.backend.test.loader import load_model_tests

    with warnings.catch_warnings():
        # Some of them compute infinities on purpose.
        warnings.simplefilter("ignore")
        return [case for case in load_model_tests(kind="node") if case.model is not None]
