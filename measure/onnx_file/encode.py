"""Messages of protocol buffers as bytes."""

from __future__ import annotations

import struct

from measure.onnx_file.wire import FIXED32, LENGTH_DELIMITED, MASK, VARINT

SMALL = tuple(bytes([value]) for value in range(128))
"""Most numbers in a model are this small."""


def varint(value: int) -> bytes:
    """Return a number, negative ones as ten bytes, in as few bytes as it takes."""
    if 0 <= value < len(SMALL):
        return SMALL[value]
    value &= MASK
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def head(number: int, n_bytes: int) -> bytes:
    """Return what stands before the bytes of a field."""
    return varint(number << 3 | LENGTH_DELIMITED) + varint(n_bytes)


def block(number: int, data: bytes) -> bytes:
    """Return a field of bytes: a text, a message, packed numbers."""
    return head(number, len(data)) + data


def text(number: int, value: str) -> bytes:
    """Return a field of text."""
    return block(number, value.encode("utf-8", "backslashreplace"))


def integer(number: int, value: int) -> bytes:
    """Return a field of one whole number."""
    return varint(number << 3 | VARINT) + varint(value)


def integers(number: int, values: list[int]) -> bytes:
    """Return a field of packed whole numbers."""
    return block(number, b"".join(map(varint, values)))


def float32(number: int, value: float) -> bytes:
    """Return a field of one 32-bit float."""
    return varint(number << 3 | FIXED32) + struct.pack("<f", value)


def float32s(number: int, values: list[float]) -> bytes:
    """Return a field of packed 32-bit floats."""
    return block(number, struct.pack(f"<{len(values)}f", *values))
