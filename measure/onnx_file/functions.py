"""Operators that a model defines itself, replaced by the nodes that they stand for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, Iterable, Tuple

from measure.errors import UserError
from measure.onnx_file.model import Graph, Node, Tensor
from measure.onnx_file.reader import NODE_LIMIT, Function, Reference

CALL_DEPTH_LIMIT = 24
"""Functions that call functions, and graphs within graphs."""

Key = Tuple[str, str, str]
Names = Dict[str, str]


class Inliner:
    """Replaces the calls of a model's functions, for one model."""

    def __init__(self, path: str, functions: Iterable[Function]) -> None:
        self.path = path
        self.functions: dict[Key, Function] = {
            (function.domain, function.name, function.overload): function for function in functions
        }
        self.made = 0
        self.calls = 0

    def inline(self, graph: Graph, opsets: dict[str, int]) -> None:
        """Give each node its version, and put their bodies in place of calls."""
        graph.nodes = self._expand(graph.nodes, opsets, ())

    def _expand(
        self, nodes: list[Node], opsets: dict[str, int], stack: tuple[Key, ...]
    ) -> list[Node]:
        expanded: list[Node] = []
        for node in nodes:
            node.opset = opsets.get(node.domain, 0)
            for graph in node.subgraphs:
                graph.nodes = self._expand(graph.nodes, opsets, stack)
            key = (node.domain, node.op_type, node.overload)
            if key not in self.functions:
                expanded.append(node)
                continue
            if key in stack:
                raise UserError(f"{self.path}: function {node.op_type!r} calls itself")
            if len(stack) == CALL_DEPTH_LIMIT:
                raise UserError(
                    f"{self.path}: functions call functions more than {CALL_DEPTH_LIMIT} deep"
                )
            function = self.functions[key]
            body = self._body(node, function)
            expanded += self._expand(body, {**opsets, **function.opsets}, (*stack, key))
        return expanded

    def _body(self, call: Node, function: Function) -> list[Node]:
        """Return the nodes of a function with the names and attributes of a call."""
        self.calls += 1
        prefix = call.name or f"{call.op_type}_call{self.calls}"
        if len(call.inputs) > len(function.inputs) or len(call.outputs) > len(function.outputs):
            raise UserError(
                f"{self.path}: node {prefix!r} gives function {function.name!r} more inputs or "
                "outputs than it has"
            )
        names: Names = dict.fromkeys(function.inputs, "")
        names.update(zip(function.inputs, call.inputs))
        names.update((own, given) for own, given in zip(function.outputs, call.outputs) if given)
        copier = _Copier(self, f"{prefix}/{self.calls}/", {**function.defaults, **call.attributes})
        return [copier.node(node, names) for node in function.nodes]

    def count(self) -> None:
        """Refuse functions that call each other so often that memory ends."""
        self.made += 1
        if self.made > NODE_LIMIT:
            raise UserError(f"{self.path}: its functions make more than {NODE_LIMIT} nodes")


class _Copier:
    """Copies nodes of a function for one call."""

    def __init__(self, inliner: Inliner, prefix: str, attributes: dict[str, Any]) -> None:
        self.inliner = inliner
        self.prefix = prefix
        self.attributes = attributes

    def node(self, node: Node, names: Names) -> Node:
        """Return a copy of a node; tensors get names that no other call has."""
        self.inliner.count()
        attributes = {}
        for key, value in node.attributes.items():
            if isinstance(value, Reference):
                value = self.attributes.get(value.name)
            if isinstance(value, list):
                value = [self._value(item, names) for item in value]
            if value is not None:
                attributes[key] = self._value(value, names)
        return replace(
            node,
            name=self.prefix + node.name if node.name else "",
            inputs=[self._name(text, names) for text in node.inputs],
            outputs=[self._name(text, names) for text in node.outputs],
            attributes=attributes,
        )

    def _name(self, text: str, names: Names) -> str:
        return names.setdefault(text, self.prefix + text) if text else ""

    def _value(self, value: Any, names: Names) -> Any:
        if not isinstance(value, Graph):
            return value
        inner = dict(names)

        def renamed(tensor: Tensor) -> Tensor:
            return replace(tensor, name=self._name(tensor.name, inner))

        for tensor in [*value.tensors.values(), *value.inputs]:
            inner[tensor.name] = self.prefix + tensor.name
        for node in value.nodes:
            inner.update((text, self.prefix + text) for text in node.outputs if text)
        tensors = [renamed(tensor) for tensor in value.tensors.values()]
        return Graph(
            nodes=[self.node(node, inner) for node in value.nodes],
            inputs=[renamed(tensor) for tensor in value.inputs],
            outputs=[renamed(tensor) for tensor in value.outputs],
            tensors={tensor.name: tensor for tensor in tensors},
            name=value.name,
        )
