"""The static 4-D form of a node: what has fewer dimensions gets ones in front."""

from __future__ import annotations

from typing import Any, Mapping

from measure.one_operator.case import CannotBuildError

RANK = 4


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ELEMENTWISE = _words(
    "Abs Acos Acosh Add And Asin Asinh Atan Atanh Ceil Celu Clip Cos Cosh Div Elu Equal Erf Exp "
    "Floor Gelu Greater GreaterOrEqual HardSigmoid HardSwish Identity IsInf IsNaN LeakyRelu Less "
    "LessOrEqual Log Max Mean Min Mish Mod Mul Neg Not Or PRelu Pow Reciprocal Relu Round Selu "
    "Shrink Sigmoid Sign Sin Sinh Softplus Softsign Sqrt Sub Sum Swish Tan Tanh ThresholdedRelu "
    "Where Xor Dropout"
)
_DEFAULT_AXIS = {
    "ArgMax": 0,
    "ArgMin": 0,
    "Flatten": 1,
    "Gather": 0,
    "GatherElements": 0,
    "Split": 0,
}
"""Operators with an axis that is counted from the front where none is stated."""
_BY_AXIS = _words(
    "ArgMax ArgMin Concat CumSum Flatten Gather GatherElements Hardmax LogSoftmax LpNormalization "
    "Slice Softmax Split Squeeze TopK Unsqueeze"
)
_AS_IT_IS = frozenset(("Gemm", "MatMul"))
"""Operators whose product is one of matrices: TensorRT itself makes a convolution of them."""
_LISTS_OF_SIZES = ("repeats", "shape")
_FRONT = 0


def in_four_dimensions(operator: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a node on four dimensions.

    Parameters
    ----------
    parameters
        With the shapes of all inputs as ``input_shapes``.

    Raises
    ------
    CannotBuildError
        When the operator is defined on another number of dimensions.
    """
    shapes = parameters["input_shapes"]
    ranks = [len(shape) for shape in shapes if shape is not None] or [0]
    rank = max(ranks) if operator in _ELEMENTWISE else ranks[0]
    if operator in _AS_IT_IS or rank == RANK:
        return dict(parameters)
    known = operator in _ELEMENTWISE or operator in _BY_AXIS or operator.startswith("Reduce")
    movable = known or operator in ("Expand", "Pad", "Reshape", "Tile", "Transpose")
    if rank > RANK or not movable:
        raise CannotBuildError(f"{rank} dimensions, and no form with {RANK}")
    more = RANK - rank
    wide = [[1] * more + list(shape) if len(shape or ()) == rank else shape for shape in shapes]
    changed = {**parameters, "input_shapes": wide}
    if operator in _DEFAULT_AXIS:
        changed.setdefault("axis", _DEFAULT_AXIS[operator])
    if operator == "Slice" and "axes" not in changed:
        changed["axes"] = list(range(len(changed["starts"])))
    return {key: _moved(key, value, rank, more) for key, value in changed.items()}


def _moved(key: str, value: Any, rank: int, more: int) -> Any:
    """Return the value of a parameter where all axes have moved to the back."""
    if key in ("axis", "axes"):
        values = value if isinstance(value, list) else [value]
        moved = [axis if axis < _FRONT else axis + more for axis in values]
        return moved if isinstance(value, list) else moved[0]
    if key == "perm":
        return [*range(more), *(axis + more for axis in value)]
    if key == "pads" and len(value) == 2 * rank:
        return [0] * more + value[:rank] + [0] * more + value[rank:]
    if key in _LISTS_OF_SIZES:
        return [1] * more + value
    return value
