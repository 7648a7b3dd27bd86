"""Slices, and what TensorRT writes as slices: splits, tiles and padding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from measure.rules.parameters.registry import parameter
from measure.rules.shapes import letter_of, rank_of, size_of
from measure.rules.values import Unknown, Values

if TYPE_CHECKING:
    from measure.rules.view import NodeView

_INPUTS = {"starts": 1, "ends": 2, "axes": 3, "steps": 4}
"""Inputs of a Slice that were attributes in older opsets."""
_PAD_MODES = {"constant": "fill", "reflect": "reflect", "edge": "clamp", "wrap": "wrap"}
_FILL_VALUE = 2


@parameter("slice_parameters")
def slice_parameters(view: NodeView) -> Values:
    """Return whether what to cut is known while building."""
    if view.op == "Split":
        inputs = [1] if view.input(1) is not None else []
    elif view.op == "Slice":
        inputs = [index for index in _INPUTS.values() if view.input(index) is not None]
        if not inputs and not view.has("starts"):
            raise Unknown("starts and ends")
    else:
        return None
    constant = all(view.is_constant(index) for index in inputs)
    return ["constant" if constant else "computed"]


@parameter("sliced_axes")
def sliced_axes(view: NodeView) -> Values:
    """Return the letters of the axes that are really cut."""
    data = view.require_input(0)
    if view.op == "Split":
        return [letter_of(int(view.attribute("axis", 0)), rank_of(data))]
    if view.op != "Slice":
        return None
    rank = rank_of(data)
    starts, ends = _numbers(view, "starts"), _numbers(view, "ends")
    axes = _numbers(view, "axes", list(range(len(starts))))
    steps = _numbers(view, "steps", [1] * len(starts))
    letters = []
    for start, end, axis, step in zip(starts, ends, axes, steps):
        if start != 0 or step != 1 or end < size_of(data, axis):
            letters.append(letter_of(axis, rank))
    return letters


@parameter("steps")
def steps(view: NodeView) -> Values:
    """Return the step along each axis of a slice."""
    if view.op == "Split":
        return [1]
    if view.op != "Slice":
        return None
    return _numbers(view, "steps", [1])


@parameter("slice_mode")
def slice_mode(view: NodeView) -> Values:
    """Return what a slice does outside the tensor."""
    if view.op in ("Slice", "Split"):
        return ["strict_bounds"]
    if view.op == "Tile":
        return ["wrap"]
    if view.op == "Pad":
        name = view.attribute("mode", "constant")
        return [_PAD_MODES.get(name, name)]
    return None


@parameter("fill_value")
def fill_value(view: NodeView) -> Values:
    """Return what a constant padding is filled with."""
    if view.op != "Pad" or view.attribute("mode", "constant") != "constant":
        return None
    if view.has("value") or view.input(_FILL_VALUE) is None:
        return [view.attribute("value", 0)]
    return (view.numbers(_FILL_VALUE) or [0])[:1]


def _numbers(view: NodeView, name: str, default: Any = None) -> list[int]:
    """Return what a slice says by an attribute or by an input."""
    if view.has(name):
        return list(view.attribute(name))
    if view.input(_INPUTS[name]) is None:
        if default is None:
            raise Unknown(name)
        return list(default)
    return [int(number) for number in view.numbers(_INPUTS[name]) or []]
