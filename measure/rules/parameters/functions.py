"""Which function a pointwise operator computes, and on what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.rules.attributes import NO_LIMIT
from measure.rules.parameters.registry import parameter
from measure.rules.shapes import DLA_RANK, rank_of, sizes_of
from measure.rules.values import Labelled, Unknown, Values

if TYPE_CHECKING:
    from typing import Mapping

    from measure.onnx_file.model import Tensor
    from measure.rules.view import NodeView

ACTIVATIONS = {
    "Relu": "relu",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "Clip": "clip",
    "LeakyRelu": "leaky_relu",
    "Elu": "elu",
    "Selu": "selu",
    "HardSigmoid": "hard_sigmoid",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "ThresholdedRelu": "thresholded_relu",
    "Celu": "celu",
    "Gelu": "gelu",
}
OPERATIONS = {
    "Add": "sum",
    "Sum": "sum",
    "Mean": "sum",
    "Mul": "prod",
    "Max": "max",
    "Min": "min",
    "Sub": "sub",
    "Div": "div",
    "Pow": "pow",
    "And": "and",
    "Or": "or",
    "Xor": "xor",
}
COMPARISONS = {
    "Equal": "equal",
    "Greater": "greater",
    "Less": "less",
    "GreaterOrEqual": "greater_or_equal",
    "LessOrEqual": "less_or_equal",
}
_UNARY_BY_NAME = (
    *("Abs", "Cos", "Sin", "Atanh", "Exp", "Log", "Sqrt", "Neg", "Ceil", "Floor", "Erf", "Not"),
    *("Sign", "Round", "Tan", "Sinh", "Cosh", "Asin", "Acos", "Atan", "Asinh", "Acosh"),
    *("IsInf", "IsNaN"),
)
UNARY = {
    "Reciprocal": "recip",
    **{name: name.lower() for name in _UNARY_BY_NAME},
}


def _word(view: NodeView, words: Mapping[str, str]) -> Values:
    """Return the word for the node's operator."""
    return [words[view.op]] if view.op in words else None


@parameter("activation")
def activation(view: NodeView) -> Values:
    """Return the activation function."""
    return _word(view, ACTIVATIONS)


@parameter("operation")
def operation(view: NodeView) -> Values:
    """Return the operation on two tensors."""
    return _word(view, OPERATIONS)


@parameter("comparison")
def comparison(view: NodeView) -> Values:
    """Return the comparison of two tensors."""
    return _word(view, COMPARISONS)


@parameter("unary")
def unary(view: NodeView) -> Values:
    """Return the function of one tensor."""
    return _word(view, UNARY)


@parameter("clip_max")
def clip_max(view: NodeView) -> Values:
    """Return the upper limit of a Clip."""
    if view.op != "Clip":
        return None
    if view.input(2) is not None and not view.has("max"):
        return (view.numbers(2) or [NO_LIMIT])[:1]
    return [view.attribute("max", NO_LIMIT)]


@parameter("slope")
def slope(view: NodeView) -> Values:
    """Return whether the slope of a parametric ReLU is known while building."""
    if view.op != "PRelu":
        return None
    return ["constant" if view.is_constant(1) else "computed"]


@parameter("slope_rank")
def slope_rank(view: NodeView) -> Values:
    """Return the number of dimensions of the slope."""
    return [rank_of(view.require_input(1))] if view.op == "PRelu" else None


@parameter("constant_operands")
def constant_operands(view: NodeView) -> Values:
    """Return how many operands are known while building."""
    if view.op not in OPERATIONS and view.op not in COMPARISONS:
        return None
    if not view.context.strict and not view.has("constant_inputs"):
        raise Unknown("which operands are constant")
    return [sum(view.is_constant(index) for index in range(len(view.node.inputs)))]


@parameter("operand_shape")
def operand_shape(view: NodeView) -> Values:
    """Return for each operand which dimensions it has in common with the result."""
    if view.op not in OPERATIONS and view.op not in COMPARISONS:
        return None
    shapes = [_four(sizes_of(view.require_input(index))) for index in range(len(view.node.inputs))]
    if any(len(shape) > DLA_RANK for shape in shapes):
        return None
    result = [max(sizes) for sizes in zip(*shapes)]
    words = [
        "".join(
            letter if size == whole else "1" for letter, size, whole in zip("NCHW", shape, result)
        )
        for shape in shapes
    ]
    return Labelled(words, [f"of input {index}" for index in range(len(words))])


def _four(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Put ones before a shape until it has four dimensions."""
    return (1,) * (DLA_RANK - len(shape)) + shape


@parameter("cast_to")
def cast_to(view: NodeView) -> Values:
    """Return the type that each reader of the result converts it to."""
    name = view.node.outputs[0]
    words = []
    for reader in view.readers(name):
        words.append(_cast_type(view, reader.outputs[0]) if reader.op_type == "Cast" else "other")
    if any(view.source(tensor.name) == name for tensor in view.graph.outputs):
        words.append("none")
    if not words:
        raise Unknown("what reads the result")
    return words


def _cast_type(view: NodeView, name: str) -> str:
    """Return the type that a Cast writes."""
    kind = view.graph.tensor(name).data_type
    if kind is None:
        raise Unknown(f"type of {name}")
    return kind


@parameter("int8_input_scales")
def int8_input_scales(view: NodeView) -> Values:
    """Return the INT8 scale of each input that is computed."""
    return _scales(view, view.data_inputs())


@parameter("int8_scales")
def int8_scales(view: NodeView) -> Values:
    """Return the INT8 scale of each input that is computed, then those of the outputs."""
    return _scales(view, view.data_tensors())


def _scales(view: NodeView, tensors: list[Tensor]) -> Values:
    """Look the scales of tensors up."""
    scales = view.context.scales
    if scales is None:
        scales = _stated_scales(view)
    missing = [tensor.name for tensor in tensors if tensor.name not in scales]
    if missing or not tensors:
        raise Unknown(f"INT8 scale of {', '.join(missing)}")
    return Labelled(
        [scales[each.name] for each in tensors], [f"of {each.name}" for each in tensors]
    )


def _stated_scales(view: NodeView) -> Mapping[str, float]:
    """Return the scales that a case states: one for each input, then one for each output."""
    stated = view.stated("int8_scales")
    if stated is None:
        raise Unknown("INT8 scales")
    names = [name for name in view.node.inputs + view.node.outputs if name]
    return dict(zip(names, stated))
