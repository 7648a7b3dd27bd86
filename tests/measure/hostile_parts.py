"""Parts of models that are trouble: tensors, nodes, names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import onnx
from onnx import GraphProto, TensorProto, helper

if TYPE_CHECKING:
    from collections.abc import Sequence

FLOAT, INT64, STRING, BOOL = (
    TensorProto.FLOAT,
    TensorProto.INT64,
    TensorProto.STRING,
    TensorProto.BOOL,
)
IMAGE = [1, 8, 16, 16]
LARGEST = 2**63 - 1

NASTY_NAMES = {
    "quotes": "a'b\"c`d",
    "newlines": "first\nsecond\r\nthird\u2028fourth\x85fifth",
    "markup": "</code><script>alert(1)</script><img src=x onerror=alert(1)>&amp;{{ x }}",
    "attribute": '" onmouseover="alert(1)" x="',
    "escapes": "\x1b[31mred\x1b[0m\x1b]0;title\x07\x08\x08",
    "right-to-left": "abc\u202edef\u2066ghi\u200fjkl",
    "shell": "$(touch /tmp/x); rm -rf ~ | `id` && a b",
    "format": "{0} %s %n {value} \\x41",
    "nothing": " ",
    "zero": "a\x00b",
    "long": "long-" * 12_000,
}


def info(
    name: str, shape: Sequence[int | str | None] | None = IMAGE, kind: int = FLOAT
) -> onnx.ValueInfoProto:
    """Return the description of a tensor."""
    return helper.make_tensor_value_info(name, kind, shape)


def relu(source: str, result: str, name: str = "") -> onnx.NodeProto:
    """Return a node that runs anywhere."""
    return helper.make_node("Relu", [source], [result], name=name)


def model_of(
    nodes: Sequence[onnx.NodeProto],
    inputs: Sequence[onnx.ValueInfoProto] = (),
    outputs: Sequence[onnx.ValueInfoProto] = (),
    *,
    initializers: Sequence[onnx.TensorProto] = (),
    domains: Sequence[str] = (),
    opset: int = 17,
    **more: Any,
) -> onnx.ModelProto:
    """Return a model of these nodes; inputs and outputs are those of a chain if left out."""
    graph = helper.make_graph(
        list(nodes),
        "graph",
        list(inputs) or [info("x")],
        list(outputs) or [info("y", None)],
        list(initializers),
    )
    opsets = [helper.make_opsetid("", opset), *(helper.make_opsetid(name, 1) for name in domains)]
    return helper.make_model(graph, opset_imports=opsets, **{"ir_version": 10, **more})


def named(name: str) -> onnx.ModelProto:
    """Return a model in which everything that can have a name has this one."""
    nodes = [
        relu(name, f"{name}1", name),
        helper.make_node(name, [f"{name}1"], [f"{name}2"], name=f"{name}2"),
        helper.make_node("Erf", [f"{name}1"], [f"{name}3"], name=name, domain=name),
        helper.make_node("Erf", [f"{name}1"], [f"{name}4"], name=f"{name}3", **{name: name}),
        helper.make_node("Resize", [f"{name}1"], [f"{name}5"], name=f"{name}4", mode=name),
    ]
    model = model_of(
        nodes,
        [info(name, [1, name, 16, 16])],
        [info(f"{name}{number}", None) for number in (2, 3, 4, 5)],
        domains=[name],
        producer_name=name,
        doc_string=name,
    )
    model.graph.name = name
    return model


def subgraph(nodes: Sequence[onnx.NodeProto], inputs: Sequence[str], output: str) -> GraphProto:
    """Return a graph within a graph."""
    return helper.make_graph(
        list(nodes), "body", [info(name, None) for name in inputs], [info(output, None)]
    )
