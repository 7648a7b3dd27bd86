"""How many bytes a tensor takes in the formats of the DLA."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

from measure.errors import UserError
from measure.rules.shapes import DLA_RANK, product, split_batch
from measure.tables import Row, read_table
from measure.versions import in_range

if TYPE_CHECKING:
    from measure.target import Target

ELEMENT_BYTES = {"int8": 1, "fp16": 2}

IMAGE = "dla_hwc4"
"""trtexec's name of the format with all channels of a pixel together."""

PLAIN = "kLINEAR"
"""TensorRT's name of the format of plain arrays, which the DLA doesn't read."""


def formats(target: Target, direction: str, precision: str) -> list[Row]:
    """Return the formats in which the DLA of a target takes or gives tensors."""
    return [
        row
        for row in read_table("operators/tensor-formats")
        if row["direction"] == direction
        and row["precision"] in ("any", precision)
        and row["soc"] in ("any", target.soc)
        and in_range(target.tensorrt, row["since"], row["until"])
    ]


def channel_packed(target: Target, direction: str, precision: str) -> str | None:
    """Return trtexec's name of the format that packs channels, in which the DLA computes."""
    for row in formats(target, direction, precision):
        if row["channel_pack"] and row["trtexec"] != IMAGE:
            return row["trtexec"]
    return None


def channel_pack(precision: str) -> int:
    """Return how many channels the DLA keeps together."""
    for row in read_table("operators/tensor-formats"):
        if row["precision"] == precision and row["channel_pack"] and row["trtexec"] != IMAGE:
            return int(row["channel_pack"])
    raise UserError(f"operators/tensor-formats has no channel-packed format for {precision}")


def format_name(layout: str) -> str:
    """Return TensorRT's name of one of trtexec's formats."""
    for row in read_table("operators/tensor-formats"):
        if row["trtexec"] == layout:
            return row["format"]
    return PLAIN


def packed_bytes(shape: Sequence[int | None] | None, precision: str, pack: int) -> int | None:
    """Return the bytes of a tensor whose channels are padded to a multiple of `pack`."""
    sizes = _known(shape)
    if sizes is None:
        return None
    batch, rest = split_batch(sizes)
    channels = -(-rest[0] // pack) * pack if rest else pack
    return ELEMENT_BYTES[precision] * product(batch) * channels * product(rest[1:])


def image_bytes(shape: Sequence[int | None] | None, precision: str, target: Target) -> int | None:
    """Return the bytes of a tensor as an image: pixels of padded channels in padded rows."""
    sizes = _known(shape)
    rows = [row for row in formats(target, "input", precision) if row["trtexec"] == IMAGE]
    if sizes is None or len(sizes) < DLA_RANK or not rows:
        return None
    pack, pitch = int(rows[0]["channel_pack"]), int(rows[0]["row_pitch_bytes"])
    batch, (_, height, width) = split_batch(sizes)
    row_bytes = width * pack * ELEMENT_BYTES[precision]
    return product(batch) * height * -(-row_bytes // pitch) * pitch


def batch_of(shape: Sequence[int | None] | None) -> int | None:
    """Return the product of the dimensions before channels, height and width."""
    sizes = _known(shape)
    return None if sizes is None else product(split_batch(sizes)[0])


def _known(shape: Sequence[int | None] | None) -> list[int] | None:
    """Return the sizes if all are known."""
    sizes = [size for size in shape or () if size is not None]
    return sizes if shape is not None and len(sizes) == len(shape) else None
