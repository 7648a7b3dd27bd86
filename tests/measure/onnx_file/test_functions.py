"""Operators that a model defines itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import onnx
import pytest
from onnx import helper

from measure.errors import UserError
from measure.onnx_file import read_model
from measure.onnx_file.reader import NODE_LIMIT
from tests.measure.onnx_file.examples import BOOL, value

if TYPE_CHECKING:
    from pathlib import Path

    from tests.measure.onnx_file.conftest import WriteModel

OPSETS = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]


def function(
    name: str, nodes: list[onnx.NodeProto], attributes: tuple[str, ...] = ()
) -> onnx.FunctionProto:
    """Return a function from ``a`` to ``b``."""
    return helper.make_function("own", name, ["a"], ["b"], nodes, OPSETS, list(attributes))


def call(name: str, reads: str, writes: str, **attributes: Any) -> onnx.NodeProto:
    """Return a node that calls a function."""
    return helper.make_node(
        name, [reads], [writes], name=f"call {writes}", domain="own", **attributes
    )


def leaky(reference: str) -> onnx.NodeProto:
    """Return a node whose slope is an attribute of the function around it."""
    node = helper.make_node("LeakyRelu", ["a"], ["t"])
    node.attribute.append(
        onnx.AttributeProto(name="alpha", type=onnx.AttributeProto.FLOAT, ref_attr_name=reference)
    )
    return node


def write(write_model: WriteModel, nodes: list[onnx.NodeProto], *own: onnx.FunctionProto) -> Path:
    """Return the path of a model from ``x`` to ``y``."""
    return write_model(nodes, [value("x", [2, 3])], [value("y", None)], functions=own)


def test_calls_are_replaced_by_what_they_stand_for(write_model: WriteModel) -> None:
    """Two calls become two bodies, with tensors and names of their own."""
    body = [leaky("slope"), helper.make_node("Relu", ["t"], ["b"])]
    path = write(
        write_model,
        [call("Twice", "x", "m", slope=0.5), call("Twice", "m", "y", slope=0.25)],
        function("Twice", body, ("slope",)),
    )

    graph = read_model(path).graph

    assert [node.op_type for node in graph.nodes] == ["LeakyRelu", "Relu"] * 2
    assert [node.attributes for node in graph.nodes] == [{"alpha": 0.5}, {}, {"alpha": 0.25}, {}]
    assert graph.nodes[1].outputs == ["m"]
    assert graph.nodes[2].inputs == ["m"]
    assert len({node.name for node in graph.nodes}) == 4
    assert all(tensor.shape == (2, 3) for tensor in graph.tensors.values())


def test_attribute_that_the_call_leaves_out(write_model: WriteModel) -> None:
    """The function's default counts, and without one the operator's."""
    with_default = function("Default", [leaky("slope"), helper.make_node("Relu", ["t"], ["b"])])
    with_default.attribute_proto.append(helper.make_attribute("slope", 0.125))
    without = function("None", [leaky("slope"), helper.make_node("Relu", ["t"], ["b"])], ("slope",))
    path = write(
        write_model, [call("Default", "x", "m"), call("None", "m", "y")], with_default, without
    )

    graph = read_model(path).graph

    assert graph.nodes[0].attributes == {"alpha": 0.125}
    assert graph.nodes[2].attributes == {}


def test_functions_within_functions_and_graphs(write_model: WriteModel) -> None:
    """A call in a branch of a function that another function calls is replaced as well."""
    inner = function("Inner", [helper.make_node("Relu", ["a"], ["b"])])
    branches = {
        key: helper.make_graph([call("Inner", "a", key)], key, [], [value(key, None)])
        for key in ("then_branch", "else_branch")
    }
    condition = helper.make_node(
        "Constant", [], ["c"], value=helper.make_tensor("c", BOOL, [], [True])
    )
    outer = function("Outer", [condition, helper.make_node("If", ["c"], ["b"], **branches)])
    path = write(write_model, [call("Outer", "x", "y")], inner, outer)

    graph = read_model(path).graph

    assert [node.op_type for node in graph.nodes] == ["Constant", "If"]
    for subgraph in graph.nodes[1].subgraphs:
        assert [node.op_type for node in subgraph.nodes] == ["Relu"]
        assert subgraph.nodes[0].inputs == ["x"]
        assert subgraph.outputs[0].shape == (2, 3)
    assert graph.tensor("y").shape == (2, 3)


def test_function_that_calls_itself(write_model: WriteModel) -> None:
    """Recursion is refused, also in a circle of two."""
    ping, pong = (
        function("Ping", [call("Pong", "a", "b")]),
        function("Pong", [call("Ping", "a", "b")]),
    )
    path = write(write_model, [call("Ping", "x", "y")], ping, pong)

    with pytest.raises(UserError, match="function 'Ping' calls itself"):
        read_model(path)


def test_functions_that_explode(write_model: WriteModel) -> None:
    """Twenty functions of two calls each would be a million nodes."""
    functions = [function("F0", [helper.make_node("Relu", ["a"], ["b"])])]
    for level in range(1, 21):
        nodes = [call(f"F{level - 1}", "a", "t"), call(f"F{level - 1}", "t", "b")]
        functions.append(function(f"F{level}", nodes))
    path = write(write_model, [call("F20", "x", "y")], *functions)

    with pytest.raises(UserError, match=f"more than {NODE_LIMIT} nodes"):
        read_model(path)


def test_functions_nested_too_deep(write_model: WriteModel) -> None:
    """A chain of a thousand functions ends with an error, not with the stack."""
    functions = [function(f"F{level}", [call(f"F{level + 1}", "a", "b")]) for level in range(1000)]
    functions.append(function("F1000", [helper.make_node("Relu", ["a"], ["b"])]))
    path = write(write_model, [call("F0", "x", "y")], *functions)

    with pytest.raises(UserError, match="functions call functions more than"):
        read_model(path)


def test_call_with_too_many_inputs(write_model: WriteModel) -> None:
    """A call that does not fit its function is an error that names the node."""
    node = helper.make_node("F", ["x", "x"], ["y"], name="misfit", domain="own")
    path = write(write_model, [node], function("F", [helper.make_node("Relu", ["a"], ["b"])]))

    with pytest.raises(UserError, match="'misfit' gives function 'F' more inputs"):
        read_model(path)
