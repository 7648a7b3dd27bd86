"""Joining nodes: order, cycles, what nobody writes, and subgraphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from onnx import helper

from measure.errors import UserError
from measure.onnx_file import read_model
from tests.measure.onnx_file.examples import BOOL, FLOAT, INT64, integers, value, weights

if TYPE_CHECKING:
    import onnx

    from tests.measure.onnx_file.conftest import WriteModel


def test_nodes_out_of_order_are_sorted(write_model: WriteModel) -> None:
    """Each node comes after those whose results it reads."""
    nodes = [
        helper.make_node("Add", ["b", "a"], ["y"], name="last"),
        helper.make_node("Relu", ["a"], ["b"], name="middle"),
        helper.make_node("Relu", ["x"], ["a"], name="first"),
    ]
    path = write_model(nodes, [value("x", [1, 3])], [value("y", None)])

    graph = read_model(path).graph

    assert [node.name for node in graph.nodes] == ["first", "middle", "last"]
    assert [node.index for node in graph.nodes] == [0, 1, 2]
    assert graph.tensor("y").shape == (1, 3)
    assert graph.producer["b"].name == "middle"
    assert [node.name for node in graph.consumers["a"]] == ["middle", "last"]


def test_order_of_the_file_is_kept_when_it_works(write_model: WriteModel) -> None:
    """Branches are not interleaved anew."""
    names = ["b1", "a1", "a2", "b2"]
    reads = {"b1": "x", "a1": "x", "a2": "a1", "b2": "b1"}
    nodes = [helper.make_node("Relu", [reads[name]], [name], name=name) for name in names]
    path = write_model(nodes, [value("x", [1])], [value("a2", None), value("b2", None)])

    assert names == [node.name for node in read_model(path).graph.nodes]


def test_cycle_is_named(write_model: WriteModel) -> None:
    """The error names the nodes of the cycle, not those before or behind it."""
    nodes = [
        helper.make_node("Relu", ["x"], ["before"], name="entry"),
        helper.make_node("Add", ["before", "b"], ["a"], name="knot"),
        helper.make_node("Relu", ["a"], ["b"], name="loop back"),
        helper.make_node("Relu", ["b"], ["y"], name="exit"),
    ]
    path = write_model(nodes, [value("x", [1])], [value("y", None)])

    with pytest.raises(UserError, match="cycle") as caught:
        read_model(path)

    assert "cycle of 2" in str(caught.value)
    assert "'knot'" in str(caught.value)
    assert "'loop back'" in str(caught.value)
    assert "exit" not in str(caught.value)


def test_node_that_reads_itself(write_model: WriteModel) -> None:
    """The shortest cycle has one node."""
    path = write_model(
        [helper.make_node("Add", ["x", "y"], ["y"], name="self")],
        [value("x", [1])],
        [value("y", None)],
    )

    with pytest.raises(UserError, match=r"cycle of 1.*'self'"):
        read_model(path)


def test_tensor_that_nobody_writes(write_model: WriteModel) -> None:
    """The error names the tensor and the node that reads it."""
    path = write_model(
        [helper.make_node("Add", ["x", "lost"], ["y"], name="sum")],
        [value("x", [1])],
        [value("y", None)],
    )

    with pytest.raises(UserError, match=r"node 'sum' reads tensor 'lost'"):
        read_model(path)


def test_output_that_nobody_writes(write_model: WriteModel) -> None:
    """An output of the model that is not there is an error, too."""
    path = write_model(
        [helper.make_node("Relu", ["x"], ["y"])], [value("x", [1])], [value("z", None)]
    )

    with pytest.raises(UserError, match=r"the model's output is tensor 'z'"):
        read_model(path)


def test_tensor_that_is_written_twice(write_model: WriteModel) -> None:
    """Two nodes must not write the same tensor."""
    nodes = [helper.make_node("Relu", ["x"], ["y"], name=name) for name in ("one", "two")]
    path = write_model(nodes, [value("x", [1])], [value("y", None)])

    with pytest.raises(UserError, match=r"'y' is written more than once.*'two'"):
        read_model(path)


def test_inputs_with_a_value_are_no_inputs(write_model: WriteModel) -> None:
    """Initializers that are listed as inputs, as old exporters do, are constants."""
    path = write_model(
        [helper.make_node("Add", ["x", "w"], ["y"])],
        [value("x", [1, 3]), value("w", [3])],
        [value("y", None)],
        [weights("w", 3)],
    )

    graph = read_model(path).graph

    assert [tensor.name for tensor in graph.inputs] == ["x"]
    assert graph.tensor("w").constant


def branch(name: str, reads: str) -> onnx.GraphProto:
    """Return a branch of one node that reads a tensor from outside."""
    node = helper.make_node("Relu", [reads], [name], name=f"node {name}")
    return helper.make_graph([node], name, [], [value(name, None)])


def test_subgraphs_read_what_is_around_them(write_model: WriteModel) -> None:
    """Branches of an If read outer tensors, and the If has to wait for these."""
    nodes = [
        helper.make_node(
            "If", ["c"], ["y"], then_branch=branch("t", "late"), else_branch=branch("e", "x")
        ),
        helper.make_node("Relu", ["x"], ["late"], name="needed"),
    ]
    path = write_model(nodes, [value("x", [1, 3]), value("c", [], BOOL)], [value("y", None)])

    graph = read_model(path).graph

    assert [node.name for node in graph.nodes] == ["needed", "If_1"]
    assert [node.name for node in graph.consumers["late"]] == ["If_1"]
    inner = graph.nodes[1].attributes["then_branch"]
    assert inner.tensor("t").shape == (1, 3)
    assert inner.tensor("late").shape == (1, 3)
    assert graph.tensor("y").shape == (1, 3)


def test_subgraph_that_reads_nothing_known(write_model: WriteModel) -> None:
    """A name that neither the branch nor anything around it knows is an error."""
    nodes = [
        helper.make_node(
            "If",
            ["c"],
            ["y"],
            name="if",
            then_branch=branch("t", "x"),
            else_branch=branch("e", "?"),
        )
    ]
    path = write_model(nodes, [value("x", [1]), value("c", [], BOOL)], [value("y", None)])

    with pytest.raises(UserError, match=r"node 'if' reads tensor '\?'"):
        read_model(path)


def test_loop(write_model: WriteModel) -> None:
    """The body of a loop has inputs of its own, and graphs within it."""
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go"], ["go_on"]),
            helper.make_node("Add", ["state", "outside"], ["state_out"]),
        ],
        "body",
        [value("i", [], INT64), value("go", [], BOOL), value("state", [2], FLOAT)],
        [value("go_on", [], BOOL), value("state_out", [2], FLOAT)],
    )
    path = write_model(
        [helper.make_node("Loop", ["n", "c", "x"], ["y"], body=body)],
        [value("x", [2]), value("c", [], BOOL), value("outside", [2])],
        [value("y", None)],
        [integers("n", 5)],
    )

    graph = read_model(path).graph

    body_read = graph.nodes[0].attributes["body"]
    assert body_read.outer == ["outside"]
    assert body_read.tensor("state_out").shape == (2,)
    assert graph.tensor("y").data_type == "float32"
