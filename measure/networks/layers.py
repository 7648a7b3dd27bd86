"""The layers of a network, as an engine runs them: what each computes, reads and keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from measure.networks.builder import static
from measure.onnx_file.macs import multiply_accumulates

if TYPE_CHECKING:
    from measure.networks.builder import Network
    from measure.onnx_file.model import Graph, Node, Tensor

ACTIVATIONS = ("Relu", "Clip")


@dataclass(frozen=True)
class Layer:
    """One layer at batch 1, with the activation that is computed in the same step.

    Parameters
    ----------
    inputs
        Names of the layers that it reads; empty for the network's input.
    shares_weights_with
        The first layer with the same weights, empty where there is none before it.
    parameters
        Weights and biases that no layer before it has.
    weight_values
        Weights that it multiplies with, biases left out, shared or not.
    input_values, output_values
        Values that it reads and makes.
    sparse
        Whether half of its weights are zero in the sparse variant.
    """

    index: int
    name: str
    operator: str
    activation: str
    inputs: tuple[str, ...]
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    kernel: int
    stride: int
    groups: int
    shares_weights_with: str
    macs: int
    parameters: int
    weight_values: int
    input_values: int
    output_values: int
    sparse: bool


@dataclass(frozen=True)
class Totals:
    """A network at batch 1 as a whole.

    Parameters
    ----------
    weight_values
        Weights without biases, each once.
    activation_values
        What all layers read and make.
    largest_activation
        Values of the largest tensor between two layers.
    sparse_macs
        Operations of the layers that have half of their weights left in the sparse variant.
    """

    layers: int
    convolutions: int
    outputs: int
    macs: int
    parameters: int
    weight_values: int
    activation_values: int
    largest_activation: int
    sparse_macs: int


def layers_of(network: Network) -> list[Layer]:
    """Return the layers of a network in the order in which they run."""
    graph = network.graph
    maker: dict[str, str] = {}
    owner: dict[str, str] = {}
    layers: list[Layer] = []
    fused = set()
    for node in graph.nodes:
        if node.name in fused:
            continue
        activation = fused_activation(node.outputs[0], graph)
        if activation is not None:
            fused.add(activation.name)
        made = activation.outputs[0] if activation else node.outputs[0]
        maker[made] = node.name
        layers.append(_layer(len(layers) + 1, node, activation, network, maker, owner))
    return layers


def totals_of(network: Network) -> Totals:
    """Return the sums over the layers of a network."""
    layers = layers_of(network)
    return Totals(
        layers=len(layers),
        convolutions=sum(layer.operator == "Conv" for layer in layers),
        outputs=len(network.graph.outputs),
        macs=sum(layer.macs for layer in layers),
        parameters=sum(layer.parameters for layer in layers),
        weight_values=sum(layer.weight_values for layer in layers if not layer.shares_weights_with),
        activation_values=sum(layer.input_values + layer.output_values for layer in layers),
        largest_activation=max(layer.output_values for layer in layers),
        sparse_macs=sum(layer.macs for layer in layers if layer.sparse),
    )


def fused_activation(name: str, graph: Graph) -> Node | None:
    """Return the activation that runs in one step with the layer that makes a tensor."""
    readers = graph.consumers.get(name, [])
    fits = len(readers) == 1 and readers[0].op_type in ACTIVATIONS
    return readers[0] if fits and readers[0].name == f"{name}.relu" else None


def _layer(
    index: int,
    node: Node,
    activation: Node | None,
    network: Network,
    maker: dict[str, str],
    owner: dict[str, str],
) -> Layer:
    graph = network.graph
    read = [name for name in node.inputs if name and not graph.tensor(name).constant]
    weights = next((name for name in node.inputs if name in network.filters), "")
    first = owner.setdefault(weights, node.name) if weights else node.name
    own = [graph.tensor(name) for name in node.inputs[1:]] if weights and first == node.name else []
    output = graph.tensor(node.outputs[0])
    return Layer(
        index=index,
        name=node.name,
        operator=node.op_type,
        activation=activation.op_type if activation else "",
        inputs=tuple(maker[name] for name in read if name in maker),
        input_shape=static(graph.tensor(read[0]).shape),
        output_shape=static(output.shape),
        kernel=node.attributes.get("kernel_shape", [0])[0],
        stride=node.attributes.get("strides", [0])[0],
        groups=node.attributes.get("group", 0),
        shares_weights_with="" if first == node.name else first,
        macs=multiply_accumulates(node, graph) or 0,
        parameters=sum(map(_values, own)),
        weight_values=_values(graph.tensor(weights)) if weights else 0,
        input_values=sum(_values(graph.tensor(name)) for name in read),
        output_values=_values(output),
        sparse=bool(weights) and network.filters[weights].can_be_sparse,
    )


def _values(tensor: Tensor) -> int:
    return tensor.n_elements or 0
