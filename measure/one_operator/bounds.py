"""Cases at the very bounds of rules, made by changing one parameter of a node that meets them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Iterator, Mapping

from measure.one_operator.case import INSIDE, OUTSIDE

if TYPE_CHECKING:
    from measure.rules.rule import Number, Rule

Parameters = Mapping[str, Any]
_Change = Callable[[str, Parameters, int, int], Parameters]

_SPATIAL = 2
"""First spatial axis of a shape."""


def at_bounds(
    rule: Rule, operator: str, parameters: Parameters
) -> Iterator[tuple[str, str, Parameters]]:
    """Yield side, a name and the parameters of nodes just inside and just outside a rule's bounds.

    Each axis, or side, is moved alone.

    Parameters
    ----------
    parameters
        Of a node that meets the rule.
    """
    change, count = _CHANGES.get(rule.parameter, (None, 0))
    if change is None:
        return
    for side, value in _values(rule):
        for place in range(count):
            try:
                changed = change(operator, parameters, place, value)
            except (KeyError, IndexError):  # the node has no such parameter or axis
                continue
            yield side, f"{value}.{place + 1}", changed


def _values(rule: Rule) -> list[tuple[str, int]]:
    """Return the values on both sides of each bound."""
    least = 0 if rule.parameter == "padding" else 1
    found: list[tuple[str, Number]] = []
    low, high = rule.minimum, rule.maximum
    if rule.relation in ("between", "between_or_one_of"):
        found += [] if low is None else [(OUTSIDE, low - 1), (INSIDE, low)]
        found += [] if high is None else [(INSIDE, high), (OUTSIDE, high + 1)]
    elif rule.relation == "outside":
        found += [] if low is None else [(INSIDE, low - 1), (OUTSIDE, low)]
        found += [] if high is None else [(OUTSIDE, high), (INSIDE, high + 1)]
    elif rule.relation == "below" and high is not None:
        found += [(INSIDE, high - 1), (OUTSIDE, high)]
    return [(side, int(value)) for side, value in found if value >= least]


def _set(values: list[int], place: int, value: int) -> list[int]:
    """Return a list with one value replaced."""
    values[place]  # raises where there is no such place
    return [value if index == place else other for index, other in enumerate(values)]


def _kernel(operator: str, stated: Parameters, place: int, value: int) -> Parameters:
    kernel = _set(stated["kernel_shape"], place, value)
    changed = {**stated, "kernel_shape": kernel}
    if "weight_shape" in stated:
        changed["weight_shape"] = _set(stated["weight_shape"], _SPATIAL + place, value)
    return _with_room(changed)


def _listed(key: str) -> _Change:
    def change(operator: str, stated: Parameters, place: int, value: int) -> Parameters:
        return _with_room({**stated, key: _set(stated[key], place, value)})

    return change


def _alone(key: str) -> _Change:
    def change(operator: str, stated: Parameters, place: int, value: int) -> Parameters:
        stated[key]  # raises where the node has none
        return {**stated, key: value}

    return change


def _size(first: int) -> _Change:
    def change(operator: str, stated: Parameters, place: int, value: int) -> Parameters:
        return {**stated, "input_shape": _set(stated["input_shape"], first + place, value)}

    return change


def _channels(axis: int) -> _Change:
    """Change output (axis 0) or input channels (axis 1) of a convolution."""

    def change(operator: str, stated: Parameters, place: int, value: int) -> Parameters:
        own = 1 - axis if operator == "ConvTranspose" else axis
        weights = _set(stated["weight_shape"], own, value)
        shape = _set(stated["input_shape"], 1, value) if axis else stated["input_shape"]
        return {**stated, "input_shape": shape, "weight_shape": weights}

    return change


def _groups(operator: str, stated: Parameters, place: int, value: int) -> Parameters:
    shape = _set(stated["input_shape"], 1, value)
    weights = [value, 1, *stated["weight_shape"][_SPATIAL:]]
    return {**stated, "group": value, "input_shape": shape, "weight_shape": weights}


def _along_axis(operator: str, stated: Parameters, place: int, value: int) -> Parameters:
    shape = _set(stated["input_shape"], stated["axis"], value)
    return {**stated, "input_shape": shape}


def _scales(operator: str, stated: Parameters, place: int, value: int) -> Parameters:
    return {**stated, "scales": _set(stated["scales"], _SPATIAL + place, value)}


def _with_room(stated: Parameters) -> Parameters:
    """Return the parameters with an input that is large enough for the window."""
    if "kernel_shape" not in stated or "input_shape" not in stated:
        return stated
    shape = list(stated["input_shape"])
    dilations = stated.get("dilations") or [1] * len(stated["kernel_shape"])
    for axis, (size, step) in enumerate(zip(stated["kernel_shape"], dilations)):
        shape[_SPATIAL + axis] = max(shape[_SPATIAL + axis], (size - 1) * step + 1)
    return {**stated, "input_shape": shape}


_CHANGES: Mapping[str, tuple[_Change, int]] = {
    "axis_size": (_along_axis, 1),
    "batch": (_size(0), 1),
    "clip_max": (_alone("max"), 1),
    "dilation": (_listed("dilations"), 2),
    "dims": (_size(1), 3),
    "groups": (_groups, 1),
    "input_channels": (_channels(1), 1),
    "kernel": (_kernel, 2),
    "lrn_size": (_alone("size"), 1),
    "output_channels": (_channels(0), 1),
    "padding": (_listed("pads"), 4),
    "spatial_scales": (_scales, 2),
    "stride": (_listed("strides"), 2),
    "window": (_kernel, 2),
}
"""Parameter of a rule: how to change it, and how many axes or sides it has."""
