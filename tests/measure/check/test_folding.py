"""What the builder does away with is neither placed nor counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from measure.check.folding import Folding, fold
from measure.check.view import view_network
from tests.measure.check.networks import Network

if TYPE_CHECKING:
    from measure.onnx_file.model import Graph


def folded(graph: Graph, *, scales_from_nodes: bool = False) -> dict[str, str]:
    """Return name and cause of the nodes that are done away with."""
    folding = fold(graph, scales_from_nodes=scales_from_nodes)
    return {
        node.name: folding.build_time[node.index]
        for node in graph.nodes
        if node.index in folding.build_time
    }


def left(graph: Graph, folding: Folding) -> list[tuple[str, list[str]]]:
    """Return what is left to run: names of nodes and what they read."""
    view = view_network(graph, folding)
    return [(node.name, reads) for node, reads in zip(view.nodes, view.reads, strict=True)]


def test_arithmetic_on_shapes_is_done_while_building() -> None:
    """Shape, and what is computed from it alone, never runs."""
    network = Network()
    x = network.input()
    shape = network.add("Shape", [x], "shape", (4,), "int64")
    first = network.add("Gather", [shape, network.constant("zero", np.int64(0))], "first", ())
    y = network.add("Reshape", [x, first], "y", (1, 2048))
    graph = network.graph(y)

    assert folded(graph) == {"Shape": "constant", "First": "constant"}
    assert left(graph, fold(graph, scales_from_nodes=False)) == [("Y", ["x"])]


def test_random_values_are_drawn_at_run_time() -> None:
    """A node without inputs is no constant when its result differs from run to run."""
    network = Network()
    network.add("RandomNormal", [], "y", shape=(1, 8, 16, 16))

    assert folded(network.graph("y")) == {}


@pytest.mark.parametrize("op_type", ["Identity", "Dropout"])
def test_nodes_that_do_nothing_are_removed(op_type: str) -> None:
    """The node behind a removed one reads the tensor before it."""
    network = Network()
    a = network.conv(network.input(), "a")
    b = network.add(op_type, [a], "b")
    c = network.add(op_type, [b], "c")
    graph = network.graph(network.add("Relu", [c], "y"))

    assert folded(graph) == {"B": "removed", "C": "removed"}
    assert left(graph, fold(graph, scales_from_nodes=False)) == [("A", ["x"]), ("Y", ["a"])]


def test_dropout_whose_mask_is_read_stays() -> None:
    """The mask would be gone with the node."""
    network = Network()
    network.add("Dropout", [network.input()], "y")
    network.nodes[0].outputs.append("mask")

    assert folded(network.graph("y", "mask")) == {}
    assert folded(network.graph("y")) == {"Y": "removed"}


def test_cast_to_the_same_type_is_removed() -> None:
    """A cast that changes the type stays."""
    network = Network()
    same = network.add("Cast", [network.input()], "same", to=1)
    graph = network.graph(network.add("Cast", [same], "y", kind="float16", to=10))

    assert folded(graph) == {"Same": "removed"}


def test_nodes_nobody_asks_for_are_dropped() -> None:
    """A node no output depends on isn't built."""
    network = Network()
    x = network.input()
    network.add("Erf", [x], "unused")

    assert folded(network.graph(network.add("Relu", [x], "y"))) == {"Unused": "unused"}


class TestBatchNormalization:
    def network(self) -> tuple[Network, str, list[str]]:
        """Return a convolution and the parameters of a normalization."""
        network = Network()
        conv = network.conv(network.input(), "conv")
        return network, conv, [network.weights(name, 8) for name in ("s", "b", "m", "v")]

    def test_goes_into_the_convolution_before(self) -> None:
        """Its scale and shift become weights; the activation behind runs with the convolution."""
        network, conv, parameters = self.network()
        norm = network.add("BatchNormalization", [conv, *parameters], "norm")
        graph = network.graph(network.add("Relu", [norm], "y"))
        folding = fold(graph, scales_from_nodes=False)

        assert folded(graph) == {"Norm": "folded"}
        assert {index: node.name for index, node in folding.into.items()} == {1: "Conv", 2: "Conv"}
        assert left(graph, folding) == [("Conv", ["x"]), ("Y", ["conv"])]

    def test_stays_where_another_node_reads_the_convolution(self) -> None:
        """The result without normalization is still wanted."""
        network, conv, parameters = self.network()
        norm = network.add("BatchNormalization", [conv, *parameters], "norm")

        assert folded(network.graph(norm, network.add("Relu", [conv], "y"))) == {}
        assert "Norm" not in folded(network.graph(norm, conv))

    def test_stays_where_there_is_no_convolution_before(self) -> None:
        """It is then a layer of its own."""
        network, _, parameters = self.network()

        assert "Norm" not in folded(
            network.graph(network.add("BatchNormalization", ["x", *parameters], "norm"))
        )

    def test_of_training_stays(self) -> None:
        """Its mean and variance are those of the data."""
        network, conv, parameters = self.network()
        network.add("BatchNormalization", [conv, *parameters], "y", training_mode=1)

        assert folded(network.graph("y")) == {}


def test_a_bias_goes_into_the_product_before() -> None:
    """One value a column is the bias of a product with constant weights; a matrix is none."""
    network = Network()
    product = network.add(
        "MatMul", [network.input(shape=(4, 8)), network.weights("w", 8, 5)], "a", (4, 5)
    )
    network.add("Add", [network.weights("bias", 5), product], "y", (4, 5))

    assert folded(network.graph("y")) == {"Y": "folded"}

    network.nodes[-1].inputs[0] = network.weights("matrix", 4, 5)

    assert folded(network.graph("y")) == {}


def test_quantize_nodes_become_scales_where_they_are_not_accepted() -> None:
    """Up to TensorRT 10 the DLA takes scales; later quantize nodes stay."""
    network = Network()
    a = network.conv(network.input(), "a")
    parameters = [network.constant("scale", np.float32(0.5)), network.constant("zero", np.int8(0))]
    q = network.add("QuantizeLinear", [a, *parameters], "q", kind="int8")
    graph = network.graph(
        network.add("Relu", [network.add("DequantizeLinear", [q, *parameters], "d")], "y")
    )

    assert folded(graph, scales_from_nodes=True) == {"Q": "scales", "D": "scales"}
    assert left(graph, fold(graph, scales_from_nodes=True))[-1] == ("Y", ["a"])
    assert folded(graph) == {}


def test_an_output_that_is_removed_is_the_tensor_before() -> None:
    """The runtime hands out the tensor under the name the model gives it."""
    network = Network()
    graph = network.graph(network.add("Identity", [network.conv(network.input(), "a")], "y"))

    assert view_network(graph, fold(graph, scales_from_nodes=False)).outputs == {"y": "a"}


def test_a_name_written_twice_does_no_harm() -> None:
    """An invalid model that writes a tensor twice ends in a view, not in a hang."""
    network = Network()
    x = network.input()
    network.add("Identity", [x], "a")
    network.add("Identity", ["a"], "x")
    network.add("Identity", ["x"], "a")

    assert (
        view_network(network.graph("a"), fold(network.graph("a"), scales_from_nodes=False)).nodes
        == []
    )
