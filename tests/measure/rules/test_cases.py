"""Cases become single nodes; whatever JSON they hold, nothing breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measure.errors import UserError
from measure.rules import CASE, graph_from_case, load_rules
from measure.rules.case_values import attributes_of
from measure.target import resolve_target
from tests.measure.rules.judging import judge, rules_of

if TYPE_CHECKING:
    from measure.onnx_file.model import Graph, Node

KEYS = (
    *("input_shape", "input_shapes", "output_shape", "output_shapes", "weight_shape"),
    *("slope_shape", "bias_shape", "rank", "rank_not", "axis_not", "mode_not"),
    *("data_type", "constant_inputs", "constant_A", "constant_B", "n_inputs", "consumers"),
    *("producers", "opset", "domain", "kernel_shape", "strides", "pads", "dilations"),
    *("group", "axis", "axes", "mode", "scales", "scale", "sizes", "alpha", "max", "min"),
    *("value", "perm", "starts", "ends", "steps", "split", "repeats", "shape", "size"),
    *("int8_scales", "auto_pad", "coordinate_transformation_mode", "nearest_mode"),
    *("input_format", "slope", "count_include_pad", "keepdims", "transB", "role", "layer"),
    *("count",),
)
OPERATORS = (
    *("Conv", "ConvTranspose", "MaxPool", "AveragePool", "Relu", "Clip", "PRelu", "Add"),
    *("Pow", "Greater", "Concat", "Resize", "Upsample", "Slice", "Split", "Softmax"),
    *("ReduceMax", "Reshape", "Transpose", "Gemm", "MatMul", "LRN", "Pad", "Tile"),
    *("Plugin", "Shape", "BatchNormalization", "QuantizeLinear"),
)
SHAPES = st.lists(st.integers(-1, 10_000) | st.none() | st.just("N"), max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | SHAPES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=8,
)
NUMBERS = st.integers(-2, 40) | st.lists(st.integers(-2, 40), max_size=5)


def tensors_of(case: tuple[Graph, Node]) -> dict[str, Any]:
    """Return the shapes of a case's tensors by name."""
    graph, _ = case
    return {name: tensor.shape for name, tensor in graph.tensors.items()}


@given(st.sampled_from(OPERATORS), st.dictionaries(st.sampled_from(KEYS), JSON, max_size=6))
def test_any_json_gives_a_verdict_or_one_line(operator: str, parameters: dict[str, Any]) -> None:
    check(operator, parameters)


@given(
    st.sampled_from(OPERATORS),
    st.dictionaries(st.sampled_from(KEYS), NUMBERS | SHAPES | st.lists(SHAPES, max_size=3)),
)
def test_likely_values_give_a_verdict_or_one_line(
    operator: str, parameters: dict[str, Any]
) -> None:
    check(operator, parameters)


def check(operator: str, parameters: dict[str, Any]) -> None:
    """Judge a case on two targets, as stated and as if it were a model."""
    try:
        graph, node = graph_from_case(operator, parameters)
    except UserError:
        return
    for target in (resolve_target(), resolve_target(soc="xavier", precision="fp16")):
        for context in (CASE, None):
            verdict = load_rules().check_node(node, graph, target, context, with_evidence=False)
            assert verdict.placement in ("dla", "gpu", "build_time", "unknown")


@pytest.mark.parametrize(
    ("parameters", "shapes"),
    [
        ({"input_shape": [1, 3, 8, 8]}, {"input_0": (1, 3, 8, 8)}),
        ({"input_shape": "1x3x8x8"}, {"input_0": (1, 3, 8, 8)}),
        ({"input_shapes": [[1], None]}, {"input_0": (1,), "input_1": None}),
        ({"input_shape": [[1], [2]]}, {"input_0": (1,), "input_1": (2,)}),
        ({"input_shape": [1], "weight_shape": [2]}, {"input_0": (1,), "input_1": (2,)}),
        ({"rank": 3}, {"input_0": (None, None, None)}),
        ({"n_inputs": 2}, {"input_0": None, "input_1": None}),
        ({"constant_inputs": [1]}, {"input_0": None, "input_1": None}),
        ({"input_shape": ["N", -1, None]}, {"input_0": (None, None, None)}),
        ({"output_shapes": [[1], [2]]}, {"output_0": (1,), "output_1": (2,)}),
        (
            {"input_shape": [4, 6], "output_shape": [2, -1]},
            {"input_0": (4, 6), "output_0": (2, 12)},
        ),
    ],
)
def test_shapes_are_those_stated(parameters: dict[str, Any], shapes: dict[str, Any]) -> None:
    found = tensors_of(graph_from_case("Reshape", parameters))

    assert {**found, **shapes} == found


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("input_shape", 5),
        ("input_shape", [1.5]),
        ("input_shapes", [[1], "a"]),
        ("kernel_shape", "big"),
        ("kernel_shape", [3, "3"]),
        ("axis", [1, 2]),
        ("mode", 3),
        ("scales", ["two"]),
        ("max", "six"),
        ("constant_inputs", [-1]),
        ("constant_inputs", [10**9]),
        ("rank", 10**9),
        ("n_inputs", 10**12),
        ("constant_B", "perhaps"),
        ("consumers", [3]),
        ("opset", "newest"),
        ("axis_not", [[1]]),
    ],
)
def test_wrong_type_names_its_key(key: str, value: Any) -> None:
    with pytest.raises(UserError, match=key):
        graph_from_case("Conv", {key: value})


def test_unknown_keys_are_ignored() -> None:
    assert attributes_of({"role": "head", "layer": 3, "axis": 1, "remark": {}}) == {"axis": 1}


def test_null_is_the_same_as_left_out() -> None:
    assert judge("Concat", {"axis": None}) == judge("Concat")


@pytest.mark.parametrize(
    ("parameters", "attributes"),
    [
        ({"kernel_size": 3, "padding": [1, 2]}, {"kernel_shape": [3, 3], "pads": [1, 2, 1, 2]}),
        ({"pads": "same"}, {"auto_pad": "SAME_UPPER"}),
        ({"auto_pad": "VALID"}, {"auto_pad": "VALID"}),
        ({"mode": "Nearest"}, {"mode": "nearest"}),
        ({"count_include_pad": True, "axis": 1.0}, {"count_include_pad": 1, "axis": 1}),
    ],
)
def test_other_ways_to_write_the_same(
    parameters: dict[str, Any], attributes: dict[str, Any]
) -> None:
    assert attributes_of(parameters) == attributes


def test_one_number_stands_for_all_axes() -> None:
    assert attributes_of({"kernel_shape": 3, "pads": 1}) == {
        "kernel_shape": [3, 3],
        "pads": [1, 1, 1, 1],
    }


@pytest.mark.parametrize(
    ("operator", "parameters", "rule"),
    [
        ("Concat", {"axis_not": 1}, "concat.axis"),
        ("Slice", {"rank_not": 4}, "slice.rank"),
        ("ConvTranspose", {"group_not": 1}, "deconv.groups"),
        ("ConvTranspose", {"pads_not": [0, 0, 0, 0]}, "deconv.padding"),
        ("Slice", {"steps_not": 1}, "slice.stride"),
    ],
)
def test_what_a_node_does_not_have_breaks_the_rule_that_wants_it(
    operator: str, parameters: dict[str, Any], rule: str
) -> None:
    assert rule in rules_of(judge(operator, parameters))


@pytest.mark.parametrize("operator", ["Conv", "Concat", "Slice", "Resize", "AveragePool", "Pow"])
def test_what_is_not_stated_is_not_judged(operator: str) -> None:
    blocking = {reason.rule for reason in judge(operator, tensorrt="8.6.12").reasons}

    assert blocking == set()


@pytest.mark.parametrize("word", ["float16", "FLOAT16", "half", "fp16", "tensor(float16)"])
def test_data_type_has_many_names(word: str) -> None:
    graph, _ = graph_from_case("Relu", {"data_type": word})

    assert {tensor.data_type for tensor in graph.tensors.values()} == {"float16"}


def test_shape_of_the_output_is_judged_where_no_other_is_stated() -> None:
    softmax = judge("Softmax", {"axis": 1, "output_shape": [1, 1025, 7, 7]})
    cube = judge("Relu", {"output_shape": [1, 8, 8, 8, 8]})

    assert (rules_of(softmax) & {"softmax.approx"}, rules_of(cube)) == (
        {"softmax.approx"},
        {"act.2d"},
    )


def test_operator_may_name_its_domain() -> None:
    _, node = graph_from_case("com.own::Fold", {})

    assert (node.domain, node.op_type) == ("com.own", "Fold")
