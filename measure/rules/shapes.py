"""Shapes as the DLA counts them: batch, then channels, height and width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence, TypeVar

from measure.rules.values import Unknown

if TYPE_CHECKING:
    from measure.onnx_file.model import Tensor

LETTERS = ("W", "H", "C")
"""Names of the last axes, from the end; every axis before them belongs to the batch."""
DLA_RANK = 4
"""Batch, channels, height, width."""
SPATIAL_RANK = 2
Size = TypeVar("Size")


def rank_of(tensor: Tensor) -> int:
    """Return the number of dimensions."""
    if tensor.shape is None:
        raise Unknown(f"shape of {tensor.name}")
    return len(tensor.shape)


def sizes_of(tensor: Tensor) -> tuple[int, ...]:
    """Return the dimensions of a tensor of which all are known."""
    if tensor.shape is None:
        raise Unknown(f"shape of {tensor.name}")
    sizes = tuple(size for size in tensor.shape if size is not None)
    if len(sizes) < len(tensor.shape):
        raise Unknown(f"a dimension of {tensor.name}")
    return sizes


def size_of(tensor: Tensor, axis: int) -> int:
    """Return one dimension."""
    rank = rank_of(tensor)
    if not -rank <= axis < rank:
        raise Unknown(f"dimension {axis} of {tensor.name}")
    size = (tensor.shape or ())[axis]
    if size is None:
        raise Unknown(f"dimension {axis} of {tensor.name}")
    return size


def letter_of(axis: int, rank: int) -> str:
    """Name an axis by its distance from the last one."""
    distance = rank - 1 - axis if axis >= 0 else -1 - axis
    return LETTERS[distance] if 0 <= distance < len(LETTERS) else "N"


def split_batch(shape: Sequence[Size]) -> tuple[list[Size], list[Size]]:
    """Divide a shape into the dimensions of the batch and the others.

    The batch is all but the last three dimensions; of a tensor with fewer than four it is
    the first one.
    """
    edge = max(len(shape) - len(LETTERS), 1)
    return list(shape[:edge]), list(shape[edge:])


def product(sizes: Sequence[int]) -> int:
    """Multiply sizes."""
    result = 1
    for size in sizes:
        result *= size
    return result
