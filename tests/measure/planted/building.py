"""Build ONNX models node by node, with constants in every form that exporters write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import (
    ModelProto,
    NodeProto,
    OperatorSetIdProto,
    TensorProto,
    ValueInfoProto,
    helper,
    numpy_helper,
    shape_inference,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

PLANTED = "planted"
"""Name of the node that a model is about."""


class ModelBuilder:
    """A model that grows by one tensor or node a call; each call returns the tensor's name."""

    def __init__(self, opset: int = 17) -> None:
        self.opset = opset
        self.nodes: list[NodeProto] = []
        self.inputs: list[ValueInfoProto] = []
        self.initializers: list[TensorProto] = []
        self.domains: list[str] = []
        self._count = 0

    def _name(self, stem: str) -> str:
        self._count += 1
        return f"{stem}_{self._count}"

    def input(self, name: str, shape: Sequence[int | str | None], kind: str = "float32") -> str:
        """Add a tensor that the user feeds."""
        self.inputs.append(helper.make_tensor_value_info(name, _code(kind), list(shape)))
        return name

    def constant(self, values: ArrayLike, kind: str = "float32", form: str = "initializer") -> str:
        """Add a constant in one of the forms that exporters write."""
        array = np.asarray(values, dtype=kind)
        name = self._name("constant")
        if form == "node":
            tensor = numpy_helper.from_array(array)
            return self.add("Constant", [], name=name, value=tensor)
        if form == "filled":
            shape = self.constant(array.shape, "int64")
            return self.add(
                "ConstantOfShape",
                [shape],
                name=name,
                value=numpy_helper.from_array(array.reshape(-1)[:1]),
            )
        if form == "quantized":
            whole = self.constant(array.astype("int8"), "int8")
            scale = self.constant(1.0)
            return self.add("DequantizeLinear", [whole, scale], name=name)
        if form == "cast":
            before = self.constant(array, "float64" if kind == "float32" else "int32")
            return self.add("Cast", [before], name=name, to=_code(kind))
        if form == "identity":
            return self.add("Identity", [self.constant(array, kind)], name=name)
        self.initializers.append(numpy_helper.from_array(array, name))
        if form == "listed":
            self.input(name, array.shape, kind)
        return name

    def operand(self, values: ArrayLike, kind: str = "float32", form: str = "initializer") -> str:
        """Add a constant, or where its form is "fed" an input of the same shape."""
        if form == "fed":
            array = np.asarray(values, dtype=kind)
            return self.input(self._name("fed"), array.shape, kind)
        return self.constant(values, kind, form)

    def add(
        self,
        op_type: str,
        inputs: Sequence[str],
        *,
        name: str | None = None,
        outputs: int = 1,
        domain: str = "",
        planted: bool = False,
        **attributes: Any,
    ) -> str:
        """Add a node and return its first output; attributes that are None are left out."""
        first = name or self._name(op_type.lower())
        written = [first, *(f"{first}_{index}" for index in range(1, outputs))]
        given = {key: value for key, value in attributes.items() if value is not None}
        node = helper.make_node(
            op_type, list(inputs), written, PLANTED if planted else first, domain=domain, **given
        )
        self.nodes.append(node)
        if domain and domain not in self.domains:
            self.domains.append(domain)
        return first

    def plant(self, op_type: str, inputs: Sequence[str], **attributes: Any) -> str:
        """Add the node that the model is about."""
        return self.add(op_type, inputs, planted=True, **attributes)

    def build(self, *outputs: str) -> ModelProto:
        """Return the model that ends in some tensors, or in all outputs of the last node."""
        names = outputs or tuple(self.nodes[-1].output)
        ends = [self._end(name) for name in names]
        graph = helper.make_graph(self.nodes, "planted", self.inputs, ends, self.initializers)
        fed = {each.name for each in self.inputs}
        listed = any(each.name in fed for each in self.initializers)
        return helper.make_model(graph, opset_imports=self._opsets(), ir_version=3 if listed else 8)

    def _opsets(self) -> list[OperatorSetIdProto]:
        """Return the opsets of all domains."""
        others = [helper.make_opsetid(domain, 1) for domain in self.domains]
        return [helper.make_opsetid("", self.opset), *others]

    def _end(self, name: str) -> ValueInfoProto:
        """Return a network output with its type and shape, by default of the input's rank."""
        empty = [helper.make_empty_tensor_value_info(name)]
        graph = helper.make_graph(self.nodes, "types", self.inputs, empty, self.initializers)
        model = helper.make_model(graph, opset_imports=self._opsets())
        end = shape_inference.infer_shapes(model).graph.output[0]
        if not end.type.tensor_type.elem_type:
            end.type.tensor_type.elem_type = TensorProto.FLOAT
        if not end.type.tensor_type.HasField("shape"):
            rank = len(self.inputs[0].type.tensor_type.shape.dim)
            unknown = helper.make_tensor_value_info("", TensorProto.FLOAT, [None] * rank)
            end.type.tensor_type.shape.CopyFrom(unknown.type.tensor_type.shape)
        return end


def _code(kind: str) -> int:
    """Return the number that ONNX has for an element type."""
    if kind == "bfloat16":
        return TensorProto.BFLOAT16
    return helper.np_dtype_to_tensor_dtype(np.dtype(kind))
