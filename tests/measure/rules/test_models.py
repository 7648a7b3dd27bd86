"""Nodes as ONNX files hold them: attributes, constant inputs, older opsets, defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from measure.onnx_file.model import Graph, Node, Tensor, make_graph
from measure.onnx_file.read import read_model
from measure.rules import NetworkContext, load_rules
from measure.target import resolve_target
from tests.measure.rules.judging import rules_of

if TYPE_CHECKING:
    from pathlib import Path

    from measure.rules import Verdict

IMAGE = (1, 64, 56, 56)
Constants = dict[str, Any]


def read_node(
    folder: Path,
    operator: str,
    inputs: list[str],
    constants: Constants,
    opset: int = 17,
    shape: tuple[Any, ...] = IMAGE,
    kind: int = TensorProto.FLOAT,
    **attributes: Any,
) -> tuple[Graph, Node]:
    """Write a model of one node, with x as its input, and read it."""
    node = helper.make_node(operator, inputs, ["y"], **attributes)
    graph = helper.make_graph(
        [node],
        "one node",
        [helper.make_tensor_value_info("x", kind, shape)],
        [onnx.ValueInfoProto(name="y")],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    path = folder / "model.onnx"
    opsets = [helper.make_opsetid("", opset)]
    path.write_bytes(helper.make_model(graph, opset_imports=opsets).SerializeToString())
    model = read_model(path)
    return model.graph, model.graph.nodes[-1]


def check(graph: Graph, node: Node, context: NetworkContext | None = None) -> Verdict:
    """Return the verdict for the newest usable JetPack."""
    return load_rules().check_node(node, graph, resolve_target(precision="fp16"), context)


F32 = np.float32
WEIGHTS = {"w": np.zeros((8, 64, 3, 3), F32)}


@pytest.mark.parametrize(
    ("operator", "constants", "attributes", "rules"),
    [
        ("Conv", WEIGHTS, {}, set()),
        ("Conv", WEIGHTS, {"pads": [3, 1, 1, 1]}, {"conv.pad_lt_kernel"}),
        ("Conv", WEIGHTS, {"auto_pad": "SAME_UPPER", "strides": [9, 1]}, {"conv.stride"}),
        (
            "ConvTranspose",
            {"w": np.zeros((64, 8, 3, 3), F32)},
            {"strides": [2, 2], "auto_pad": "SAME_LOWER"},
            {"deconv.padding"},
        ),
        ("ConvTranspose", {"w": np.zeros((64, 8, 2, 2), F32)}, {"strides": [2, 2]}, set()),
        ("MaxPool", {}, {"kernel_shape": [9, 9]}, {"pool.window"}),
        ("AveragePool", {}, {"kernel_shape": [8, 8]}, set()),
        ("Clip", {"low": F32(0), "high": F32(6)}, {}, set()),
        ("Clip", {"low": F32(0), "high": F32(np.inf)}, {}, {"act.clip"}),
        ("Clip", {"low": F32(0)}, {}, {"act.clip"}),
        ("PRelu", {"slope": np.zeros((1, 64, 1, 1), F32)}, {}, set()),
        ("PRelu", {"slope": np.zeros((64, 1, 1), F32)}, {}, {"prelu.rank"}),
        ("Mul", {"b": np.ones((1, 64, 1, 1), F32)}, {}, set()),
        ("Slice", {"s": [0], "e": [32], "a": [1]}, {}, set()),
        ("Slice", {"s": [0], "e": [2**63 - 1], "a": [0]}, {}, set()),
        ("Slice", {"s": [0], "e": [-1], "a": [2], "t": [2]}, {}, {"slice.stride"}),
        ("Softmax", {}, {"axis": 1}, {"softmax.approx"}),
        ("Softmax", {}, {}, set()),
        ("ReduceMax", {}, {"axes": [2, 3]}, set()),
        ("ReduceMax", {}, {}, {"reduce.axes"}),
        ("Reshape", {"s": [1, 64, -1]}, {}, {"shuffle.rank", "gen.rank"}),
        ("Reshape", {"s": [0, 32, -1, 56]}, {}, set()),
        ("Transpose", {}, {}, {"shuffle.batch"}),
        ("Transpose", {}, {"perm": [0, 1, 3, 2]}, set()),
        ("LRN", {}, {"size": 4}, {"lrn.window"}),
        ("BatchNormalization", {name: np.ones(64, F32) for name in "sbmv"}, {}, set()),
        ("MatMul", {"b": np.zeros((56, 8), F32)}, {}, set()),
    ],
)
def test_rules_that_a_node_breaks(
    tmp_path: Path,
    operator: str,
    constants: Constants,
    attributes: dict[str, Any],
    rules: set[str],
) -> None:
    shape = (1, 1025, 56, 56) if rules == {"softmax.approx"} else IMAGE
    names = ["x", *constants]
    verdict = check(*read_node(tmp_path, operator, names, constants, shape=shape, **attributes))

    assert rules == rules_of(verdict)
    assert verdict.placement in ("dla", "gpu")


RESIZE: dict[str, Any] = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric"}


@pytest.mark.parametrize(
    ("inputs", "constants", "attributes", "opset", "rules"),
    [
        (["x", "", "s"], {"s": np.array([1, 1, 2, 2], F32)}, {"nearest_mode": "floor"}, 13, set()),
        (["x", "", "s"], {"s": np.array([1, 1, 2, 2], F32)}, {}, 13, {"resize.nearest.mode"}),
        (
            ["x", "", "s"],
            {"s": np.array([2, 2], F32)},
            {"nearest_mode": "floor", "axes": [2, 3]},
            18,
            set(),
        ),
        (
            ["x", "", "", "size"],
            {"size": [1, 64, 112, 140]},
            {"nearest_mode": "floor"},
            13,
            {"resize.no_sizes", "resize.whole"},
        ),
    ],
)
def test_resize(
    tmp_path: Path,
    inputs: list[str],
    constants: Constants,
    attributes: dict[str, Any],
    opset: int,
    rules: set[str],
) -> None:
    case = read_node(tmp_path, "Resize", inputs, constants, opset, **RESIZE, **attributes)

    assert rules == rules_of(check(*case))


def test_resize_of_opset_ten_has_scales_only(tmp_path: Path) -> None:
    case = read_node(
        tmp_path, "Resize", ["x", "s"], {"s": np.array([1, 1, 3, 2], F32)}, 10, mode="nearest"
    )

    assert rules_of(check(*case)) == set()


def test_softmax_of_older_opsets_goes_over_all_axes_from_one_on(tmp_path: Path) -> None:
    graph, node = read_node(tmp_path, "Softmax", ["x"], {}, 11, axis=1)
    (reason,) = check(graph, node).reasons

    assert (reason.rule, reason.value) == ("softmax.accurate", 64 * 56 * 56)


def test_slice_of_older_opsets_has_attributes(tmp_path: Path) -> None:
    case = read_node(tmp_path, "Slice", ["x"], {}, 9, starts=[1], ends=[9], axes=[1])

    assert rules_of(check(*case)) == set()


def test_named_dimension_is_dynamic(tmp_path: Path) -> None:
    case = read_node(tmp_path, "Relu", ["x"], {}, shape=("N", 64, 9000, 56))

    assert rules_of(check(*case)) == {"gen.dynamic", "gen.dims"}


def test_integers_leave_the_dla(tmp_path: Path) -> None:
    case = read_node(tmp_path, "Add", ["x", "x"], {}, kind=TensorProto.INT64)

    assert rules_of(check(*case)) == {"gen.precision"}


def test_what_only_constants_feed_is_computed_while_building(tmp_path: Path) -> None:
    graph, node = read_node(tmp_path, "Ceil", ["c"], {"c": np.array([1.5], F32)})

    assert check(graph, node).placement == "build_time"


def test_tensor_that_the_network_makes_static_is_too() -> None:
    node = Node("n", "Ceil", inputs=["x"], outputs=["y"], opset=17)
    graph = make_graph([node], [Tensor("x", (1, 2)), Tensor("y", (1, 2))], ["x"], ["y"])
    context = NetworkContext(static_tensors=frozenset({"x", "y"}))

    assert check(graph, node, context).placement == "build_time"


def test_unknown_shapes_make_the_verdict_unknown() -> None:
    node = Node("n", "Relu", inputs=["x"], outputs=["y"], opset=17)
    graph = make_graph([node], [], ["x"], ["y"])
    verdict = check(graph, node)

    assert verdict.placement == "unknown"
    assert {"data type of y", "shape of x", "shape of y"} == {
        reason.message.rsplit("Not known: ", 1)[1].rstrip(".") for reason in verdict.reasons
    }


def test_unknown_shapes_hide_no_other_violation() -> None:
    node = Node("n", "LRN", inputs=["x"], outputs=["y"], opset=17, attributes={"size": 4})
    verdict = check(make_graph([node], [], ["x"], ["y"]), node)

    assert (verdict.placement, rules_of(verdict)) == ("gpu", {"lrn.window"})


@pytest.mark.parametrize(
    ("operator", "attributes"),
    [
        ("Conv", {"kernel_shape": "big", "pads": 1, "strides": [0.5], "group": [1]}),
        ("MaxPool", {"kernel_shape": [3, 3], "auto_pad": "SAME_UPPER", "strides": [0, 0]}),
        ("Concat", {"axis": "one"}),
        ("Resize", {"mode": 3, "scales": ["a"]}),
        ("Slice", {"starts": 1, "ends": "x"}),
        ("Transpose", {"perm": [9, 9]}),
        ("Softmax", {"axis": 99}),
        ("Clip", {"max": float("nan")}),
        ("ReduceMax", {"axes": [99]}),
        ("LRN", {"size": []}),
    ],
)
def test_attributes_of_a_wrong_type_break_nothing(
    operator: str, attributes: dict[str, Any]
) -> None:
    node = Node("n", operator, "", 17, ["x", "w"], ["y"], attributes)
    tensors = [Tensor(name, IMAGE, data_type="float32") for name in "xwy"]
    verdict = check(make_graph([node], tensors, ["x", "w"], ["y"]), node)

    assert verdict.placement in ("dla", "gpu", "unknown")


def test_int8_scales_come_from_the_network() -> None:
    node = Node("n", "MaxPool", "", 17, ["x"], ["y"], {"kernel_shape": [2, 2]})
    tensors = [Tensor(name, IMAGE, data_type="float32") for name in "xy"]
    graph = make_graph([node], tensors, ["x"], ["y"])
    context = NetworkContext(scales={"x": 0.1, "y": 0.2})
    verdict = load_rules().check_node(node, graph, resolve_target(precision="int8"), context)

    assert (verdict.placement, rules_of(verdict)) == ("dla", {"pool.int8_scale"})
