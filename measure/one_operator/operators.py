"""What is known of operators to write a node of each: operands, weights, types of outputs."""

from __future__ import annotations

from typing import Any, Mapping, NamedTuple

OPSET = 13
"""Oldest operator set that is written: every TensorRT that can be measured reads it."""

AXES_ARE_INPUT = 18
"""Operator set from which all reductions take their axes as an input."""

INT64, FLOAT32 = "int64", "float32"


class Operand(NamedTuple):
    """A constant input that parameters name like an attribute."""

    position: int
    key: str
    data_type: str = INT64
    since: int = OPSET
    """Operator set from which it is an input; an attribute before."""


_AXES = (Operand(1, "axes"),)
OPERANDS: Mapping[str, tuple[Operand, ...]] = {
    "Clip": (Operand(1, "min", FLOAT32), Operand(2, "max", FLOAT32)),
    "ConstantOfShape": (Operand(0, "shape"),),
    "CumSum": (Operand(1, "axis"),),
    "Dropout": (Operand(1, "ratio", FLOAT32),),
    "Expand": (Operand(1, "shape"),),
    "Pad": (Operand(1, "pads"), Operand(2, "value", FLOAT32)),
    "ReduceSum": _AXES,
    "Reshape": (Operand(1, "shape"),),
    "Resize": (Operand(1, "roi", FLOAT32), Operand(2, "scales", FLOAT32), Operand(3, "sizes")),
    "Slice": (
        Operand(1, "starts"),
        Operand(2, "ends"),
        Operand(3, "axes"),
        Operand(4, "steps"),
    ),
    "Split": (Operand(1, "split"),),
    "Squeeze": _AXES,
    "Tile": (Operand(1, "repeats"),),
    "TopK": (Operand(1, "k"),),
    "Unsqueeze": _AXES,
}
_OF_REDUCTION = (Operand(1, "axes", since=AXES_ARE_INPUT),)

WEIGHTS = {"Conv": 1, "ConvTranspose": 1, "Gemm": 1, "MatMul": 1}
"""Operators that multiply with weights, and the input that holds them."""

PER_CHANNEL = {
    "BatchNormalization": 4,
    "InstanceNormalization": 2,
}
"""Operators with constant inputs of one number for each channel, and how many."""
POSITIVE = {"BatchNormalization": (4,)}
"""Constant inputs that must be positive, such as a variance."""

COMPARISONS = ("Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual")
_LOGICAL = ("And", "IsInf", "IsNaN", "Not", "Or", "Xor")
_OUTPUT_TYPES = {
    **dict.fromkeys((*COMPARISONS, *_LOGICAL), ("bool",)),
    **dict.fromkeys(("ArgMax", "ArgMin", "NonZero", "Shape", "Size"), (INT64,)),
    "DequantizeLinear": (FLOAT32,),
    "QuantizeLinear": ("int8",),
    "TopK": ("", INT64),
}
_INPUT_TYPES = {
    **dict.fromkeys(("And", "Not", "Or", "Xor"), "bool"),
    "DequantizeLinear": "int8",
}
FLOATING = (
    "alpha",
    "beta",
    "bias",
    "cubic_coeff_a",
    "delta",
    "epsilon",
    "extrapolation_value",
    "gamma",
    "lambd",
    "momentum",
    "ratio",
    "scale",
)
"""Attributes that are floating-point numbers, also where a case writes a whole one."""


def operands_of(operator: str, opset: int) -> tuple[Operand, ...]:
    """Return the constant inputs of an operator that parameters name like attributes."""
    found = _OF_REDUCTION if operator.startswith("Reduce") else ()
    return tuple(one for one in OPERANDS.get(operator, found) if one.since <= opset)


def input_type(operator: str, stated: Mapping[str, Any]) -> str:
    """Return the type of an operator's data where the case does not state it."""
    return str(stated.get("data_type") or _INPUT_TYPES.get(operator, FLOAT32))


def output_types(operator: str, data_type: str, count: int) -> list[str]:
    """Return the type of each output."""
    known = _OUTPUT_TYPES.get(operator, ())
    return [(known[index] if index < len(known) else "") or data_type for index in range(count)]
