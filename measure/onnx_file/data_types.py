"""Element types of ONNX tensors: their numbers in a file, names and sizes."""

from __future__ import annotations

from typing import NamedTuple


class DataType(NamedTuple):
    """An element type; ``bits`` is ``None`` where elements have no fixed size."""

    number: int
    name: str
    bits: int | None


DATA_TYPES = (
    DataType(1, "float32", 32),
    DataType(2, "uint8", 8),
    DataType(3, "int8", 8),
    DataType(4, "uint16", 16),
    DataType(5, "int16", 16),
    DataType(6, "int32", 32),
    DataType(7, "int64", 64),
    DataType(8, "string", None),
    DataType(9, "bool", 8),
    DataType(10, "float16", 16),
    DataType(11, "float64", 64),
    DataType(12, "uint32", 32),
    DataType(13, "uint64", 64),
    DataType(14, "complex64", 64),
    DataType(15, "complex128", 128),
    DataType(16, "bfloat16", 16),
    DataType(17, "float8e4m3fn", 8),
    DataType(18, "float8e4m3fnuz", 8),
    DataType(19, "float8e5m2", 8),
    DataType(20, "float8e5m2fnuz", 8),
    DataType(21, "uint4", 4),
    DataType(22, "int4", 4),
    DataType(23, "float4e2m1", 4),
    DataType(24, "float8e8m0", 8),
    DataType(25, "uint2", 2),
    DataType(26, "int2", 2),
    DataType(27, "float6e2m3", 6),
    DataType(28, "float6e3m2", 6),
)

NAMES: dict[int, str] = {data_type.number: data_type.name for data_type in DATA_TYPES}
NUMBERS: dict[str, int] = {data_type.name: data_type.number for data_type in DATA_TYPES}
_BITS: dict[str, int | None] = {data_type.name: data_type.bits for data_type in DATA_TYPES}


def bits_of(name: str | None) -> int | None:
    """Return the bits of one element, ``None`` for texts and unknown types."""
    return None if name is None else _BITS.get(name)
