"""ONNX's own tests of operators as cases: prepared on a host that has the onnx package."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Iterator

from measure.errors import UserError
from measure.one_operator.case import CONFORMANCE, CannotBuildError, OperatorCase
from measure.one_operator.four_d import in_four_dimensions
from measure.one_operator.network import SUBJECT, network_of
from measure.one_operator.operators import (
    OPSET,
    PER_CHANNEL,
    WEIGHTS,
    operands_of,
)
from measure.onnx_file.writing import iterate_bytes

if TYPE_CHECKING:
    import onnx
    from onnx.backend.test.case.test_case import TestCase

_NEWEST = 1000
_DATA_TYPES = ("float32", "bool")
_PLAIN = (int, float, str)
_NO_KEY = re.compile("[^a-z0-9]+")


@dataclass
class Prepared:
    """The cases, and how many tests gave none, by reason."""

    cases: list[OperatorCase] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def conformance_cases() -> Prepared:
    """Return the tests that ONNX has for its operators as cases in static 4-D form.

    Raises
    ------
    UserError
        When the onnx package is missing.
    """
    try:
        from onnx.backend.test.loader import load_model_tests
    except ImportError:
        raise UserError(
            "ONNX's tests come with the package onnx: prepare the cases on a host that has it "
            "(pip install onnx), and copy the folder to the device; in the repository, "
            "`make bundle ARGS=--with-operator-cases` does both"
        ) from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some of the tests compute infinities on purpose
        tests = [test for test in load_model_tests(kind="node") if test.model is not None]
    prepared = Prepared()
    seen = set()
    for test in tests:
        try:
            case = _case(test)
        except CannotBuildError as error:
            prepared.left_out[str(error)] += 1
            continue
        if case.content in seen:
            prepared.left_out["the same node as another test"] += 1
            continue
        seen.add(case.content)
        prepared.cases.append(case)
    return prepared


def _case(test: TestCase) -> OperatorCase:
    """Return the case of a test, written for the oldest operator set that has it."""
    assert test.model is not None
    assert test.data_sets is not None
    graph = test.model.graph
    if len(graph.node) != 1 or graph.node[0].domain:
        raise CannotBuildError("not one node of ONNX's own operators")
    node = graph.node[0]
    values = dict(zip((one.name for one in graph.input), test.data_sets[0][0]))
    parameters = in_four_dimensions(node.op_type, _parameters(node, values))
    name = _NO_KEY.sub("_", test.name.lower().replace("test_", "", 1)).strip("_")
    case = OperatorCase(f"onnx.{name}", CONFORMANCE, node.op_type, parameters)
    for opset in _opsets():
        stated = parameters if opset == OPSET else {**parameters, "opset": opset}
        shapes = _output_shapes(replace(case, parameters=stated))
        if shapes:
            return replace(case, parameters={**stated, "output_shapes": shapes})
    raise CannotBuildError("no operator set takes it in this form")


def _parameters(node: onnx.NodeProto, values: dict[str, Any]) -> dict[str, Any]:
    """Return what the test says of its node."""
    stated = dict(_attributes(node))
    operands = {one.position: one for one in operands_of(node.op_type, _NEWEST)}
    shapes: list[list[int] | None] = []
    constant, types = [], []
    for index, name in enumerate(node.input):
        value: Any = values.get(name)
        if index in operands:
            shapes.append(None)
            types.append("")
            if name:
                stated[operands[index].key] = _numbers(value)
            continue
        if not hasattr(value, "dtype"):
            raise CannotBuildError("an input that is no tensor, or is left out")
        kind = value.dtype.name
        shapes.append(list(value.shape))
        types.append(kind)
        if index == 0 and kind not in _DATA_TYPES:
            raise CannotBuildError("on data other than single precision")
        if index and (index in _constants(node.op_type) or "int" in kind):
            constant.append(index)
    while shapes and shapes[-1] is None:
        shapes.pop()
    stated["input_shapes"] = shapes
    if any(kind not in ("", "float32") for kind in types[: len(shapes)]):
        stated["input_types"] = types[: len(shapes)]
        if types[0] != "float32":
            stated["data_type"] = types[0]
    if constant:
        stated["constant_inputs"] = constant
    return stated


def _attributes(node: onnx.NodeProto) -> Iterator[tuple[str, Any]]:
    from onnx.helper import get_attribute_value

    for attribute in node.attribute:
        value = get_attribute_value(attribute)
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        listed = list(value) if hasattr(value, "__iter__") and not isinstance(value, str) else value
        items = listed if isinstance(listed, list) else [listed]
        if not all(isinstance(item, _PLAIN) for item in items):
            raise CannotBuildError("an attribute that is a tensor or a graph")
        yield attribute.name, listed


def _numbers(value: Any) -> Any:
    if not hasattr(value, "tolist") or value.size == 0:
        raise CannotBuildError("an operand without a value")
    return value.tolist()


def _constants(operator: str) -> list[int]:
    """Return the inputs that hold weights: a DLA reads them while it builds, never later."""
    if operator in WEIGHTS or operator in ("LayerNormalization", "GroupNormalization"):
        return [1, 2]
    return [1] if operator == "PRelu" else list(range(1, 1 + PER_CHANNEL.get(operator, 0)))


def _opsets() -> range:
    from onnx.defs import onnx_opset_version

    return range(OPSET, onnx_opset_version() + 1)


def _output_shapes(case: OperatorCase) -> list[list[int]]:
    """Return the shapes that onnx infers for a case's node; none where it refuses it."""
    import onnx

    data = b"".join(iterate_bytes(network_of(case)))
    try:
        model = onnx.shape_inference.infer_shapes(
            onnx.load_model_from_string(data), check_type=True, strict_mode=True, data_prop=True
        )
        onnx.checker.check_model(model)
    except (onnx.shape_inference.InferenceError, onnx.checker.ValidationError):
        return []
    subject = next(node for node in model.graph.node if node.name == SUBJECT)
    known = {one.name: one for one in (*model.graph.output, *model.graph.value_info)}
    shapes = []
    for name in subject.output:
        dims = known[name].type.tensor_type.shape.dim
        if not all(dim.HasField("dim_value") and dim.dim_value > 0 for dim in dims):
            raise CannotBuildError("an output whose size is not known while it builds")
        shapes.append([dim.dim_value for dim in dims])
    return shapes
