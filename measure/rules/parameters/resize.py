"""Resizing: by what, by how much, and how pixels are placed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from measure.rules.parameters.registry import parameter
from measure.rules.shapes import SPATIAL_RANK, rank_of, sizes_of
from measure.rules.values import Labelled, Unknown, Values, plain

if TYPE_CHECKING:
    from measure.rules.view import NodeView

_RESIZES = ("Resize", "Upsample")
_FIRST_WITH_MODES = 11
"""From this opset on a Resize has sizes and says how it places pixels."""
_SCALES, _SIZES = 2, 3
"""Inputs of a Resize from that opset on."""
_MODES = {"bilinear": "linear", "bicubic": "cubic"}
_COORDINATES = {
    "half_pixel": "half_pixel+formula",
    "pytorch_half_pixel": "half_pixel+upper",
    "asymmetric": "asymmetric+formula",
    "align_corners": "align_corners+formula",
}
_ROUNDINGS = {
    "round_prefer_floor": "half_down",
    "round_prefer_ceil": "half_up",
    "floor": "floor",
    "ceil": "ceil",
}
_AXES = ("height", "width")


@parameter("mode")
def mode(view: NodeView) -> Values:
    """Return the interpolation: nearest, linear or cubic."""
    if view.op not in _RESIZES:
        return None
    name = view.attribute("mode", "nearest")
    return [_MODES.get(name, name)]


@parameter("resize_by")
def resize_by(view: NodeView) -> Values:
    """Return whether scales or the sizes of the output are given."""
    if view.op not in _RESIZES:
        return None
    if view.stated("sizes") is not None:
        return ["sizes"]
    if _is_old(view) or view.stated("scales") is not None or view.stated("scale") is not None:
        return ["scales"]
    sizes = view.input(_SIZES)
    if sizes is not None and sizes.shape != (0,):
        return ["sizes"]
    scales = view.input(_SCALES)
    if scales is not None and scales.shape != (0,):
        return ["scales"]
    raise Unknown("scales or sizes")


@parameter("scale_count")
def scale_count(view: NodeView) -> Values:
    """Return how many scales are given; there are none where sizes are."""
    if plain(view.values("resize_by")) != ["scales"] or _stated_scale(view):
        return None
    return [len(_scales(view))]


@parameter("outer_scales")
def outer_scales(view: NodeView) -> Values:
    """Return the scales of batch and channels."""
    if view.op not in _RESIZES or _stated_scale(view):
        return None
    outer = _scales(view)[:-SPATIAL_RANK]
    labels = ["batch", "channels"] if len(outer) == SPATIAL_RANK else [""] * len(outer)
    return Labelled(outer, labels)


@parameter("spatial_scales")
def spatial_scales(view: NodeView) -> Values:
    """Return the scales of height and width."""
    if view.op not in _RESIZES:
        return None
    stated = _stated_scale(view)
    return Labelled(stated or _scales(view)[-SPATIAL_RANK:], _AXES)


@parameter("scale_fraction")
def scale_fraction(view: NodeView) -> Values:
    """Return how far the scales of height and width are from whole numbers."""
    scales = plain(view.values("spatial_scales"))
    if not scales:
        return None
    if not all(math.isfinite(scale) for scale in scales):
        raise Unknown("finite scales")
    return Labelled([round(abs(scale - round(scale)), 6) for scale in scales], _AXES)


@parameter("resize_mode")
def resize_mode(view: NodeView) -> Values:
    """Return how pixels are placed: coordinates, selector and, for nearest, rounding."""
    method = plain(view.values("mode"))
    if method not in (["nearest"], ["linear"]):
        return None
    if view.op == "Upsample" or 0 < view.node.opset < _FIRST_WITH_MODES:
        words = "asymmetric+formula"
        return [f"{words}+floor" if method == ["nearest"] else words]
    name = view.attribute("coordinate_transformation_mode", "half_pixel")
    words = _COORDINATES.get(name, f"{name}+formula")
    if method == ["linear"]:
        return [words]
    rounding = view.attribute("nearest_mode", "round_prefer_floor")
    return [f"{words}+{_ROUNDINGS.get(rounding, rounding)}"]


def _is_old(view: NodeView) -> bool:
    """Say whether the operator has scales only."""
    return view.op == "Upsample" or 0 < view.node.opset < _FIRST_WITH_MODES


def _stated_scale(view: NodeView) -> list[float]:
    """Return the one scale that a case states for height and width."""
    stated = view.stated("scale")
    return [stated] * SPATIAL_RANK if isinstance(stated, (int, float)) else []


def _scales(view: NodeView) -> list[float]:
    """Return all scales; where sizes are given, from the shapes of input and output."""
    if view.has("scales"):
        return _spread(view, list(view.attribute("scales")))
    if plain(view.values("resize_by")) == ["scales"]:
        scales = view.numbers(1 if _is_old(view) else _SCALES)
        if scales is None:
            raise Unknown("scales")
        return _spread(view, scales)
    before = sizes_of(view.require_input(0))
    stated = view.stated("sizes")
    after = stated if isinstance(stated, list) else list(sizes_of(view.output()))
    if len(after) != len(before) or 0 in before:
        raise Unknown("sizes")
    return [new / old for new, old in zip(after, before)]


def _spread(view: NodeView, scales: list[float]) -> list[float]:
    """Return a scale for each axis where the node names only some of them."""
    if not view.has("axes"):
        return scales
    axes = view.attribute("axes")
    rank = rank_of(view.require_input(0))
    spread = [1.0] * rank
    for axis, scale in zip(axes, scales):
        if not -rank <= axis < rank:
            raise Unknown("axes within the rank")
        spread[axis] = scale
    return spread
