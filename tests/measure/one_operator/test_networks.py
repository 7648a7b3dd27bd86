"""Cases become ONNX networks that ONNX itself takes, with one node to look at."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import onnx
import onnxruntime
import pytest

from measure.one_operator.case import INSIDE, OUTSIDE, CannotBuildError, OperatorCase, once_each
from measure.one_operator.forms import form_of
from measure.one_operator.network import SUBJECT, network_of
from measure.one_operator.plan import Choice, make_plan
from measure.one_operator.prediction import broken_rules
from measure.one_operator.rule_cases import rule_cases
from measure.onnx_file.writing import digest_and_size, iterate_bytes
from measure.rules import load_rules
from measure.trtexec.flags import is_strongly_typed
from tests.measure.one_operator.cases import TARGETS, a_case, both

if TYPE_CHECKING:
    from measure.onnx_file.model import Model

LARGEST = 1 << 20
"""Bytes of the largest network that is loaded into ONNX Runtime."""


def as_onnx(model: Model) -> onnx.ModelProto:
    return onnx.load_model_from_string(b"".join(iterate_bytes(model)))


def subject_of(model: onnx.ModelProto) -> onnx.NodeProto:
    (subject,) = (node for node in model.graph.node if node.name == SUBJECT)
    return subject


@pytest.mark.parametrize(("tensorrt", "soc"), TARGETS)
def test_every_case_of_a_rule_is_a_valid_network(tensorrt: str, soc: str) -> None:
    """Shapes can be inferred in full, all inputs are static, and the node is what was asked for."""
    targets = both(tensorrt, soc)
    plan = make_plan(Choice(), targets)

    assert len(plan.cases) > 400
    for case in plan.cases:
        form = form_of(case, tensorrt, is_strongly_typed(tensorrt))
        model = as_onnx(form.model)
        onnx.shape_inference.infer_shapes(model, strict_mode=True)
        subject = subject_of(model)
        assert subject.op_type == case.operator
        assert [one.name for one in model.graph.input], case.key
        for one in model.graph.input:
            assert all(dim.dim_value > 0 for dim in one.type.tensor_type.shape.dim), case.key


def test_small_networks_load_into_onnx_runtime() -> None:
    """ONNX Runtime takes the networks, except for what ONNX or it forbids and DLA rules are on."""
    onnxruntime.set_default_logger_severity(4)
    refused: Counter[str] = Counter()
    cases = make_plan(Choice(precisions=("fp16",)), {"fp16": both("10.3.0", "orin")["fp16"]}).cases
    for case in cases:
        data = b"".join(iterate_bytes(network_of(case)))
        if len(data) > LARGEST:
            continue
        try:
            onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
        except Exception:
            refused[case.rule] += 1

    # Truth values that are added, pads as wide as the window, and an even window.
    assert set(refused) == {"gen.precision", "pool.padding", "lrn.window"}


def test_the_same_case_is_the_same_file() -> None:
    """The digest in a journal stands for one network."""
    case = a_case("Conv", input_shape=[1, 8, 9, 9], weight_shape=[4, 8, 3, 3], kernel_shape=[3, 3])

    assert digest_and_size(network_of(case)) == digest_and_size(network_of(case))


@pytest.mark.parametrize(("tensorrt", "soc"), TARGETS)
def test_sides_are_those_of_the_rule(tensorrt: str, soc: str) -> None:
    """What lies outside breaks the rule it is made for; what lies inside does not."""
    targets = both(tensorrt, soc)
    sides: Counter[tuple[str, str]] = Counter()
    for case in rule_cases(targets, []):
        is_outside = case.rule in broken_rules(case, targets[case.precision])
        assert case.side == (OUTSIDE if is_outside else INSIDE), case.key
        assert load_rules().rules[case.rule].holds_for(targets[case.precision])
        sides[case.rule, case.side] += 1

    assert sides["conv.kernel", INSIDE] > 4
    assert sides["conv.kernel", OUTSIDE] > 4


def test_each_bound_that_a_node_can_have_is_tried_on_both_sides() -> None:
    """Every rule with numbers in force has a case inside and one outside."""
    cases = rule_cases(both("10.3.0", "orin"), [])
    sides = {(case.rule, case.side) for case in cases}
    for rule in load_rules().rules.values():
        numbered = rule.minimum is not None or rule.maximum is not None
        if numbered and any(name == rule.rule for name, _ in sides) and rule.rule not in CONSTANTS:
            assert {(rule.rule, INSIDE), (rule.rule, OUTSIDE)} <= sides, rule.rule


@pytest.mark.parametrize(("tensorrt", "soc"), TARGETS)
def test_a_rule_is_tried_on_both_sides_or_says_why_not(tensorrt: str, soc: str) -> None:
    """No rule in force is passed over without a word."""
    targets = both(tensorrt, soc)
    plan = make_plan(Choice(), targets)
    sides = {(case.rule, case.side) for case in rule_cases(targets, [])}
    untried = {(one.rule, side): one.why for one in plan.untried for side in one.sides}

    for rule in load_rules().rules.values():
        if any(rule.holds_for(target) for target in targets.values()):
            for side in (INSIDE, OUTSIDE):
                assert ((rule.rule, side) in sides) != ((rule.rule, side) in untried), rule.rule
    assert untried["gen.plugin", OUTSIDE] == "Plugin is no operator of ONNX"
    assert untried["gen.no_dla", OUTSIDE] == "it is about the device, which no network changes"
    assert untried["gen.weights", INSIDE] == "it is about more than one node"
    assert ("conv.kernel", OUTSIDE) not in untried


CONSTANTS = ("cmp.const", "elt.div_const")
"""Their outside is a node of which nothing is left to run."""


def test_a_network_is_built_once() -> None:
    """Cases with the same network share its name, and none is lost."""
    first, second = (OperatorCase(name, "own", "Relu", {"a": 1}, "int8") for name in "ab")
    other = OperatorCase("c", "own", "Relu", {"a": 1}, "fp16")

    (kept, apart) = once_each([first, second, other])

    assert (kept.case, kept.also, apart.case) == ("a", ("b",), "c")


@pytest.mark.parametrize(
    ("operator", "parameters", "inputs", "attributes"),
    [
        ("Clip", {"min": 0, "max": 6}, 3, {}),
        ("Resize", {"scales": [1, 1, 2, 2], "mode": "nearest"}, 3, {"mode"}),
        ("Resize", {"sizes": [1, 8, 9, 9]}, 4, set()),
        ("Slice", {"starts": [0], "ends": [4], "axes": [1], "steps": [1]}, 5, {}),
        ("Split", {"split": [4, 4], "axis": 1}, 2, {"axis"}),
        ("TopK", {"axis": 1}, 2, {"axis"}),
        ("ReduceSum", {"axes": [2, 3]}, 2, {}),
        ("ReduceMax", {"axes": [2, 3]}, 1, {"axes"}),
        ("BatchNormalization", {}, 5, {}),
        ("Reshape", {"output_shape": [1, 4, 18, 8]}, 2, {}),
        ("LeakyRelu", {"alpha": 1}, 1, {"alpha"}),
        ("DepthToSpace", {"blocksize": 2}, 1, {"blocksize"}),
        ("LpPool", {"kernel": 2, "stride": 2, "p": 2}, 1, {"kernel_shape", "strides", "p"}),
        ("QuantizeLinear", {}, 3, {}),
        ("Softmax", {"axis": 1, "rank": 4}, 1, {"axis"}),
    ],
)
def test_operands_and_attributes_stand_where_onnx_wants_them(
    operator: str, parameters: dict[str, Any], inputs: int, attributes: set[str]
) -> None:
    """A case names both alike; the network has constants for some, attributes for others."""
    case = a_case(operator, input_shape=[1, 8, 9, 8], **parameters)

    model = as_onnx(network_of(case))

    subject = subject_of(model)
    assert len(subject.input) == inputs
    assert {attribute.name for attribute in subject.attribute} == set(attributes)
    onnx.shape_inference.infer_shapes(model, strict_mode=True)


def test_outputs_of_an_operator() -> None:
    """Each part of a split is an output, and so are values and indices of the largest."""
    split = network_of(a_case("Split", input_shape=[1, 8, 4, 4], split=[2, 2, 4], axis=1))
    largest = network_of(a_case("TopK", input_shape=[1, 8, 4, 4], axis=1))

    assert len(split.graph.outputs) == 3
    assert [one.data_type for one in largest.graph.outputs] == ["float32", "int64"]


def test_newer_operators_bring_their_operator_set() -> None:
    """The oldest set that TensorRT reads, or the first that has the operator."""
    assert network_of(a_case("Relu", input_shape=[1, 8, 4, 4])).opsets == {"": 13}
    assert network_of(a_case("Gelu", input_shape=[1, 8, 4, 4])).opsets == {"": 20}
    assert network_of(a_case("Relu", input_shape=[1, 8, 4, 4], opset=18)).opsets == {"": 18}


@pytest.mark.parametrize(
    ("consumers", "producers", "operators"),
    [
        (["Conv"], ["Conv"], ["Conv", "Reshape", "Conv"]),
        (["Concat"], ["Slice"], ["Slice", "Reshape", "Concat"]),
        (["Where", "Cast:float16"], [], ["Reshape", "Where", "Cast"]),
        (["Relu"], ["Sigmoid", "Relu"], ["Sigmoid", "Reshape", "Relu"]),
    ],
)
def test_neighbours(consumers: list[str], producers: list[str], operators: list[str]) -> None:
    """Those that a case states stand around the node, each with what it needs."""
    case = a_case(
        "Reshape",
        input_shape=[1, 8, 4, 4],
        output_shape=[1, 4, 8, 4],
        consumers=consumers,
        producers=producers,
    )

    model = as_onnx(network_of(case))

    assert [node.op_type for node in model.graph.node] == operators
    if "Where" not in operators:  # a truth value is what it should read
        onnx.shape_inference.infer_shapes(model, strict_mode=True)


def test_a_comparison_is_read_as_a_number() -> None:
    """Its truth values cannot leave the DLA, so that a cast follows where a case states nothing."""
    model = network_of(a_case("Greater", input_shapes=[[1, 8, 4, 4], [1, 8, 1, 1]]))

    assert [node.op_type for node in model.graph.nodes] == ["Greater", "Cast"]
    assert [one.data_type for one in model.graph.outputs] == ["float16"]


SHAPE = {"input_shape": [1, 8, 4, 4]}


@pytest.mark.parametrize(
    ("operator", "parameters", "reason"),
    [
        ("Plugin", SHAPE, "no operator of ONNX"),
        ("custom::Relu", SHAPE, "no operator of ONNX"),
        ("Relu", {"network": "many"}, "about a network"),
        ("Concat", {"axis_not": 1}, "axis_not says"),
        ("Relu", {}, "shape of input 0"),
        ("Relu", {"rank": 4}, "a size of input 0"),
        ("Relu", {"input_shape": ["N", 8, 4, 4]}, "a size of input 0"),
        ("Concat", {"n_inputs": 2, "input_shapes": [[1, 8, 4, 4]]}, "shape of input 1"),
        ("Add", SHAPE, "second input"),
        ("PRelu", SHAPE, "second input"),
        ("Conv", SHAPE, "second input"),
        ("Div", {"constant_inputs": [0, 1], "input_shapes": [[1, 8], [1, 8]]}, "nothing is left"),
        ("Slice", {"input_shapes": [[1, 8, 4, 4], [1]], "constant_inputs": []}, "while it runs"),
        ("Relu", {**SHAPE, "consumers": ["Conv"]}, "needs the shape"),
        ("Relu", {**SHAPE, "consumers": ["Cast:complex"]}, "no type to cast to"),
        ("Relu", {**SHAPE, "consumers": ["LSTM"]}, "consumer LSTM"),
        ("Relu", {**SHAPE, "producers": ["LSTM"]}, "producer LSTM"),
    ],
)
def test_what_is_no_network(operator: str, parameters: dict[str, Any], reason: str) -> None:
    """The reason says what is missing, or what no static network can have."""
    with pytest.raises(CannotBuildError, match=reason):
        network_of(a_case(operator, **parameters))


def test_cases_survive_the_journal() -> None:
    """A resumed run has the cases of the plan, whatever the data package says by then."""
    case = a_case("Relu", input_shape=[1, 8, 4, 4])

    stored = json.loads(json.dumps(case.as_dict()))

    assert OperatorCase.from_dict(stored) == case
