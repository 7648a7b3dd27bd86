"""What of a graph the builder does away with before anything is placed.

Constants are computed, nodes that do nothing at run time are removed, and what only scales and
shifts the result of a convolution becomes part of its weights.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from measure.onnx_file.model import Graph, Node

RANDOM = frozenset(
    {
        "Bernoulli",
        "Multinomial",
        "RandomNormal",
        "RandomNormalLike",
        "RandomUniform",
        "RandomUniformLike",
    }
)
"""Operators whose result differs from run to run: never computed while building."""

KNOWN_WITH_SHAPES = frozenset({"Constant", "ConstantOfShape", "Shape", "Size"})
"""Operators whose result is known once all shapes are fixed, as the DLA wants them."""

QUANTIZATION = frozenset({"QuantizeLinear", "DequantizeLinear"})

WEIGHTED = frozenset({"Conv", "ConvTranspose"})

PRODUCTS = frozenset({"MatMul", "Gemm"})

ACTIVATIONS = frozenset({"Relu", "LeakyRelu", "PRelu", "Clip", "Sigmoid", "Tanh"})

FUSING = WEIGHTED | PRODUCTS | {"Add", "Sum", "BatchNormalization"}
"""Operators that TensorRT runs in one step with the activation behind them."""

CONSTANT = "constant"
UNUSED = "unused"
REMOVED = "removed"
FOLDED = "folded"
SCALES = "scales"


@dataclass
class Folding:
    """What is done while building.

    Parameters
    ----------
    static
        Names of the tensors whose values are known then.
    build_time
        Index of a node that never runs: why (constant, unused, removed, folded, scales).
    into
        Index of a folded or fused node: the node that does its work.
    stands_for
        Output of a removed node: the tensor that takes its place.
    """

    static: set[str] = field(default_factory=set)
    build_time: dict[int, str] = field(default_factory=dict)
    into: dict[int, Node] = field(default_factory=dict)
    stands_for: dict[str, str] = field(default_factory=dict)

    def resolve(self, name: str) -> str:
        """Return the tensor that takes the place of a tensor."""
        while name in self.stands_for:
            name = self.stands_for[name]
        return name


def fold(graph: Graph, *, scales_from_nodes: bool) -> Folding:
    """Return what the builder does away with.

    Parameters
    ----------
    scales_from_nodes
        Whether quantize and dequantize nodes become the INT8 scales of their tensors.
    """
    folding = Folding({tensor.name for tensor in graph.tensors.values() if tensor.constant})
    used = _used(graph)
    outputs = {tensor.name for tensor in graph.outputs}
    for node in graph.nodes:
        if node.index not in used:
            folding.build_time[node.index] = UNUSED
        elif _is_static(node, folding.static):
            folding.build_time[node.index] = CONSTANT
            folding.static.update(name for name in node.outputs if name)
        elif scales_from_nodes and is_quantization(node):
            _remove(node, folding, SCALES, node.inputs[0])
        elif _does_nothing(node, graph, outputs):
            _remove(node, folding, REMOVED, node.inputs[0])
        else:
            _absorb(node, graph, folding, outputs)
    return folding


def is_quantization(node: Node) -> bool:
    """Say whether a node quantizes or dequantizes a tensor."""
    return not node.domain and node.op_type in QUANTIZATION and any(node.inputs[:1])


def _used(graph: Graph) -> set[int]:
    """Return the indices of the nodes that a network output depends on."""
    makers: dict[int, list[Node]] = {}
    for name, nodes in graph.consumers.items():
        maker = graph.producer.get(name)
        if maker is not None:
            for node in nodes:
                makers.setdefault(node.index, []).append(maker)
    written = (graph.producer.get(tensor.name) for tensor in graph.outputs)
    waiting = [node for node in written if node is not None] if graph.outputs else graph.nodes[:]
    used = {node.index for node in waiting}
    while waiting:
        for maker in makers.get(waiting.pop().index, ()):
            if maker.index not in used:
                used.add(maker.index)
                waiting.append(maker)
    return used


def _is_static(node: Node, static: set[str]) -> bool:
    """Say whether a node's outputs are known while building."""
    if node.domain or node.op_type in RANDOM:
        return False
    if node.op_type in KNOWN_WITH_SHAPES:
        return True
    if node.subgraphs or not any(node.inputs):
        return False
    return all(name in static for name in node.inputs if name)


def _does_nothing(node: Node, graph: Graph, outputs: set[str]) -> bool:
    """Say whether a node hands its input on unchanged."""
    if node.domain or not node.inputs or not node.outputs:
        return False
    if node.op_type == "Identity":
        return True
    if node.op_type == "Dropout":
        mask_read = any(name in outputs or name in graph.consumers for name in node.outputs[1:])
        training = len(node.inputs) > 2 and node.inputs[2] and not _is_false(graph, node.inputs[2])
        return not mask_read and not training
    if node.op_type == "Cast":
        before = graph.tensor(node.inputs[0]).data_type
        return before is not None and before == graph.tensor(node.outputs[0]).data_type
    return False


def _is_false(graph: Graph, name: str) -> bool:
    """Say whether a tensor is a constant that holds no true element."""
    tensor = graph.tensor(name)
    value = tensor.value() if tensor.constant else None
    return value is not None and not value.any()


def _remove(node: Node, folding: Folding, why: str, source: str) -> None:
    """Let another tensor take the place of a node's output."""
    folding.build_time[node.index] = why
    source = folding.resolve(source)
    if source != node.outputs[0]:
        folding.stands_for[node.outputs[0]] = source


def _absorb(node: Node, graph: Graph, folding: Folding, outputs: set[str]) -> None:
    """Fold a node into the one before it, or note that the two run in one step."""
    if node.domain or not node.outputs:
        return
    makers = [_only_reader_of(node, name, graph, folding, outputs) for name in node.inputs]
    maker = next((maker for maker in makers if maker is not None), None)
    if maker is None:
        return
    constants = [name in folding.static for name in node.inputs if name]
    if node.op_type == "BatchNormalization" and maker.op_type in WEIGHTED:
        folds = makers[0] is not None and all(constants[1:]) and not any(node.outputs[1:])
        folds = folds and not node.attributes.get("training_mode")
    elif node.op_type == "Add" and maker.op_type in PRODUCTS:
        folds = constants.count(True) == 1 and _is_bias(node, graph, folding.static)
    else:
        if node.op_type in ACTIVATIONS and maker.op_type in FUSING:
            folding.into[node.index] = maker
        return
    if folds and _has_static_weights(maker, folding.static):
        folding.into[node.index] = maker
        _remove(node, folding, FOLDED, maker.outputs[0])


def _only_reader_of(
    node: Node, name: str, graph: Graph, folding: Folding, outputs: set[str]
) -> Node | None:
    """Return the node that writes an input which nothing but `node` reads."""
    original = folding.resolve(name)
    maker = graph.producer.get(original)
    if maker is None or maker.domain or maker.index in folding.build_time:
        return None
    alone = graph.consumers.get(name) == [node] and not {name, original} & outputs
    if original != name:
        alone = alone and len(graph.consumers.get(original, ())) == 1
    return maker if alone else None


def _is_bias(node: Node, graph: Graph, static: set[str]) -> bool:
    """Say whether the constant operand of a sum holds one value a column, or one in all."""
    bias = next(graph.tensor(name) for name in node.inputs if name in static)
    output = graph.tensor(node.outputs[0])
    if not bias.shape:
        return bias.shape is not None
    columns = output.shape[-1] if output.shape else None
    return columns is not None and bias.n_elements == columns == bias.shape[-1]


def _has_static_weights(node: Node, static: set[str]) -> bool:
    """Say whether all but the first input are known while building."""
    return all(name in static for name in node.inputs[1:] if name)
