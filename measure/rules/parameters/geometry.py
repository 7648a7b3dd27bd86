"""Kernels, strides and padding of convolution, deconvolution and pooling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Sequence

from measure.rules.parameters.general import CONVOLUTION, PRODUCTS, layer_name
from measure.rules.parameters.registry import parameter
from measure.rules.shapes import SPATIAL_RANK, size_of, sizes_of
from measure.rules.values import Labelled, Unknown, Values, plain

if TYPE_CHECKING:
    from measure.rules.view import NodeView

CONVOLUTIONS = ("Conv", "ConvTranspose")
POOLINGS = ("MaxPool", "AveragePool", "LpPool")
_AXES = ("depth", "height", "width")
_GEOMETRY = ("strides", "pads", "dilations", "auto_pad")


@parameter("kernel")
def kernel(view: NodeView) -> Values:
    """Return the kernel's extent along each spatial axis."""
    if view.op in PRODUCTS:
        return _of_product(view, 1)
    if view.op not in CONVOLUTIONS:
        return None
    return _by_axis(_kernel_sizes(view))


@parameter("window")
def window(view: NodeView) -> Values:
    """Return the window of a pooling along each spatial axis."""
    return _by_axis(_kernel_sizes(view)) if view.op in POOLINGS else None


@parameter("kernel_extent")
def kernel_extent(view: NodeView) -> Values:
    """Return the kernel with the gaps that dilation puts into it."""
    sizes, gaps = plain(view.values("kernel")), plain(view.values("dilation"))
    if not sizes:
        return None
    return _by_axis(_extents(sizes, gaps))


@parameter("kernel_square")
def kernel_square(view: NodeView) -> Values:
    """Return whether the kernel is as high as it is wide."""
    return _is_square(view.values("kernel"))


@parameter("stride_square")
def stride_square(view: NodeView) -> Values:
    """Return whether the stride is the same along both axes."""
    return _is_square(view.values("stride"))


@parameter("stride")
def stride(view: NodeView) -> Values:
    """Return the stride along each spatial axis."""
    return _setting(view, "strides")


@parameter("dilation")
def dilation(view: NodeView) -> Values:
    """Return the dilation along each spatial axis."""
    return _setting(view, "dilations")


@parameter("padding")
def padding(view: NodeView) -> Values:
    """Return the padding of each side: the beginnings of all axes, then the ends."""
    if view.op in PRODUCTS:
        values = _of_product(view, 0)
        return None if values is None else _by_side([0] * (2 * SPATIAL_RANK))
    if view.op not in CONVOLUTIONS + POOLINGS:
        return None
    wanted = _output_sizes(view, "output_shape")
    mode = _geometry(view, "auto_pad", "NOTSET")
    if wanted or mode in ("SAME_UPPER", "SAME_LOWER"):
        totals = _padding_to(view, wanted)
        smaller = [total // 2 for total in totals]
        larger = [total - total // 2 for total in totals]
        return _by_side(smaller + larger if mode == "SAME_UPPER" else larger + smaller)
    if view.has("pads"):
        return _by_side(view.attribute("pads"))
    axes = len(_kernel_sizes(view))
    return _by_side([0] * (2 * axes))


def _output_sizes(view: NodeView, name: str) -> list[int]:
    """Return a number for each spatial axis of a deconvolution's output, none if not given.

    Cases give the whole shape of the output under the same name.
    """
    if view.op != "ConvTranspose" or not view.context.strict or not view.has(name):
        return []
    axes = len(_kernel_sizes(view))
    sizes = view.attribute(name)[-axes:]
    if len(sizes) < axes:
        raise Unknown(f"{name} of every axis")
    return list(sizes)


def _padding_to(view: NodeView, wanted: Sequence[int]) -> list[int]:
    """Compute the padding of both sides together that gives the output its size.

    Parameters
    ----------
    wanted
        The sizes of the output; none for those of the input, divided or multiplied by the
        stride.
    """
    kernels = _kernel_sizes(view)
    strides, gaps = _setting_values(view, "strides"), _setting_values(view, "dilations")
    extra = _output_sizes(view, "output_padding") or [0] * len(kernels)
    if not all(step > 0 for step in strides):
        raise Unknown("strides above zero")
    data = view.require_input(0)
    totals = []
    for axis, (extent, step) in enumerate(zip(_extents(kernels, gaps), strides)):
        place = axis - len(kernels)
        if wanted:
            total = (size_of(data, place) - 1) * step + extra[axis] + extent - wanted[axis]
        elif view.op == "ConvTranspose":
            total = extra[axis] + extent - step
        else:
            size = size_of(data, place)
            total = (-(-size // step) - 1) * step + extent - size
        totals.append(max(total, 0))
    return totals


def _kernel_sizes(view: NodeView) -> list[int]:
    """Return the kernel's size from the attribute, or else from the weights."""
    if view.has("kernel_shape"):
        return list(view.attribute("kernel_shape"))
    if view.op not in CONVOLUTIONS:
        raise Unknown("attribute kernel_shape")
    return list(sizes_of(view.require_input(1))[2:])


def _setting(view: NodeView, name: str) -> Values:
    """Return a number for each spatial axis that is one where the node doesn't say it."""
    if view.op in PRODUCTS:
        return _of_product(view, 1)
    if view.op not in CONVOLUTIONS + POOLINGS:
        return None
    return _by_axis(_setting_values(view, name))


def _setting_values(view: NodeView, name: str) -> list[int]:
    """Return the numbers of strides or dilations."""
    stated = _geometry(view, name, None)
    return list(stated) if stated else [1] * len(_kernel_sizes(view))


def _geometry(view: NodeView, name: str, default: Any) -> Any:
    """Return an attribute; a case that states some of the geometry means defaults by the rest."""
    is_implied = view.has("kernel_shape") and any(view.has(each) for each in _GEOMETRY)
    if is_implied and not view.has(name):
        return default
    return view.attribute(name, default)


def _of_product(view: NodeView, number: int) -> Values:
    """Return the same number along both axes if a product becomes a convolution."""
    return _by_axis([number] * SPATIAL_RANK) if layer_name(view) == CONVOLUTION else None


def _extents(kernels: Sequence[int], gaps: Sequence[int]) -> list[int]:
    """Return the extents of dilated kernels."""
    return [(size - 1) * gap + 1 for size, gap in zip(kernels, gaps)]


def _is_square(values: Values) -> Values:
    """Say whether the numbers of two axes are the same."""
    found = plain(values)
    if len(found) != SPATIAL_RANK:
        return None
    return ["yes" if found[0] == found[1] else "no"]


def _by_axis(values: Sequence[int]) -> Labelled:
    """Name numbers by their spatial axis."""
    return Labelled(list(values), _axes(len(values)))


def _by_side(values: Sequence[int]) -> Labelled:
    """Name paddings by their side."""
    axes = _axes(len(values) // 2)
    return Labelled(list(values), [f"{axis} {end}" for end in ("begin", "end") for axis in axes])


def _axes(count: int) -> list[str]:
    """Return the names of the last spatial axes."""
    return (
        [f"axis {index}" for index in range(count)]
        if count > len(_AXES)
        else list(_AXES[len(_AXES) - count :])
    )
