"""Which tensors are known while an engine is built, and the values of the small ones."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from measure.onnx_file.folding import fold
from measure.onnx_file.folding.values import CannotFoldError
from measure.onnx_file.model import VALUE_LIMIT, Graph, Node, Tensor

if TYPE_CHECKING:
    import numpy as np

RANDOM = ("Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform")
NOT_CONSTANT = frozenset((*RANDOM, "RandomUniformLike", "Dropout"))
"""Operators whose results differ from run to run, whatever they are given."""

OF_SHAPE = ("Shape", "Size")

KEPT_ELEMENTS = 1 << 24
"""Elements of all the values of one graph that are kept."""

LARGEST_SHAPE = 1024
"""Elements of the largest tensor that says how large another one is."""

SHAPE_INPUTS = {
    "AffineGrid": (1,),
    "CenterCropPad": (1,),
    "ConstantOfShape": (0,),
    "Expand": (1,),
    "MaxUnpool": (2,),
    "OneHot": (1,),
    "Pad": (1, 3),
    "Range": (0, 1, 2),
    "Reshape": (1,),
    "Resize": (1, 2, 3),
    "Slice": (1, 2, 3, 4),
    "Split": (1,),
    "Squeeze": (1,),
    "Tile": (1,),
    "TopK": (1,),
    "Unsqueeze": (1,),
    "Upsample": (1,),
}
"""Operator: the inputs whose values decide the shape of what it makes; Reduce* have one, too."""


def mark_constants(graph: Graph) -> None:
    """Mark what is computed from constants and static shapes only, and how to get its value."""
    folder = Folder(graph)
    for node in graph.nodes:
        if is_constant(node, graph):
            for _position, name in enumerate(node.outputs):
                if name and not graph.tensors[name].constant:
                    graph.tensors[name].constant = True
                    graph.tensors[name].load = partial(folder.value, name)
        for subgraph in node.subgraphs:
            mark_constants(subgraph)


def is_constant(node: Node, graph: Graph) -> bool:
    """Tell whether a node can be computed while building."""
    inputs = [graph.tensor(name) for name in node.inputs if name]
    if node.domain or node.op_type in NOT_CONSTANT or node.subgraphs:
        return False
    if node.op_type in OF_SHAPE and inputs and inputs[0].n_elements is not None:
        return True
    if not inputs:
        return node.op_type == "Constant"
    return all(tensor.constant for tensor in inputs)


def shape_inputs(graph: Graph) -> dict[str, np.ndarray]:
    """Return the computed constants that decide shapes which are still unknown."""
    found = {}
    for node in graph.nodes:
        outputs = [graph.tensor(name) for name in node.outputs if name]
        if node.domain or all(tensor.n_elements is not None for tensor in outputs):
            continue
        positions = (1,) if node.op_type.startswith("Reduce") else SHAPE_INPUTS.get(node.op_type)
        for position in positions or ():
            name = node.inputs[position] if position < len(node.inputs) else ""
            tensor = graph.tensor(name)
            if tensor.constant and name in graph.producer:
                value = tensor.value()
                if value is not None and value.size <= LARGEST_SHAPE:
                    found[name] = value
    return found


class Folder:
    """Computes the values of small constants of one graph, each once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.values: dict[str, np.ndarray | None] = {}
        self.kept = 0

    def value(self, name: str) -> np.ndarray | None:
        """Return a value, ``None`` when it is large or an operator is not one of arithmetic."""
        waiting = [name]
        while waiting:
            last = waiting[-1]
            needed = [] if last in self.values else self._needed(last)
            waiting += needed
            if not needed:
                self._compute(waiting.pop())
        return self.values[name]

    def _needed(self, name: str) -> list[str]:
        """Return the inputs that have to be known first; none when the name cannot be folded."""
        node = self.graph.producer.get(name)
        if node is None or node.op_type in OF_SHAPE or not self._is_small(name):
            return []
        names = [text for text in node.inputs if text]
        if any(text in self.values and self.values[text] is None for text in names):
            return []
        return [text for text in names if text not in self.values]

    def _is_small(self, name: str) -> bool:
        tensor = self.graph.tensor(name)
        n_elements = tensor.n_elements
        return tensor.constant and (n_elements is None or n_elements <= VALUE_LIMIT)

    def _compute(self, name: str) -> None:
        if name in self.values:
            return
        node = self.graph.producer.get(name)
        if node is None:
            self._keep([name], [self.graph.tensor(name).value()])
        elif not self._is_small(name):
            self.values[name] = None
        else:
            self._keep(node.outputs, self._results(node))
            self.values.setdefault(name, None)

    def _results(self, node: Node) -> list[np.ndarray | None]:
        inputs = [self.values.get(text) for text in node.inputs]
        unknown = any(text and value is None for text, value in zip(node.inputs, inputs))
        try:
            if node.op_type in OF_SHAPE:
                return [_of_shape(node, self.graph.tensor(node.inputs[0]))]
            if unknown:
                return [None] * len(node.outputs)
            return list(fold(node, inputs))
        except CannotFoldError:
            return [None] * len(node.outputs)

    def _keep(self, names: list[str], values: list[np.ndarray | None]) -> None:
        for name, value in zip(names, values):
            self.kept += 0 if value is None else value.size
            self.values[name] = value if value is not None and self._fits(name, value) else None

    def _fits(self, name: str, value: np.ndarray) -> bool:
        """Tell whether a value is small and has the shape that was inferred."""
        known = self.graph.tensor(name).shape
        shape = (None,) * value.ndim if known is None else known
        same = len(shape) == value.ndim and all(
            size in (None, own) for size, own in zip(shape, value.shape)
        )
        return same and value.size <= VALUE_LIMIT and self.kept <= KEPT_ELEMENTS


def _of_shape(node: Node, tensor: Tensor) -> np.ndarray:
    import numpy as np

    if tensor.shape is None or tensor.n_elements is None:
        raise CannotFoldError(node.op_type)
    if node.op_type == "Size":
        return np.array(tensor.n_elements, "int64")
    window = slice(node.attributes.get("start"), node.attributes.get("end"))
    return np.array(tensor.shape[window], "int64")
