"""Random graphs and damaged files: a correct answer or one clear line, never anything else."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import onnx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import helper

from measure.errors import UserError
from measure.onnx_file import read_model
from tests.measure.onnx_file.examples import (
    INT64,
    UNDEFINED,
    disagreements,
    integers,
    value,
    weights,
)

if TYPE_CHECKING:
    from random import Random

    from measure.onnx_file.model import Model

CORPUS = Path(__file__).parent.parent / "corpus" / "onnx"

NAMES = st.text(min_size=1, max_size=12).filter(lambda text: text.isprintable() or "\n" in text)
UNARY = st.sampled_from(["Relu", "Sigmoid", "Abs", "Neg", "Identity", "Shape", "Size", "Flatten"])
BINARY = st.sampled_from(["Add", "Mul", "Concat", "MatMul", "Reshape", "Conv", "Gather", "Expand"])


def read_bytes(content: bytes) -> Model | None:
    """Return the model that bytes are, ``None`` when they are refused with one line."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        path.write_bytes(content)
        try:
            return read_model(path)
        except UserError as error:
            message = str(error)
    assert "\n" not in message
    assert message.startswith(str(path))
    return None


@st.composite
def graphs(draw: st.DrawFn) -> onnx.ModelProto:
    """Return a model of nodes that fit together by name, if not always by shape."""
    sizes = draw(st.lists(st.integers(0, 9), max_size=4))
    names = ["x", "w", "s"]
    nodes = []
    texts = draw(st.lists(NAMES, min_size=1, max_size=12, unique=True))
    for text in (text for text in texts if text not in names):
        binary = draw(st.booleans())
        op_type = draw(BINARY if binary else UNARY)
        inputs = [draw(st.sampled_from(names)) for _ in range(1 + binary)]
        node = helper.make_node(op_type, inputs, [text], name=text)
        if op_type == "Concat":
            node.attribute.append(helper.make_attribute("axis", draw(st.integers(-3, 3))))
        nodes.append(node)
        names.append(text)
    graph = helper.make_graph(
        nodes,
        "graph",
        [value("x", sizes)],
        [value(names[-1], None, UNDEFINED)],
        [weights("w", *draw(st.lists(st.integers(1, 4), max_size=4))), integers("s", 2, -1)],
    )
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", draw(st.integers(6, 28)))], ir_version=8
    )


@given(graphs(), st.randoms(use_true_random=False))
def test_random_graphs(model: onnx.ModelProto, random: Random) -> None:
    """Shuffled nodes come back in an order in which they can run, with the shapes of onnx."""
    expected = onnx.shape_inference.infer_shapes(model, data_prop=True)
    shuffled = list(model.graph.node)
    random.shuffle(shuffled)
    del model.graph.node[:]
    model.graph.node.extend(shuffled)

    found = read_bytes(model.SerializeToString())

    assert found is not None
    graph = found.graph
    assert sorted(n.name for n in model.graph.node) == sorted(n.name for n in graph.nodes)
    known = {tensor.name for tensor in graph.inputs} | {"w", "s"}
    for node in graph.nodes:
        assert known >= {*node.inputs}
        known.update(node.outputs)
    assert disagreements(expected, graph) == [], str(model)
    for tensor in graph.tensors.values():
        number = tensor.value()
        if number is not None and tensor.shape is not None:
            assert tensor.constant
            assert len(number.shape) == len(tensor.shape), (tensor.name, str(model))
            assert all(
                size in (None, own) for size, own in zip(tensor.shape, number.shape, strict=True)
            )


EDITS = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=4), st.integers(0, 4)),
    min_size=1,
    max_size=6,
)


@settings(
    max_examples=300,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data(), EDITS)
def test_damaged_models(
    bundled_models: list[Path], data: st.DataObject, edits: list[tuple[float, bytes, int]]
) -> None:
    """Bytes of real models changed, lost or put in are read or refused."""
    small = [path for path in bundled_models if path.stat().st_size < 100_000]
    content = bytearray(data.draw(st.sampled_from(small)).read_bytes())
    for place, new, lost in edits:
        position = int(place * len(content))
        content[position : position + lost] = new
    read_bytes(bytes(content))


@given(st.binary(max_size=200))
def test_random_bytes(content: bytes) -> None:
    """No file of any content does more than be refused, or read."""
    read_bytes(content)


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.onnx")), ids=lambda path: path.stem)
def test_corpus(path: Path) -> None:
    """Files that once were trouble, or are meant to be."""
    read_bytes(path.read_bytes())


def test_corpus_is_there() -> None:
    """The folder of found cases is part of the repository."""
    assert len(list(CORPUS.glob("*.onnx"))) >= 10


def test_values_of_int64_shapes() -> None:
    """Numbers at the ends of their range do not disturb shape arithmetic."""
    nodes = [
        helper.make_node("Slice", ["s", "a", "b", "c", "d"], ["t"]),
        helper.make_node("Reshape", ["x", "t"], ["y"]),
    ]
    ends = [integers("a", 2**63 - 1), integers("b", -(2**63)), integers("c", 0), integers("d", -1)]
    graph = helper.make_graph(
        nodes,
        "graph",
        [value("x", [2, 3])],
        [value("y", None), value("t", None, INT64)],
        [integers("s", 2, 3), *ends],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)

    found = read_bytes(model.SerializeToString())

    assert found is not None
    assert found.graph.tensor("y").shape == (3, 2)
