"""Names, operators and shapes of an ONNX file, read from its wire form without a package."""

from __future__ import annotations

import mmap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Network:
    """What trtexec needs of a network."""

    nodes: list[tuple[str, str]] = field(default_factory=list)
    """Name and operator of each node."""
    inputs: dict[str, list[int]] = field(default_factory=dict)
    outputs: dict[str, list[int]] = field(default_factory=dict)


def read_network(path: str) -> Network | None:
    """Read a file; None if it is no ONNX file."""
    network = Network()
    try:
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            for number, start, end in _fields(data, 0, len(data)):
                if number == 7:
                    _read_graph(network, data, start, end)
    except (OSError, ValueError, IndexError, UnicodeDecodeError):
        return None
    return network if network.nodes else None


def _read_graph(network: Network, data: mmap.mmap, start: int, end: int) -> None:
    initialized: set[str] = set()
    for number, first, last in _fields(data, start, end):
        if number == 1:
            fields = _fields(data, first, last)
            texts = {key: bytes(data[a:b]) for key, a, b in fields if key in (3, 4)}
            operator = texts.get(4, b"").decode()
            name = texts.get(3, b"").decode() or f"{operator}_{len(network.nodes)}"
            if operator not in ("Constant", "QuantizeLinear", "DequantizeLinear"):
                network.nodes.append((name, operator))
        elif number == 5:
            spans = [(a, b) for key, a, b in _fields(data, first, last) if key == 8]
            initialized.update(bytes(data[a:b]).decode() for a, b in spans)
        elif number in (11, 12):
            name, shape = _value(data, first, last)
            (network.inputs if number == 11 else network.outputs)[name] = shape
    for name in initialized:
        network.inputs.pop(name, None)


def _value(data: mmap.mmap, start: int, end: int) -> tuple[str, list[int]]:
    """Read a ValueInfo: name 1, type 2, tensor type 1, shape 2, dimension 1, size 1."""
    name, shape = "", []
    for number, first, last in _fields(data, start, end):
        if number == 1:
            name = bytes(data[first:last]).decode()
        elif number == 2:
            spans = [(first, last)]
            for wanted in (1, 2, 1):
                spans = [
                    (a, b) for s, e in spans for key, a, b in _fields(data, s, e) if key == wanted
                ]
            for s, e in spans:
                sizes = [a for key, a, b in _fields(data, s, e) if key == 1 and b == -1]
                shape.append(sizes[0] if sizes else -1)
    return name, shape


def _fields(data: mmap.mmap, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Walk through a message: field and span, or field, value and -1 for a number."""
    position = start
    while position < end:
        key, position = _varint(data, position)
        kind = key & 7
        if kind == 0:
            value, position = _varint(data, position)
            yield key >> 3, value, -1
        elif kind == 2:
            size, position = _varint(data, position)
            if position + size > end:
                raise ValueError("cut off")
            yield key >> 3, position, position + size
            position += size
        elif kind in (1, 5):
            position += 8 if kind == 1 else 4
        else:
            raise ValueError("no protobuf")


def _varint(data: mmap.mmap, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, position
        if shift > 70:
            raise ValueError("no protobuf")
