"""Parameters of operators that work along axes: concatenation, softmax, reduction, LRN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.rules.parameters.geometry import POOLINGS
from measure.rules.parameters.registry import parameter
from measure.rules.shapes import (
    DLA_RANK,
    letter_of,
    product,
    rank_of,
    size_of,
    sizes_of,
    split_batch,
)
from measure.rules.values import Except, Labelled, Unknown, Values, plain

if TYPE_CHECKING:
    from measure.rules.view import NodeView

_POOLING = {"MaxPool": "max", "AveragePool": "average", "LpPool": "lp"}
_REDUCTIONS = {
    "GlobalMaxPool": "max",
    "GlobalAveragePool": "avg",
    "GlobalLpPool": "lp",
    "ReduceMax": "max",
    "ReduceMin": "min",
    "ReduceMean": "avg",
    "ReduceSum": "sum",
    "ReduceProd": "prod",
    "ReduceL1": "l1",
    "ReduceL2": "l2",
    "ReduceLogSum": "log_sum",
    "ReduceLogSumExp": "log_sum_exp",
    "ReduceSumSquare": "sum_square",
}
_FLAT_SOFTMAX_UNTIL = 12
"""Until this opset a softmax is one over all axes from the given one on."""


@parameter("pooling")
def pooling(view: NodeView) -> Values:
    """Return what a pooling computes over its window."""
    return [_POOLING[view.op]] if view.op in POOLINGS else None


@parameter("average")
def average(view: NodeView) -> Values:
    """Return whether an average counts the padding; without padding both are the same."""
    if view.op != "AveragePool":
        return None
    counted = bool(view.attribute("count_include_pad", 0))
    if not counted and not any(plain(view.values("padding"))):
        return None
    return ["inclusive" if counted else "exclusive"]


@parameter("lrn_size")
def lrn_size(view: NodeView) -> Values:
    """Return how many channels a local response normalization looks at."""
    return [view.attribute("size")] if view.op == "LRN" else None


@parameter("axis")
def axis(view: NodeView) -> Values:
    """Return the letter of the axis that a concatenation or a softmax works along."""
    excluded = view.stated("axis_not")
    if excluded is not None:
        stated = excluded if isinstance(excluded, list) else [excluded]
        return Except(
            [each if isinstance(each, str) else letter_of(each, _rank(view)) for each in stated]
        )
    return [letter_of(_axis(view), _rank(view))]


def _axis(view: NodeView) -> int:
    """Return the axis as the node gives it, or its operator's default."""
    if view.op == "Concat":
        return int(view.attribute("axis"))
    flat = 0 < view.node.opset <= _FLAT_SOFTMAX_UNTIL
    return int(view.attribute("axis", 1 if flat else -1))


def _rank(view: NodeView) -> int:
    """Return the rank of the data; a case that states none is taken for a batch of images."""
    known = [tensor for tensor in view.data_tensors() if tensor.shape is not None]
    if not known and not view.context.strict:
        return DLA_RANK
    return rank_of(known[0] if known else view.require_input(0))


@parameter("axis_size")
def axis_size(view: NodeView) -> Values:
    """Return how many elements a softmax goes over."""
    data = view.same_shape()
    return [product([size_of(data, axis) for axis in _softmax_axes(view, rank_of(data))])]


@parameter("softmax_mode")
def softmax_mode(view: NodeView) -> Values:
    """Return accurate if nothing but what it goes over is longer than one, the batch aside."""
    data = view.same_shape()
    axes = range(rank_of(data))
    batch, _ = split_batch(axes)
    summed = [*batch, *_softmax_axes(view, len(axes))]
    others = [size_of(data, axis) for axis in axes if axis not in summed]
    return ["accurate" if product(others) == 1 else "approximate"]


def _softmax_axes(view: NodeView, rank: int) -> list[int]:
    """Return the axes that a softmax goes over, counted from the first."""
    first = _axis(view)
    if not -rank <= first < rank:
        raise Unknown(f"dimension {first} of {rank}")
    first %= rank
    is_flat = 0 < view.node.opset <= _FLAT_SOFTMAX_UNTIL
    return list(range(first, rank)) if is_flat else [first]


@parameter("input_count")
def input_count(view: NodeView) -> Values:
    """Return the number of inputs."""
    count = len([name for name in view.node.inputs if name])
    if not view.context.strict and not view.has("n_inputs") and not view.has("input_shapes"):
        raise Unknown("number of inputs")
    return [count]


@parameter("input_spatial")
def input_spatial(view: NodeView) -> Values:
    """Return height and width of each input."""
    words = []
    for index in range(len(view.node.inputs)):
        sizes = sizes_of(view.require_input(index))
        words.append("x".join(str(size) for size in sizes[-2:]))
    return Labelled(words, [f"of input {index}" for index in range(len(words))])


@parameter("reduction")
def reduction(view: NodeView) -> Values:
    """Return what a reduction computes."""
    return [_REDUCTIONS[view.op]] if view.op in _REDUCTIONS else None


@parameter("reduced_axes")
def reduced_axes(view: NodeView) -> Values:
    """Return the letters of the axes that a reduction removes."""
    if view.op not in _REDUCTIONS:
        return None
    rank = rank_of(view.require_input(0))
    if view.op.startswith("Global"):
        axes = list(range(2, rank))
    else:
        axes = _axes_operand(view) or list(range(rank))
    return [letter_of(each, rank) for each in axes]


def _axes_operand(view: NodeView) -> list[int]:
    """Return the axes of a reduction from its attribute or its second input; none for all."""
    if view.has("axes") or view.input(1) is None:
        return list(view.attribute("axes", []))
    return [int(each) for each in view.numbers(1) or []]
