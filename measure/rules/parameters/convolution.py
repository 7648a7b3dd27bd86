"""Channels, groups and the convolution buffer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.rules.parameters.general import CONVOLUTION, PRODUCTS, layer_name
from measure.rules.parameters.geometry import CONVOLUTIONS
from measure.rules.parameters.registry import parameter
from measure.rules.shapes import DLA_RANK, rank_of, size_of
from measure.rules.values import Unknown, Values, plain

if TYPE_CHECKING:
    from measure.rules.view import NodeView

_BYTES = {"int8": 1, "fp16": 2}
_BANK_BYTES = 32768
_WEIGHT_ALIGNMENT = 128
_ATOM_BYTES = 32
_ATOMS_PER_ENTRY = 4
_ENTRIES_PER_BANK = 256


@parameter("groups")
def groups(view: NodeView) -> Values:
    """Return the number of groups."""
    if view.op in PRODUCTS:
        return [1] if layer_name(view) == CONVOLUTION else None
    return [view.attribute("group", 1)] if view.op in CONVOLUTIONS else None


@parameter("input_channels")
def input_channels(view: NodeView) -> Values:
    """Return the channels that a convolution reads."""
    if view.op in PRODUCTS:
        return _operand_size(view, axis=0)
    if view.op not in CONVOLUTIONS:
        return None
    try:
        return [size_of(view.require_input(0), 1)]
    except Unknown:
        weights = size_of(view.require_input(1), 1 if view.op == "Conv" else 0)
        return [weights * (view.attribute("group", 1) if view.op == "Conv" else 1)]


@parameter("output_channels")
def output_channels(view: NodeView) -> Values:
    """Return the maps that a convolution writes."""
    if view.op in PRODUCTS:
        return _operand_size(view, axis=1)
    if view.op not in CONVOLUTIONS:
        return None
    try:
        return [size_of(view.output(), 1)]
    except Unknown:
        if view.op == "Conv":
            return [size_of(view.require_input(1), 0)]
        return [size_of(view.require_input(1), 1) * view.attribute("group", 1)]


def _operand_size(view: NodeView, axis: int) -> Values:
    """Return a dimension of a product's constant operand: 0 is read, 1 is written."""
    if layer_name(view) != CONVOLUTION:
        return None
    operand = view.require_input(1)
    turned = view.op == "Gemm" and bool(view.attribute("transB", 0))
    rank = rank_of(operand)
    if rank == 1:
        return [size_of(operand, 0)] if axis == 0 else [1]
    return [size_of(operand, rank - 2 + (1 - axis if turned else axis))]


@parameter("operand_b")
def operand_b(view: NodeView) -> Values:
    """Return whether the second operand of a product is known while building."""
    if view.op not in PRODUCTS:
        return None
    return ["constant" if view.is_constant(1) else "computed"]


@parameter("input_format")
def input_format(view: NodeView) -> Values:
    """Return the memory layout planned for the network input that the node reads."""
    stated = view.stated("input_format")
    if stated is not None:
        return [stated]
    formats = view.context.input_formats
    found = [formats[name] for name in view.node.inputs if name in formats]
    return found or None


@parameter("cbuf_banks")
def cbuf_banks(view: NodeView) -> Values:
    """Return the convolution-buffer banks that one slice of data and its weights take.

    Grouped convolutions aren't treated apart: the channels are those of the whole input.
    """
    if view.op == "ConvTranspose":
        return None
    sizes, gaps = plain(view.values("kernel")), plain(view.values("dilation"))
    channels = plain(view.values("input_channels"))
    if not sizes or not channels:
        return None
    if len(sizes) != DLA_RANK - 2:
        return None
    width = 1 if view.op in PRODUCTS else size_of(view.require_input(0), -1)
    size = _BYTES.get(view.target.precision)
    if size is None:
        return None
    weights = _up(sizes[0] * sizes[1] * channels[0] * size, _WEIGHT_ALIGNMENT) * _WEIGHT_ALIGNMENT
    entries = _up(_up(channels[0] * size, _ATOM_BYTES) * width, _ATOMS_PER_ENTRY)
    lines = (sizes[0] - 1) * gaps[0] + 1
    return [_up(weights, _BANK_BYTES) + _up(entries * lines, _ENTRIES_PER_BANK)]


def _up(number: int, unit: int) -> int:
    """Divide and round up."""
    return -(-number // unit)
