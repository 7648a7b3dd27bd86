"""Operators that calculate with constants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

from measure.onnx_file.folding.values import (
    CannotFoldError,
    Operator,
    Values,
    first_input,
    integers_of,
    known_value,
    small_shape,
)

if TYPE_CHECKING:
    import numpy as np

    from measure.onnx_file.model import Node


def _divide(left: np.ndarray, right: np.ndarray) -> Any:
    """Divide as ONNX does: whole numbers towards zero."""
    import numpy as np

    if left.dtype.kind not in "iu":
        return left / right
    if not right.all():
        raise CannotFoldError("division by zero")
    quotient = np.abs(left) // np.abs(right)
    return (quotient * np.sign(left) * np.sign(right)).astype(left.dtype)


def _where(condition: np.ndarray, left: np.ndarray, right: np.ndarray) -> Any:
    import numpy as np

    return np.where(condition, left, right)


def _by_name(name: str) -> Operator:
    """Return an operator that is numpy's function of a name, on one or more inputs."""

    def apply(node: Node, values: Values) -> list[Any]:
        import numpy as np

        return _elementwise(getattr(np, name))(node, values)

    return apply


def _elementwise(function: Callable[..., Any]) -> Operator:
    """Return an operator on inputs that are stretched to one shape."""

    def apply(node: Node, values: Values) -> list[Any]:
        import numpy as np

        if "axis" in node.attributes:
            raise CannotFoldError("the first versions stretched along an axis of their own")
        operands = [known_value(value) for value in values]
        small_shape(np.broadcast_shapes(*(operand.shape for operand in operands)))
        result = function(*operands)
        logical = result.dtype.kind == "b"
        return [result if logical else result.astype(operands[-1].dtype)]

    return apply


def _folded(name: str) -> Operator:
    """Return an operator that joins any number of inputs two by two."""

    def apply(node: Node, values: Values) -> list[Any]:
        result = first_input(values)
        for value in values[1:]:
            result = _by_name(name)(node, [result, value])[0]
        return [result]

    return apply


def _reduction(name: str) -> Operator:
    """Return an operator that reduces axes with numpy's function of a name."""

    def apply(node: Node, values: Values) -> list[Any]:
        import numpy as np

        data, axes = first_input(values), integers_of(node, values, 1, "axes")
        if not axes and node.attributes.get("noop_with_empty_axes", 0):
            return [data]
        keep = bool(node.attributes.get("keepdims", 1))
        result = getattr(np, name)(data, axis=tuple(axes) if axes else None, keepdims=keep)
        return [np.asarray(result).astype(data.dtype)]

    return apply


ELEMENTWISE = (
    ("Abs", "abs"),
    ("Add", "add"),
    ("And", "logical_and"),
    ("Ceil", "ceil"),
    ("Equal", "equal"),
    ("Floor", "floor"),
    ("Greater", "greater"),
    ("GreaterOrEqual", "greater_equal"),
    ("Less", "less"),
    ("LessOrEqual", "less_equal"),
    ("Mul", "multiply"),
    ("Neg", "negative"),
    ("Not", "logical_not"),
    ("Or", "logical_or"),
    ("Round", "rint"),
    ("Sign", "sign"),
    ("Sqrt", "sqrt"),
    ("Sub", "subtract"),
)
"""Operator, and the function of numpy that does the same."""

REDUCTIONS = (
    ("ReduceMax", "max"),
    ("ReduceMean", "mean"),
    ("ReduceMin", "min"),
    ("ReduceProd", "prod"),
    ("ReduceSum", "sum"),
)

ARITHMETIC: dict[str, Operator] = {
    "Div": _elementwise(_divide),
    "Max": _folded("maximum"),
    "Min": _folded("minimum"),
    "Where": _elementwise(_where),
    **{operator: _by_name(function) for operator, function in ELEMENTWISE},
    **{operator: _reduction(function) for operator, function in REDUCTIONS},
}
