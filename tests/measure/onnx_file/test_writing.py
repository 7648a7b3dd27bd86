"""Models written without the onnx library, read with it and without it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest

from measure.errors import UserError
from measure.onnx_file.model import Model, Node, Tensor, make_graph
from measure.onnx_file.read import read_structure
from measure.onnx_file.writing import MESSAGE_LIMIT, digest_and_size, iterate_bytes

if TYPE_CHECKING:
    from pathlib import Path

TYPES = (
    "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32",
    "uint64", "bool",
)  # fmt: skip


def constant(name: str, value: np.ndarray) -> Tensor:
    """Return a constant that makes its value when asked."""
    kind = value.dtype.name
    return Tensor(name, value.shape, data_type=kind, constant=True, load=value.copy)


def small_model(*constants: Tensor) -> Model:
    """Return a model with attributes of every kind that the networks use."""
    attributes = {
        "float": 0.5,
        "integer": -3,
        "text": "näher",
        "integers": [0, 1, -1, 300],
        "floats": [0.25, -1.0],
        "texts": ["a", ""],
        "none": [],
    }
    nodes = [
        Node("first", "Own", "own.domain", 1, ["x", ""], ["y"], attributes),
        Node("second", "Add", "", 13, ["y", *(tensor.name for tensor in constants)][:2], ["z"]),
    ]
    ends = [Tensor("x", (2, 3), data_type="float32"), Tensor("z", (2, 3), data_type="float32")]
    inner = Tensor("y", (2, None), ("n", None), data_type="float32")
    graph = make_graph(nodes, [*ends, inner, *constants], ["x"], ["z"], "small")
    return Model("", graph, 7, {"": 13, "own.domain": 1}, "the tests")


def test_bytes_are_those_of_protobuf() -> None:
    """The library reads the file and writes the same bytes again."""
    values = [
        np.array([[0, 1, 100], [2, 3, 4]]).astype(kind)
        for kind in TYPES
    ]  # fmt: skip
    model = small_model(*(constant(f"c{place}", value) for place, value in enumerate(values)))
    data = b"".join(iterate_bytes(model))

    read = onnx.load_from_string(data)
    assert read.SerializeToString() == data
    held = [onnx.numpy_helper.to_array(tensor) for tensor in read.graph.initializer]
    assert [array.dtype.name for array in held] == list(TYPES)
    for array, value in zip(held, values, strict=True):
        np.testing.assert_array_equal(array, value)


def test_model_is_what_was_written(tmp_path: Path) -> None:
    """The reader of this project finds nodes, attributes, shapes and values again."""
    model = small_model(constant("c", np.ones((2, 3), "float32")))
    path = tmp_path / "model.onnx"
    path.write_bytes(b"".join(iterate_bytes(model)))

    found = read_structure(path)

    assert (found.ir_version, found.opsets, found.producer) == (7, model.opsets, "the tests")
    for node, written in zip(found.graph.nodes, model.graph.nodes, strict=True):
        assert (node.name, node.op_type, node.domain) == (
            written.name,
            written.op_type,
            written.domain,
        )
        assert (node.inputs, node.outputs) == (written.inputs, written.outputs)
        assert node.attributes == written.attributes
    for name, tensor in model.graph.tensors.items():
        assert found.graph.tensors[name].shape == tensor.shape
        assert found.graph.tensors[name].data_type == tensor.data_type
    np.testing.assert_array_equal(found.graph.tensors["c"].value(), np.ones((2, 3)))


def test_nodes_of_other_writers_survive(bundled_models: list[Path]) -> None:
    """Nodes of models that other programs wrote come out byte for byte, attributes and all."""
    compared = 0
    for path in bundled_models[::2]:
        original = onnx.load(path, load_external_data=False)
        model = read_structure(path)
        model.graph.tensors = {
            name: replace(tensor, constant=False) for name, tensor in model.graph.tensors.items()
        }
        written = onnx.load_from_string(b"".join(iterate_bytes(model)))
        for node, again in zip(original.graph.node, written.graph.node, strict=True):
            node.ClearField("doc_string")
            node.name = again.name
            if not any(attribute.HasField("t") for attribute in node.attribute):
                assert again == node
                compared += 1

    assert compared > 500


def test_one_value_at_a_time() -> None:
    """A constant is made when its turn comes, not before."""
    made: list[str] = []

    def value(name: str) -> np.ndarray:
        made.append(name)
        return np.zeros((64,), "float32")

    tensors = [
        Tensor(name, (64,), data_type="float32", constant=True, load=partial(value, name))
        for name in "abc"
    ]
    progress = []
    for data in iterate_bytes(small_model(*tensors)):
        if len(data) == 256:
            progress.append(list(made))

    assert progress == [["a"], ["a", "b"], ["a", "b", "c"]]


def test_digest_and_size_are_those_of_the_file(tmp_path: Path) -> None:
    """What is said of a file before it is written is true of it."""
    from measure.journal.files import sha256_of, write_whole

    model = small_model(constant("c", np.ones((2, 3), "float32")))
    path = tmp_path / "model.onnx"
    digest = write_whole(path, iterate_bytes(model))

    assert digest_and_size(model) == (digest, path.stat().st_size) == (sha256_of(path), 347)


def test_value_has_to_fit() -> None:
    """A constant whose value has another type or shape is never written."""
    for value in (np.zeros((2, 2), "float32"), np.zeros((2, 3), "float64")):
        tensor = replace(constant("c", np.zeros((2, 3), "float32")), load=value.copy)
        with pytest.raises(ValueError, match="c: "):
            list(iterate_bytes(small_model(tensor)))
    missing = Tensor("c", (2, 3), data_type="float32", constant=True)
    with pytest.raises(ValueError, match="c: None"):
        list(iterate_bytes(small_model(missing)))


def test_model_of_two_gigabytes_is_refused() -> None:
    """What protobuf cannot read is not written either, and nothing is computed for it."""
    tensor = Tensor("c", (MESSAGE_LIMIT // 4,), data_type="float32", constant=True)
    with pytest.raises(UserError, match="an ONNX file holds 2147483647"):
        next(iter(iterate_bytes(small_model(tensor))))
