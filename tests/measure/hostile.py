"""Models that are trouble: odd, damaged or hostile, each made on the spot."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import AttributeProto, GraphProto, TensorProto, helper, numpy_helper

from measure.onnx_file import encode
from tests.measure.hostile_parts import (
    BOOL,
    FLOAT,
    IMAGE,
    INT64,
    LARGEST,
    NASTY_NAMES,
    STRING,
    info,
    model_of,
    named,
    relu,
    subgraph,
)

Maker = Callable[[], onnx.ModelProto]


def branch(depth: int = 0) -> onnx.NodeProto:
    """Return a choice between two graphs, nested so often."""
    inner = branch(depth - 1) if depth else relu("x", "y")
    return helper.make_node(
        "If",
        ["c"],
        ["y"],
        then_branch=subgraph([inner], [], "y"),
        else_branch=subgraph([relu("x", "y")], [], "y"),
    )


def loop() -> onnx.ModelProto:
    """Return a loop around a scan."""
    scan = helper.make_node(
        "Scan",
        ["carried"],
        ["scanned"],
        num_scan_inputs=1,
        body=subgraph([relu("slice", "slice_out")], ["slice"], "slice_out"),
    )
    body = helper.make_graph(
        [scan, helper.make_node("Identity", ["go"], ["go_on"])],
        "body",
        [info("round", [], INT64), info("go", [], BOOL), info("carried")],
        [info("go_on", [], BOOL), info("scanned", None)],
    )
    node = helper.make_node("Loop", ["n", "c", "x"], ["y"], body=body)
    return model_of([node], [info("x"), info("n", [], INT64), info("c", [], BOOL)])


def functions(*, recursive: bool) -> onnx.ModelProto:
    """Return a model with functions of its own, which may call each other without end."""
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]
    last = helper.make_node("Outer", ["a"], ["b"], domain="own") if recursive else relu("a", "b")
    made = [
        helper.make_function(
            "own",
            "Outer",
            ["a"],
            ["b"],
            [helper.make_node("Inner", ["a"], ["b"], domain="own")],
            opsets,
        ),
        helper.make_function("own", "Inner", ["a"], ["b"], [last], opsets),
    ]
    node = helper.make_node("Outer", ["x"], ["y"], domain="own")
    return model_of([node], domains=["own"], functions=made)


def exponential_functions(depth: int = 40) -> onnx.ModelProto:
    """Return functions that each call the next twice: more nodes than fit in any memory."""
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]
    made = []
    for level in range(depth):
        name = f"F{level + 1}"
        nodes = [
            helper.make_node(name, ["a"], ["m"], domain="own"),
            helper.make_node(name, ["m"], ["b"], domain="own"),
        ]
        made.append(helper.make_function("own", f"F{level}", ["a"], ["b"], nodes, opsets))
    made.append(helper.make_function("own", f"F{depth}", ["a"], ["b"], [relu("a", "b")], opsets))
    node = helper.make_node("F0", ["x"], ["y"], domain="own")
    return model_of([node], domains=["own"], functions=made)


def sequences() -> onnx.ModelProto:
    """Return a model with sequence and optional types."""
    sequence = helper.make_tensor_sequence_value_info("s", FLOAT, None)
    optional = helper.make_value_info(
        "o", helper.make_optional_type_proto(helper.make_tensor_type_proto(FLOAT, IMAGE))
    )
    nodes = [
        helper.make_node("SequenceConstruct", ["x", "x"], ["made"]),
        helper.make_node("ConcatFromSequence", ["made"], ["c"], axis=1),
        helper.make_node("OptionalGetElement", ["o"], ["e"]),
        helper.make_node("SequenceLength", ["s"], ["l"]),
        helper.make_node("Add", ["c", "e"], ["y"]),
    ]
    return model_of(nodes, [info("x"), sequence, optional], [info("y", None), info("l", [], INT64)])


def strings() -> onnx.ModelProto:
    """Return a model with texts as tensors."""
    words = TensorProto(name="words", data_type=STRING, dims=[2])
    words.string_data.extend([b"\xff\xfe", "日本".encode()])
    nodes = [
        helper.make_node("StringNormalizer", ["words"], ["lower"]),
        helper.make_node("Equal", ["lower", "s"], ["same"]),
        helper.make_node("Cast", ["same"], ["y"], to=FLOAT),
        helper.make_node("Constant", [], ["k"], value_strings=["a", "b"]),
    ]
    outputs = [info("y", None), info("k", None, STRING)]
    return model_of(nodes, [info("s", [2], STRING)], outputs, initializers=[words], opset=19)


def sized(*shape: int | str | None) -> onnx.ModelProto:
    """Return convolution, pooling and arithmetic on an input of some shape."""
    weights = numpy_helper.from_array(np.zeros((8, 8, 3, 3), "float32"), "w")
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], name="conv"),
        helper.make_node("MaxPool", ["x"], ["p"], kernel_shape=[2, 2], name="pool"),
        helper.make_node("Softmax", ["x"], ["s"], name="softmax"),
        helper.make_node("Flatten", ["x"], ["f"], name="flatten"),
        helper.make_node("Transpose", ["x"], ["t"], name="transpose"),
        helper.make_node("Add", ["x", "x"], ["a"], name="add"),
        helper.make_node("Concat", ["x", "x"], ["k"], axis=1, name="concat"),
        helper.make_node("GlobalAveragePool", ["x"], ["g"], name="global"),
    ]
    outputs = [info(name, None) for name in "cpsftakg"]
    return model_of(nodes, [info("x", shape)], outputs, initializers=[weights])


def chain(length: int) -> onnx.ModelProto:
    """Return one long line of nodes, with fallbacks on the way."""
    nodes = [
        helper.make_node(
            "Erf" if number % 100 == 99 else "Relu", [f"t{number}"], [f"t{number + 1}"]
        )
        for number in range(length)
    ]
    return model_of(nodes, [info("t0")], [info(f"t{length}", None)])


def wide(width: int) -> onnx.ModelProto:
    """Return a node with very many inputs, each made by a node of its own."""
    nodes = [relu("x", f"t{number}") for number in range(width)]
    nodes.append(helper.make_node("Concat", [n.output[0] for n in nodes], ["y"], axis=1))
    return model_of(nodes)


def same_names() -> onnx.ModelProto:
    """Return nodes that are called alike."""
    return model_of([relu("x", "a", "same"), relu("a", "b", "same"), relu("b", "y", "same")])


def same_tensors() -> onnx.ModelProto:
    """Return two nodes that write one tensor."""
    return model_of([relu("x", "y", "one"), relu("x", "y", "two")])


def same_inputs() -> onnx.ModelProto:
    """Return a model whose input is named twice."""
    return model_of([relu("x", "y")], [info("x"), info("x", [1, 4])], [info("y", None), info("y")])


def shadowed() -> onnx.ModelProto:
    """Return a model in which a node writes what is an input."""
    return model_of([relu("x", "x")], [info("x")], [info("x")])


def cycle() -> onnx.ModelProto:
    """Return nodes that wait for each other."""
    return model_of([relu("b", "a"), relu("a", "b"), relu("x", "y")])


def missing_tensor() -> onnx.ModelProto:
    """Return a node that reads what nobody makes."""
    return model_of([helper.make_node("Add", ["x", "nobody"], ["y"])])


def without_outputs() -> onnx.ModelProto:
    """Return a graph that gives nothing."""
    model = model_of([relu("x", "y")])
    del model.graph.output[:]
    return model


def empty_graph() -> onnx.ModelProto:
    """Return a graph without anything."""
    return onnx.ModelProto(
        ir_version=10,
        graph=GraphProto(name="empty"),
        opset_import=[helper.make_opsetid("", 17)],
    )


def passed_on() -> onnx.ModelProto:
    """Return a graph that hands its input on without a node."""
    model = model_of([], [info("x")], [info("x")])
    del model.graph.node[:]
    return model


def custom_domain() -> onnx.ModelProto:
    """Return operators of somebody else."""
    nodes = [
        helper.make_node("Mystery", ["x"], ["m"], domain="com.example", blob=b"\xff\x00"),
        helper.make_node("Conv", ["m", "m"], ["y"], domain="com.microsoft"),
    ]
    return model_of(nodes, domains=["com.example", "com.microsoft"])


def undeclared_domain() -> onnx.ModelProto:
    """Return an operator of a domain of which the model names no version."""
    return model_of([helper.make_node("Mystery", ["x"], ["y"], domain="nobody.knows")])


def opset(version: int) -> onnx.ModelProto:
    """Return common operators in a version of the operator set."""
    weights = numpy_helper.from_array(np.zeros((8, 8, 3, 3), "float32"), "w")
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        relu("c", "r"),
        helper.make_node("MaxPool", ["r"], ["y"], kernel_shape=[2, 2], strides=[2, 2]),
    ]
    return model_of(nodes, initializers=[weights], opset=version)


def newer_format() -> onnx.ModelProto:
    """Return a model of a format that is not yet made."""
    return model_of([relu("x", "y")], ir_version=1000)


def attributes_of_wrong_type() -> onnx.ModelProto:
    """Return nodes whose attributes are anything but what they should be."""
    tensor = numpy_helper.from_array(np.zeros((2, 2), "float32"))
    wrong: list[Any] = ["text", 1.5, -1, [1.5, 2.5], ["a", "b"], tensor, [2**62] * 3, [-5]]
    wrong.append(subgraph([relu("x", "y")], [], "y"))
    names = ["kernel_shape", "strides", "pads", "dilations", "group", "axis", "auto_pad", "mode"]
    nodes: list[onnx.NodeProto] = []
    for operator in ("Conv", "MaxPool", "AveragePool", "Softmax", "Concat", "Resize", "Transpose"):
        for value in wrong:
            attributes = dict.fromkeys([*names, "perm", "axes", "alpha"], value)
            output = f"t{len(nodes)}"
            nodes.append(helper.make_node(operator, ["x", "w", "x"], [output], **attributes))
    weights = numpy_helper.from_array(np.zeros((8, 8, 3, 3), "float32"), "w")
    outputs = [info(node.output[0], None) for node in nodes]
    return model_of(nodes, [info("x")], outputs, initializers=[weights])


def attributes_without_value() -> onnx.ModelProto:
    """Return attributes that name a type and nothing else."""
    node = helper.make_node("Conv", ["x", "x"], ["y"])
    for kind in (*AttributeProto.AttributeType.values(), 99):
        attribute = AttributeProto(name=f"a{kind}")
        attribute.ParseFromString(encode.text(1, f"a{kind}") + encode.integer(20, kind))
        node.attribute.append(attribute)
    node.attribute.append(AttributeProto(name="kernel_shape", type=AttributeProto.INTS))
    return model_of([node])


def absurd_weights() -> onnx.ModelProto:
    """Return initializers whose sizes and data do not go together."""
    kinds = [
        TensorProto(name="w", data_type=1, dims=[8, 8, 3, 3], raw_data=b"\0" * 5),
        TensorProto(name="e", data_type=1, dims=[2**62, 2**62], raw_data=b""),
        TensorProto(name="n", data_type=1, dims=[-8, 8], raw_data=b"\0" * 256),
        TensorProto(name="u", data_type=99, dims=[8]),
        TensorProto(name="z", data_type=1, dims=[0, 8, 3, 3]),
    ]
    nodes = [helper.make_node("Conv", ["x", tensor.name], [f"y{tensor.name}"]) for tensor in kinds]
    outputs = [info(node.output[0], None) for node in nodes]
    return model_of(nodes, [info("x")], outputs, initializers=kinds)


def no_inputs() -> onnx.ModelProto:
    """Return nodes that have no inputs where they need some."""
    operators = ["Conv", "Add", "Concat", "Reshape", "Gemm", "Resize", "Slice", "MaxPool"]
    nodes = [helper.make_node(name, [], [f"y{name}"]) for name in operators]
    nodes += [helper.make_node(name, ["", ""], [f"z{name}"]) for name in operators]
    nodes += [helper.make_node(name, ["x"], []) for name in operators]
    nodes += [helper.make_node(name, ["x"], ["", ""]) for name in operators]
    return model_of(nodes, [info("x")], [info("yConv", None)])


MODELS: dict[str, Maker] = {
    **{f"name-{key}": lambda name=name: named(name) for key, name in NASTY_NAMES.items()},  # type: ignore[misc]
    "if": lambda: model_of([branch()], [info("x"), info("c", [], BOOL)]),
    "if-nested": lambda: model_of([branch(12)], [info("x"), info("c", [], BOOL)]),
    "loop-and-scan": loop,
    "functions": lambda: functions(recursive=False),
    "functions-without-end": lambda: functions(recursive=True),
    "functions-exponential": exponential_functions,
    "sequences": sequences,
    "strings": strings,
    "size-zero": lambda: sized(1, 8, 0, 16),
    "size-largest": lambda: sized(LARGEST, LARGEST, LARGEST, LARGEST),
    "size-large": lambda: sized(1, 8, 2**31, 2**31),
    "size-negative": lambda: sized(-1, -8, -(2**63), 16),
    "size-text": lambda: sized("N", "<b>", "height", None),
    "scalar": lambda: sized(),
    "rank-one": lambda: sized(8),
    "rank-many": lambda: sized(*[1] * 40),
    "rank-unknown": lambda: model_of([relu("x", "y")], [info("x", None)]),
    "same-names": same_names,
    "same-tensors": same_tensors,
    "same-inputs": same_inputs,
    "shadowed": shadowed,
    "cycle": cycle,
    "missing-tensor": missing_tensor,
    "without-outputs": without_outputs,
    "empty-graph": empty_graph,
    "passed-on": passed_on,
    "custom-domain": custom_domain,
    "undeclared-domain": undeclared_domain,
    **{
        f"opset-{version}": lambda version=version: opset(version)  # type: ignore[misc]
        for version in (1, 6, 7, 11, 13, 21, 23, 28, 29, 2**31, LARGEST)
    },
    "format-newer": newer_format,
    "attributes-wrong": attributes_of_wrong_type,
    "attributes-empty": attributes_without_value,
    "weights-absurd": absurd_weights,
    "no-inputs": no_inputs,
}
"""Models that a file can hold whole, by what is odd about them."""


def not_a_model(folder: Path) -> dict[str, Path]:
    """Write files that are no model, and return their paths with those of what is no file."""
    whole = opset(17).SerializeToString()
    contents = {
        "truncated": whole[: len(whole) // 2],
        "empty": b"",
        "text": b"an <b>honest</b> text\n" * 20,
        "json": b'{"graph": []}',
        "gzip": gzip.compress(whole),
        "image": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
        "zeros": bytes(4096),
        "ones": b"\xff" * 4096,
    }
    paths = {name: folder / f"{name}.onnx" for name in contents}
    for name, content in contents.items():
        paths[name].write_bytes(content)
    paths["zip"] = folder / "zip.onnx"
    with zipfile.ZipFile(paths["zip"], "w") as archive:
        archive.writestr("model.onnx", whole)
    paths.update(
        missing=folder / "missing.onnx",
        folder=folder,
        below_a_file=paths["text"] / "model.onnx",
        no_input=Path("/dev/null"),
        endless=Path("/dev/zero"),
    )
    return paths
