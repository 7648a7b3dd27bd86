"""What is known while an engine is built, and the values of what is small."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import helper, numpy_helper

from measure.onnx_file import read_model
from measure.onnx_file.folding import OPERATORS, fold
from measure.onnx_file.folding.values import CannotFoldError
from measure.onnx_file.model import VALUE_LIMIT, Node, Tensor
from measure.onnx_file.read import read_structure
from tests.measure.onnx_file.examples import FLOAT, INT64, integers, known, value, weights

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt
    from onnx.backend.test.case.test_case import TestCase

    from tests.measure.onnx_file.conftest import WriteModel


def as_array(data: object) -> npt.NDArray[Any]:
    """Return the data of a test, some of which are stored as tensors."""
    return numpy_helper.to_array(data) if isinstance(data, onnx.TensorProto) else np.asarray(data)


def test_operators_compute_what_onnx_says(node_tests: list[TestCase], tmp_path: Path) -> None:
    """On the data of ONNX's own tests the results are those that it expects."""
    path = tmp_path / "model.onnx"
    compared = set()
    for case in node_tests:
        if case.model is None or len(case.model.graph.node) != 1 or not case.data_sets:
            continue
        if case.model.graph.node[0].op_type not in OPERATORS:
            continue
        path.write_bytes(case.model.SerializeToString())
        node = read_structure(path).graph.nodes[0]
        inputs, outputs = (map(as_array, arrays) for arrays in case.data_sets[0])
        values = [next(inputs) if name else None for name in node.inputs]
        try:
            results = fold(node, values)
        except CannotFoldError:
            continue
        for expected, result in zip(outputs, results, strict=True):
            np.testing.assert_allclose(expected, result, rtol=1e-6, err_msg=case.name)
            assert expected.shape == result.shape, case.name
            assert expected.dtype == result.dtype, case.name
        compared.add(node.op_type)

    assert set(OPERATORS) - compared <= {"ConstantOfShape"}


def test_constants_spread(write_model: WriteModel) -> None:
    """What is made of constants only is constant; what meets an input or chance is not."""
    path = write_model(
        [
            helper.make_node("Relu", ["w"], ["folded"]),
            helper.make_node("Exp", ["folded"], ["also"]),
            helper.make_node("Add", ["x", "also"], ["live"]),
            helper.make_node("RandomNormal", [], ["chance"], shape=[3]),
            helper.make_node("Add", ["chance", "live"], ["y"]),
            helper.make_node("Guess", ["w"], ["custom"], domain="com.example"),
        ],
        [value("x", [3])],
        [value("y", None), value("custom", [3])],
        [weights("w", 3)],
    )

    tensors = read_model(path).graph.tensors

    assert {"w", "folded", "also"} == {name for name, t in tensors.items() if t.constant}


def test_shape_of_a_static_tensor(write_model: WriteModel) -> None:
    """Shapes of tensors that are not constant are, when they are known."""
    path = write_model(
        [
            helper.make_node("Relu", ["x"], ["r"]),
            helper.make_node("Shape", ["r"], ["s"], start=1),
            helper.make_node("Size", ["r"], ["n"]),
            helper.make_node("Gather", ["s", "i"], ["g"]),
            helper.make_node("Concat", ["g", "rest"], ["c"], axis=0),
            helper.make_node("Reshape", ["r", "c"], ["y"]),
        ],
        [value("x", [2, 3, 5])],
        [value("y", None), value("n", None, INT64)],
        [integers("i", 1), integers("rest", -1)],
    )

    graph = read_model(path).graph

    assert known(graph, "s").tolist() == [3, 5]
    assert known(graph, "n").tolist() == 30
    assert known(graph, "c").tolist() == [5, -1]
    assert graph.tensor("y").shape == (5, 6)
    assert not graph.tensor("y").constant


def test_long_chains(write_model: WriteModel) -> None:
    """The depth of arithmetic is not limited by the stack."""
    nodes = [helper.make_node("Add", [f"t{i}", "one"], [f"t{i + 1}"]) for i in range(5000)]
    path = write_model(
        nodes, [], [value("t5000", None, INT64)], [integers("t0", 7), integers("one", 1)]
    )

    assert known(read_model(path).graph, "t5000").tolist() == [5007]


def test_large_values_are_not_made(write_model: WriteModel) -> None:
    """A shape in the file does not become gigabytes in memory."""
    path = write_model(
        [
            helper.make_node("ConstantOfShape", ["s"], ["big"]),
            helper.make_node("Expand", ["one", "s"], ["stretched"]),
            helper.make_node("Range", ["zero", "end", "step"], ["long"]),
            helper.make_node("Tile", ["one", "s"], ["tiled"]),
        ],
        [],
        [value(name, None) for name in ("big", "stretched", "long", "tiled")],
        [
            integers("s", 1 << 20, 1 << 20),
            weights("one", 1, 1),
            *(
                numpy_helper.from_array(np.array(number, "int64"), name)
                for name, number in (("zero", 0), ("end", 1 << 40), ("step", 1))
            ),
        ],
    )

    graph = read_model(path).graph

    assert graph.tensor("big").shape == (1 << 20, 1 << 20)
    for tensor in graph.outputs:
        assert tensor.constant
        assert tensor.value() is None


def test_arithmetic_that_fails(write_model: WriteModel) -> None:
    """A division by zero and an index outside are unknown values, not errors."""
    path = write_model(
        [
            helper.make_node("Div", ["a", "zero"], ["d"]),
            helper.make_node("Gather", ["a", "far"], ["g"]),
            helper.make_node("Add", ["d", "a"], ["y"]),
        ],
        [],
        [value("y", None, INT64), value("g", None, INT64)],
        [integers("a", 1, 2), integers("zero", 0), integers("far", 99)],
    )

    graph = read_model(path).graph

    assert [graph.tensor(name).value() for name in ("d", "g", "y")] == [None] * 3


@given(st.integers(-(2**62), 2**62), st.integers(-1000, 1000).filter(bool))
def test_division_goes_towards_zero(left: int, right: int) -> None:
    """Whole numbers are divided as in C."""
    quotient = fold(Node("d", "Div"), [np.array(left), np.array(right)])[0]

    assert abs(int(quotient)) == abs(left) // abs(right)
    assert int(quotient) * left * right >= 0


STORED = [
    ("float32", [0.5, -1.5]),
    ("float64", [0.5, -1.5]),
    ("float16", [0.5, -1.5]),
    ("bool", [True, False]),
    *((f"{sign}int{bits}", [1, 100]) for sign in ("", "u") for bits in (8, 16, 32, 64)),
    ("int64", [-(2**63), 2**63 - 1]),
]


@pytest.mark.parametrize("raw", [True, False])
@pytest.mark.parametrize(("kind", "numbers"), STORED)
def test_every_way_to_store_numbers(
    kind: str, numbers: list[float], raw: bool, write_model: WriteModel
) -> None:
    """Raw bytes and typed fields give the same values as the onnx library reads."""
    array = np.array(numbers, kind)
    number = helper.np_dtype_to_tensor_dtype(array.dtype)
    values = array.tobytes() if raw else array.flatten()
    tensor = helper.make_tensor("w", number, array.shape, values, raw=raw)
    path = write_model([], [], [value("w", [2], number)], [tensor])

    found = known(read_structure(path).graph, "w")

    assert found.dtype == array.dtype
    assert np.array_equal(array, found)
    assert np.array_equal(numpy_helper.to_array(onnx.load(path).graph.initializer[0]), found)


@pytest.mark.parametrize("raw", [True, False])
@pytest.mark.parametrize(
    ("number", "numbers"),
    [
        (onnx.TensorProto.BFLOAT16, [0.5, -2.0, 3.0]),
        (onnx.TensorProto.INT4, [-8, 7, 3]),
        (onnx.TensorProto.UINT4, [0, 15, 3]),
    ],
)
def test_types_that_numpy_lacks(
    number: int, numbers: list[float], raw: bool, write_model: WriteModel
) -> None:
    """They come as the nearest type that holds them."""
    array = np.array(numbers).astype(helper.tensor_dtype_to_np_dtype(number))
    tensor = numpy_helper.from_array(array, "w")
    if not raw:
        tensor = helper.make_tensor("w", number, [3], numbers)
    path = write_model([], [], [value("w", [3], number)], [tensor])

    assert known(read_structure(path).graph, "w").tolist() == numbers


def test_values_that_are_not_there(write_model: WriteModel) -> None:
    """Texts, damaged lengths and large tensors have no value; nothing is raised."""
    text = helper.make_tensor("text", onnx.TensorProto.STRING, [1], np.array(["a"]))
    short = onnx.TensorProto(name="short", data_type=FLOAT, dims=[5], raw_data=b"1234")
    odd = onnx.TensorProto(name="odd", data_type=FLOAT, dims=[1], raw_data=b"123")
    empty = onnx.TensorProto(name="empty", data_type=FLOAT, dims=[0])
    unknown = onnx.TensorProto(name="unknown", data_type=77, dims=[1], raw_data=b"1")
    large = weights("large", VALUE_LIMIT + 1)
    tensors = [text, short, odd, empty, unknown, large]
    path = write_model([], [], [], tensors)

    graph = read_structure(path).graph

    assert known(graph, "empty").shape == (0,)
    for name in ("text", "short", "odd", "unknown", "large"):
        assert graph.tensor(name).value() is None


def test_sparse_weights(write_model: WriteModel) -> None:
    """Weights stored as indices and values are constants of their full shape."""
    path = write_model(
        [helper.make_node("MatMul", ["x", "w"], ["y"])], [value("x", [1, 30])], [value("y", None)]
    )
    model = onnx.load(path)
    sparse = model.graph.sparse_initializer.add()
    sparse.values.CopyFrom(helper.make_tensor("w", FLOAT, [2], [1.0, 2.0]))
    sparse.indices.CopyFrom(helper.make_tensor("i", INT64, [2], [3, 9]))
    sparse.dims.extend([30, 40])
    path.write_bytes(model.SerializeToString())

    graph = read_model(path).graph

    assert graph.tensor("w").constant
    assert graph.tensor("w").shape == (30, 40)
    assert graph.tensor("y").shape == (1, 40)


def test_values_are_read_once() -> None:
    """A value is kept after the first call."""
    reads = []

    def load() -> np.ndarray:
        reads.append(1)
        return np.zeros(3)

    tensor = Tensor("w", (3,), constant=True, load=load)

    assert tensor.value() is tensor.value()
    assert reads == [1]
