"""The messages of an ONNX file as graphs, not yet joined or put in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from measure.errors import UserError
from measure.onnx_file.data_types import NAMES
from measure.onnx_file.external import ExternalFiles
from measure.onnx_file.model import Graph, Node, Shape, Tensor
from measure.onnx_file.tensors import RANK_LIMIT, read_sparse_tensor, read_tensor
from measure.onnx_file.wire import LENGTH_DELIMITED, VARINT, MappedFile, signed

DEPTH_LIMIT = 24
"""Graphs within graphs."""

NODE_LIMIT = 250_000
"""Nodes of a model, with those of its functions wherever they are called."""

NODE_TEXTS = {3: "name", 4: "op_type", 7: "domain", 8: "overload"}
"""Field of NodeProto: what it is of a node."""

ATTRIBUTE_FIELDS = {1: 2, 2: 3, 3: 4, 4: 5, 5: 6, 6: 7, 7: 8, 8: 9, 9: 10, 10: 11}
ATTRIBUTE_FIELDS.update({11: 22, 12: 23, 13: 14, 14: 15})
"""Type of an attribute: the field of AttributeProto that holds it."""

LIST_TYPES = (6, 7, 8, 9, 10, 12, 14)
NOTHING = {1: 0.0, 2: 0, 3: ""}
"""What an attribute is that names its type and leaves the value out."""


@dataclass
class Reference:
    """An attribute that takes its value from the call of the function it is in."""

    name: str


@dataclass
class Function:
    """An operator that the model itself defines."""

    domain: str = ""
    name: str = ""
    overload: str = ""
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    defaults: dict[str, Any] = field(default_factory=dict)
    opsets: dict[str, int] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)


class Reader:
    """Reads the messages of one file."""

    def __init__(self, file: MappedFile) -> None:
        self.file = file
        self.external = ExternalFiles(file.path)
        self.nodes_read = 0
        self.depth = 0

    def graph(self, start: int, end: int) -> Graph:
        """Return a GraphProto: nodes as they stand in the file, all inputs, known tensors."""
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise UserError(f"{self.file.path}: graphs are nested more than {DEPTH_LIMIT} deep")
        graph = Graph()
        described: dict[str, Tensor] = {}
        for number, wire_type, first, last in self.file.fields(start, end):
            if wire_type != LENGTH_DELIMITED:
                continue
            if number == 1:
                graph.nodes.append(self.node(first, last))
            elif number == 2:
                graph.name = self.file.name(first, last)
            elif number in (5, 15):
                read = read_tensor if number == 5 else read_sparse_tensor
                tensor = read(self.file, first, last, self.external)
                graph.tensors[tensor.name] = tensor
                self.file.forget(first, last)
            elif number == 11:
                graph.inputs.append(self.value_info(first, last))
            elif number == 12:
                graph.outputs.append(self.value_info(first, last))
            elif number == 13:
                tensor = self.value_info(first, last)
                described[tensor.name] = tensor
        for tensor in [*graph.inputs, *graph.outputs]:
            described[tensor.name] = tensor
        graph.tensors = {**described, **graph.tensors}
        self.depth -= 1
        return graph

    def node(self, start: int, end: int) -> Node:
        """Return a NodeProto; its version is set when the graph is put in order."""
        self.nodes_read += 1
        if self.nodes_read > NODE_LIMIT:
            raise UserError(f"{self.file.path}: more than {NODE_LIMIT} nodes; too large to check")
        node = Node("", "")
        for number, wire_type, first, last in self.file.fields(start, end):
            if wire_type != LENGTH_DELIMITED:
                continue
            if number == 1:
                node.inputs.append(self.file.name(first, last))
            elif number == 2:
                node.outputs.append(self.file.name(first, last))
            elif number == 5:
                name, value = self.attribute(first, last)
                if value is not None:
                    node.attributes[name] = value
            elif number in NODE_TEXTS:
                setattr(node, NODE_TEXTS[number], self.file.name(first, last))
        node.domain = domain_of(node.domain)
        return node

    def attribute(self, start: int, end: int) -> tuple[str, Any]:
        """Return the name and the value of an AttributeProto, ``None`` where it has none."""
        name, reference, kind = "", "", 0
        found: dict[int, list[tuple[int, int, int, int]]] = {}
        for item in self.file.fields(start, end):
            number, wire_type, first, last = item
            if number == 1 and wire_type == LENGTH_DELIMITED:
                name = self.file.name(first, last)
            elif number == 20 and wire_type == VARINT:
                kind = first
            elif number == 21 and wire_type == LENGTH_DELIMITED:
                reference = self.file.name(first, last)
            elif number != 13:
                found.setdefault(number, []).append(item)
        if reference:
            return name, Reference(reference)
        if kind == 0:
            # The first versions of the format did not write the type.
            kind = next((k for k, number in ATTRIBUTE_FIELDS.items() if number in found), 0)
        items = found.get(ATTRIBUTE_FIELDS.get(kind, 0), [])
        if kind in LIST_TYPES:
            return name, [value for item in items for value in self._values(kind, item)]
        values = self._values(kind, items[-1]) if items else []
        return name, values[0] if values else NOTHING.get(kind)

    def _values(self, kind: int, item: tuple[int, int, int, int]) -> list[Any]:
        if kind in (1, 6):
            return self.file.floats(item)
        if kind in (2, 7):
            return self.file.integers(item)
        _, wire_type, start, end = item
        if wire_type != LENGTH_DELIMITED:
            return []
        if kind in (4, 9):
            return [read_tensor(self.file, start, end, self.external)]
        if kind in (5, 10):
            return [self.graph(start, end)]
        if kind in (11, 12):
            return [read_sparse_tensor(self.file, start, end, self.external)]
        return [self.file.text(start, end) if kind in (3, 8) else self.file.message(start, end)]

    def value_info(self, start: int, end: int) -> Tensor:
        """Return what a ValueInfoProto says of a tensor."""
        tensor = Tensor("")
        for number, wire_type, first, last in self.file.fields(start, end):
            if number == 1 and wire_type == LENGTH_DELIMITED:
                tensor.name = self.file.name(first, last)
            elif number == 2 and wire_type == LENGTH_DELIMITED:
                self._type(tensor, first, last)
        return tensor

    def _type(self, tensor: Tensor, start: int, end: int) -> None:
        for kind, kind_wire, first, last in self.file.fields(start, end):
            if kind_wire != LENGTH_DELIMITED or kind == 6:
                continue
            if kind != 1:
                tensor.type_proto = self.file.message(start, end)
                continue
            for number, wire_type, value, stop in self.file.fields(first, last):
                if number == 1 and wire_type == VARINT:
                    tensor.data_type = NAMES.get(value)
                elif number == 2 and wire_type == LENGTH_DELIMITED:
                    tensor.shape, tensor.dim_params = self._shape(value, stop)

    def _shape(self, start: int, end: int) -> tuple[Shape, tuple[str | None, ...]]:
        sizes: list[int | None] = []
        symbols: list[str | None] = []
        for number, wire_type, first, last in self.file.fields(start, end):
            if number != 1 or wire_type != LENGTH_DELIMITED:
                continue
            size, symbol = None, None
            for kind, kind_wire, value, stop in self.file.fields(first, last):
                if kind == 1 and kind_wire == VARINT:
                    # Some exporters write -1 for a dimension that they leave open.
                    size = signed(value) if signed(value) >= 0 else None
                elif kind == 2 and kind_wire == LENGTH_DELIMITED:
                    symbol = self.file.name(value, stop) or None
            sizes.append(size)
            symbols.append(symbol if size is None else None)
        return (tuple(sizes), tuple(symbols)) if len(sizes) <= RANK_LIMIT else (None, ())

    def function(self, start: int, end: int) -> Function:
        """Return a FunctionProto."""
        function = Function()
        for number, wire_type, first, last in self.file.fields(start, end):
            if wire_type != LENGTH_DELIMITED:
                continue
            if number == 1:
                function.name = self.file.name(first, last)
            elif number == 4:
                function.inputs.append(self.file.name(first, last))
            elif number == 5:
                function.outputs.append(self.file.name(first, last))
            elif number == 7:
                function.nodes.append(self.node(first, last))
            elif number == 9:
                function.opsets.update([self.opset(first, last)])
            elif number == 10:
                function.domain = domain_of(self.file.name(first, last))
            elif number == 11:
                name, value = self.attribute(first, last)
                function.defaults[name] = value
            elif number == 13:
                function.overload = self.file.name(first, last)
        return function

    def opset(self, start: int, end: int) -> tuple[str, int]:
        """Return domain and version of an OperatorSetIdProto."""
        domain, version = "", 0
        for number, wire_type, first, last in self.file.fields(start, end):
            if number == 1 and wire_type == LENGTH_DELIMITED:
                domain = domain_of(self.file.name(first, last))
            elif number == 2 and wire_type == VARINT:
                version = signed(first)
        return domain, version


def domain_of(text: str) -> str:
    """Return the name of a domain, ``""`` for both spellings of ONNX's own."""
    return "" if text == "ai.onnx" else text
