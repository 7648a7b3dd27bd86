"""Files that are no models, or no good ones: one clear line each."""

from __future__ import annotations

import gzip
import os
import zipfile
from typing import TYPE_CHECKING

import onnx
import pytest
from onnx import helper

from measure.errors import UserError
from measure.onnx_file import encode, read_model
from measure.onnx_file.read import read_structure
from measure.onnx_file.reader import DEPTH_LIMIT, NODE_LIMIT
from tests.measure.onnx_file.examples import integers, value, weights

if TYPE_CHECKING:
    from pathlib import Path

    from tests.measure.onnx_file.conftest import WriteModel

RELU = helper.make_node("Relu", ["x"], ["y"], name="relu")


def refusal(path: Path) -> str:
    """Return the one line with which a file is refused."""
    with pytest.raises(UserError) as caught:
        read_model(path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(str(path))
    return message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"a model, honestly\n", "is text"),
        ("modèle".encode() * 200, "is text"),
        (b"<!DOCTYPE html><title>Not found</title>", "is text"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
        (gzip.compress(b"model", mtime=0), "gzip"),
        (b"ftrt" + bytes(64), "TensorRT engine"),
        (b"\x89HDF\r\n\x1a\n", "HDF5"),
        (bytes(100), "a field with number 0"),
        (b"\xff" * 100, "more than ten bytes"),
        (b"\x08\x08", "holds no graph"),
        (b"\x0b\x0c", "wire type 3"),
        (b"\x0d\x01", "a number without an end"),
        (encode.integer(1, 8) + encode.block(7, b""), "names no operator set version"),
    ],
)
def test_what_is_no_model(content: bytes, words: str, tmp_path: Path) -> None:
    """What the file is, or what is wrong with it, is said."""
    path = tmp_path / "model.onnx"
    path.write_bytes(content)

    assert words in refusal(path)


def test_archive_of_pytorch(tmp_path: Path) -> None:
    """A checkpoint of PyTorch is recognized, and the way to an ONNX model is told."""
    path = tmp_path / "model.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", b"")

    assert "torch.onnx.export" in refusal(path)


def test_what_is_no_file(tmp_path: Path) -> None:
    """Missing files, folders and pipes are told apart, and none is waited for."""
    pipe = tmp_path / "pipe.onnx"
    os.mkfifo(pipe)

    assert "is a folder" in refusal(tmp_path)
    assert "no such file" in refusal(tmp_path / "missing.onnx")
    assert "not a regular file" in refusal(pipe)


def test_every_way_to_cut_a_model_off(write_model: WriteModel) -> None:
    """No beginning of a model is taken for the whole, unless only its end notes are missing."""
    path = write_model([RELU], [value("x", [1, 3])], [value("y", None)])
    whole = path.read_bytes()
    for length in range(1, len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(UserError, match=r"model\.onnx: "):
            read_structure(path)


def test_newer_format_is_read_with_a_note(write_model: WriteModel) -> None:
    """A format version from the future does not keep a model from being read."""
    path = write_model([RELU], [value("x", [1, 3])], [value("y", None)], opset=2**40)
    model = onnx.load(path)
    model.ir_version = 99
    path.write_bytes(model.SerializeToString() + encode.block(4000, b"new"))

    found = read_model(path)

    assert found.graph.tensor("y").shape == (1, 3)
    assert [word for word in found.notes[0].split() if word == "99"] == ["99"]


@pytest.mark.parametrize("opset", [1, 5, 7, 9, 13, 18, 28, 1000])
def test_every_operator_set(opset: int, write_model: WriteModel) -> None:
    """Shapes are found from the first operator set to those that are not yet made."""
    path = write_model([RELU], [value("x", [1, 3])], [value("y", None)], opset=opset)

    model = read_model(path)

    assert opset == model.graph.nodes[0].opset
    assert model.graph.tensor("y").shape == (1, 3)


def test_first_format_had_no_operator_sets(tmp_path: Path) -> None:
    """Models from before there were operator sets have the first one."""
    graph = helper.make_graph([RELU], "g", [value("x", [1])], [value("y", [1])])
    model = onnx.ModelProto(ir_version=2, graph=graph)
    path = tmp_path / "model.onnx"
    path.write_bytes(model.SerializeToString())

    assert read_model(path).opsets == {"": 1}


def test_impossible_operator_set(write_model: WriteModel) -> None:
    """A version below 1 is damage."""
    path = write_model([RELU], [value("x", [1])], [value("y", [1])], opset=-1)

    assert "has version -1" in refusal(path)


def test_names_of_any_letters(write_model: WriteModel) -> None:
    """Quotes, newlines and markup in names are kept as they are."""
    name = "<b>\"a'\n\\&</b>"
    path = write_model(
        [helper.make_node("Relu", [name], ["y"], name=name)], [value(name, [2])], [value("y", None)]
    )

    graph = read_model(path).graph

    assert name == graph.nodes[0].name
    assert name == graph.inputs[0].name
    assert graph.tensor("y").shape == (2,)


def test_names_that_are_not_utf8(write_model: WriteModel) -> None:
    """Bytes that are no text are shown as escapes; two such names stay two."""
    path = write_model(
        [helper.make_node("Relu", ["xAx"], ["xBx"]), helper.make_node("Relu", ["xBx"], ["y"])],
        [value("xAx", [2])],
        [value("y", None)],
    )
    path.write_bytes(path.read_bytes().replace(b"xAx", b"x\xfex").replace(b"xBx", b"x\xffx"))

    graph = read_model(path).graph

    assert [node.inputs for node in graph.nodes] == [["x\\xfex"], ["x\\xffx"]]
    assert graph.tensor("y").shape == (2,)


def test_unnamed_and_repeated_names(write_model: WriteModel) -> None:
    """Every node has a name of its own, also where the file gives none or the same twice."""
    names = ["", "same", "same", "Relu_0", ""]
    nodes = [
        helper.make_node("Relu", [f"t{i}"], [f"t{i + 1}"], name=name)
        for i, name in enumerate(names)
    ]
    path = write_model(nodes, [value("t0", [2])], [value("t5", None)])

    found = [node.name for node in read_model(path).graph.nodes]

    assert [found[1], found[3]] == ["same", "Relu_0"]
    assert len(names) == len(set(found))
    assert found[4] == "Relu_4"


def test_custom_operators(write_model: WriteModel) -> None:
    """Operators of an unknown domain stay, with the shapes that the file states for them."""
    nodes = [
        helper.make_node("Mystery", ["x"], ["m"], domain="com.example", secret=b"\xff\x00"),
        helper.make_node("Relu", ["m"], ["y"]),
    ]
    path = write_model(
        nodes, [value("x", [1, 3])], [value("y", None)], value_info=[value("m", [1, 7])]
    )

    graph = read_model(path).graph

    assert (graph.nodes[0].domain, graph.nodes[0].opset) == ("com.example", 0)
    assert graph.tensor("y").shape == (1, 7)


def test_graphs_nested_too_deep(write_model: WriteModel) -> None:
    """A graph in a graph in a graph… ends with an error, not with the stack."""
    data = b""
    for _ in range(DEPTH_LIMIT * 100):
        attribute = encode.text(1, "body") + encode.integer(20, 5) + encode.block(6, data)
        data = encode.block(1, encode.text(4, "Loop") + encode.block(5, attribute))
    path = write_model([RELU], [value("x", [1])], [value("y", [1])])
    path.write_bytes(encode.integer(1, 8) + encode.block(7, data))

    assert f"more than {DEPTH_LIMIT} deep" in refusal(path)


def test_more_nodes_than_memory(tmp_path: Path) -> None:
    """Half a megabyte of empty nodes does not become a gigabyte of objects."""
    path = tmp_path / "model.onnx"
    path.write_bytes(encode.integer(1, 8) + encode.block(7, b"\x0a\x00" * (NODE_LIMIT + 1)))

    assert f"more than {NODE_LIMIT} nodes" in refusal(path)


def test_tensors_of_absurd_shapes(write_model: WriteModel) -> None:
    """Sizes below zero and hundreds of dimensions are unknown shapes, not hangs."""
    deep = onnx.TensorProto(name="deep", data_type=1, dims=[2**62] * 5000)
    negative = onnx.TensorProto(name="negative", data_type=1, dims=[-1, 3])
    huge = onnx.TensorProto(name="huge", data_type=1, dims=[2**62, 2**62])
    path = write_model(
        [helper.make_node("Sum", ["deep", "negative", "huge"], ["y"])],
        outputs=[value("y", [2**40] * 100)],
        initializers=[deep, negative, huge],
    )

    graph = read_model(path).graph

    assert [graph.tensor(name).shape for name in ("deep", "negative")] == [None, None]
    assert [graph.tensor(name).value() for name in ("deep", "negative", "huge")] == [None] * 3


def test_more_than_two_gigabytes_in_one_file(tmp_path: Path) -> None:
    """A model beyond what the protobuf library can load is read, without its weights."""
    n_bytes = 3 << 30
    head = encode.integers(1, [n_bytes // 4]) + encode.integer(2, 1) + encode.text(8, "w")
    tensor = head + encode.varint(9 << 3 | 2) + encode.varint(n_bytes)
    node = helper.make_node("Add", ["x", "w"], ["y"]).SerializeToString()
    graph = encode.block(1, node) + encode.block(11, value("x", [1]).SerializeToString())
    graph += encode.block(12, value("y", None).SerializeToString())
    graph += encode.varint(5 << 3 | 2) + encode.varint(len(tensor) + n_bytes) + tensor
    model = encode.integer(1, 8) + encode.block(8, encode.integer(2, 17))
    model += encode.varint(7 << 3 | 2) + encode.varint(len(graph) + n_bytes) + graph
    path = tmp_path / "model.onnx"
    with path.open("wb") as file:
        file.write(model)
        file.truncate(len(model) + n_bytes)

    found = read_model(path)

    assert n_bytes == found.weight_bytes
    assert (n_bytes // 4,) == found.graph.tensor("y").shape
    assert found.graph.tensor("w").value() is None


def test_unknown_shapes_do_not_stop_what_is_known(write_model: WriteModel) -> None:
    """A node that cannot work leaves its result unknown, and the others as they are."""
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["bad"], strides=[0, 0], kernel_shape=[0, -1]),
        helper.make_node("Reshape", ["x", "s"], ["good"]),
    ]
    path = write_model(
        nodes,
        [value("x", [1, 3, 4, 4])],
        [value("bad", None), value("good", None)],
        [weights("w", 1, 3, 1, 1), integers("s", 3, -1)],
    )

    graph = read_model(path).graph

    assert graph.tensor("bad").shape is None
    assert graph.tensor("good").shape == (3, 16)
