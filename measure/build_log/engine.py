"""The rows that --verbose adds for the finished engine and for the inside of its DLA nodes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_ROW = re.compile(r"Layer\((?P<type>[^)]*)\): (?P<rest>.*)")
_TACTIC = ", Tactic: "
_PRECISION = ", Precision: "
_ARROW = " -> "
_DATA_TYPES = r"(?:Float|Half|BF16|FP8|FP4|Int4|Int8|UInt8|Int32|Int64|Bool)"
_FORMAT = re.compile(
    # 8.x: name[Half(1,8:16,4,4)]; 10.x: name (Half[1,8:16,4,4])
    rf" ?[\[(](?P<type>{_DATA_TYPES})[\[(](?P<sizes>[-\d:,? ]*)[\])][\])](?:, |$)"
)
_SIZE = re.compile(r"(-?\d+)(?::(\d+))?")
_NAMED = re.compile(r"(?P<node>\{ForeignNode\[.*\]\}): DLA Network Layer Information")
_MOVES = (" to nvm", " from nvm", " finish")

DLA_TYPE = "DLA"


@dataclass(frozen=True)
class TensorFormat:
    """A tensor at the border of a layer of the engine.

    Parameters
    ----------
    vector
        How many channels lie side by side: 16 and 32 are the DLA's own; ``None`` is linear.
    """

    name: str
    data_type: str
    dimensions: list[int]
    vector: int | None


@dataclass(frozen=True)
class EngineLayer:
    """A layer of the finished engine."""

    name: str
    type: str
    inputs: list[TensorFormat] = field(default_factory=list)
    outputs: list[TensorFormat] = field(default_factory=list)

    @property
    def on_dla(self) -> bool:
        """Say whether it is a DLA subgraph."""
        return self.type == DLA_TYPE

    @property
    def is_reformat(self) -> bool:
        """Say whether it only changes the layout of a tensor or moves it to and from the DLA."""
        if self.type == "Reformat" or self.name.startswith("Reformatting CopyNode"):
            return True
        return self.name.endswith(_MOVES)


@dataclass(frozen=True)
class InnerLayer:
    """A layer inside a DLA subgraph."""

    name: str
    type: str
    precision: str
    subgraph: str


class EngineReader:
    """Follow the rows of one run, line by line."""

    def __init__(self) -> None:
        self.layers: list[EngineLayer] = []
        self.inner: list[InnerLayer] = []
        self._subgraph = ""

    def read(self, text: str) -> bool:
        """Take a line into account; say whether it belongs to the rows."""
        if text.startswith("Layer("):
            return self._read_row(text)
        if text.startswith("Engine Layer Information"):
            self.layers = []
            return True
        title = _NAMED.match(text) if "DLA Network Layer" in text else None
        if title:
            self._begin_subgraph(title.group("node"))
        return title is not None

    def _begin_subgraph(self, node: str) -> None:
        """Begin the rows of a subgraph, anew if they were printed before."""
        self._subgraph = node
        if any(layer.subgraph == node for layer in self.inner):
            self.inner = [layer for layer in self.inner if layer.subgraph != node]

    def _read_row(self, text: str) -> bool:
        row = _ROW.match(text)
        if not row:
            return False
        kind, rest = row.group("type"), row.group("rest")
        if _TACTIC in rest:
            name, _, tail = rest.rpartition(_TACTIC)
            inputs, _, outputs = tail.partition(", ")[2].rpartition(_ARROW)
            self.layers.append(EngineLayer(name, kind, _tensors(inputs), _tensors(outputs)))
        elif _PRECISION in rest:
            name, _, tail = rest.partition(_PRECISION)
            self.inner.append(InnerLayer(name, kind, tail.partition(",")[0], self._subgraph))
        return True


def _tensors(text: str) -> list[TensorFormat]:
    """Read the tensors on one side of the arrow."""
    tensors, start = [], 0
    for found in _FORMAT.finditer(text):
        sizes, vector = _sizes(found.group("sizes"))
        name, data_type = text[start : found.start()], found.group("type").lower()
        tensors.append(TensorFormat(name, data_type, sizes, vector))
        start = found.end()
    return tensors


def _sizes(text: str) -> tuple[list[int], int | None]:
    """Read "1,3:4,224,224": the sizes, and how many channels lie side by side."""
    found = _SIZE.findall(text)
    vectors = [int(vector) for _, vector in found if vector]
    return [int(size) for size, _ in found], vectors[0] if vectors else None
