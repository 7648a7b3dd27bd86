"""A node as the rules see it: with its tensors, its target and what a case leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from measure.rules.attributes import NO_LIMIT, has_right_kind, is_number
from measure.rules.parameters.registry import function_of
from measure.rules.values import Except, Unknown, Values

if TYPE_CHECKING:
    from measure.onnx_file.model import Graph, Node, Tensor
    from measure.rules.catalogue import Catalogue
    from measure.rules.verdict import NetworkContext
    from measure.target import Target

_REQUIRED = object()

SETTINGS: dict[str, tuple[int, ...]] = {
    "Clip": (1, 2),
    "ConstantOfShape": (0,),
    "CumSum": (1,),
    "Dropout": (1, 2),
    "Expand": (1,),
    "Pad": (1, 2, 3),
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
"""Inputs that say how an operator works, not what it works on."""
_SETTINGS_OF_REDUCE = (1,)

ATTRIBUTES = {
    "kernel": "kernel_shape",
    "window": "kernel_shape",
    "stride": "strides",
    "padding": "pads",
    "dilation": "dilations",
    "groups": "group",
    "lrn_size": "size",
}
"""Parameters whose values are those of an attribute of another name."""
OWN_EXCLUSIONS = ("axis",)
"""Parameters whose values aren't those of the attribute: their functions look themselves."""


class NodeView:
    """One node with all that parameters are computed from.

    Parameters
    ----------
    catalogue
        What the data package says of operators and layers.
    """

    def __init__(
        self,
        node: Node,
        graph: Graph,
        target: Target,
        context: NetworkContext,
        catalogue: Catalogue,
    ) -> None:
        self.node = node
        self.graph = graph
        self.target = target
        self.context = context
        self.catalogue = catalogue
        self.is_standard = node.domain in ("", "ai.onnx")
        self.op = node.op_type if self.is_standard else f"{node.domain}::{node.op_type}"
        self._known: dict[str, Values | Unknown] = {}

    def values(self, parameter: str) -> Values:
        """Return the values of a parameter; each is computed once."""
        if parameter not in self._known:
            try:
                self._known[parameter] = self._excluded(parameter) or function_of(parameter)(self)
            except Unknown as unknown:
                self._known[parameter] = unknown
        known = self._known[parameter]
        if isinstance(known, Unknown):
            raise known
        return known

    def _excluded(self, parameter: str) -> Except | None:
        """Return the values that a case says a parameter doesn't have."""
        name = ATTRIBUTES.get(parameter, parameter)
        stated = None if parameter in OWN_EXCLUSIONS else self.stated(f"{name}_not")
        return None if stated is None else Except(stated)

    def attribute(self, name: str, default: Any = _REQUIRED) -> Any:
        """Return an attribute.

        A model that leaves it out means its default; a case that does says nothing of it.
        """
        if self.has(name):
            value = self.node.attributes[name]
            if not has_right_kind(name, value):
                raise Unknown(f"attribute {name}, which has a wrong type")
            return value
        if default is _REQUIRED or not self.context.strict:
            raise Unknown(f"attribute {name}")
        return default

    def has(self, name: str) -> bool:
        """Say whether the node has an attribute, or a case states a key."""
        return name in self.node.attributes

    def stated(self, name: str) -> Any:
        """Return what a case says beside the attributes, None if it doesn't say it."""
        return None if self.context.strict else self.node.attributes.get(name)

    def input(self, index: int) -> Tensor | None:
        """Return an input; None where the node has none there."""
        if index >= len(self.node.inputs) or not self.node.inputs[index]:
            return None
        return self.graph.tensor(self.node.inputs[index])

    def require_input(self, index: int) -> Tensor:
        """Return an input that the operator needs."""
        tensor = self.input(index)
        if tensor is None:
            raise Unknown(f"input {index}")
        return tensor

    def output(self, index: int = 0) -> Tensor:
        """Return an output."""
        if index >= len(self.node.outputs) or not self.node.outputs[index]:
            raise Unknown(f"output {index}")
        return self.graph.tensor(self.node.outputs[index])

    def source(self, name: str) -> str:
        """Return the tensor that takes the place of a tensor."""
        while name in self.context.stands_for:
            name = self.context.stands_for[name]
        return name

    def readers(self, name: str) -> list[Node]:
        """Return the nodes that read a tensor, also behind nodes that the builder removes."""
        found = []
        waiting = [name]
        while waiting:
            for node in self.graph.consumers.get(waiting.pop(0), ()):
                removed = [each for each in node.outputs if each in self.context.stands_for]
                waiting += removed
                found += [] if removed else [node]
        return found

    def is_static(self, tensor: Tensor) -> bool:
        """Say whether the builder knows a tensor."""
        return tensor.constant or tensor.name in self.context.static_tensors

    def is_constant(self, index: int) -> bool:
        """Say whether an input is known while building."""
        tensor = self.require_input(index)
        if self.is_static(tensor):
            return True
        if not self.context.strict and index > 0 and not self.has("constant_inputs"):
            raise Unknown(f"whether input {index} is constant")
        return False

    def numbers(self, index: int) -> list[Any] | None:
        """Return the numbers of a constant input, None where there is no such input.

        Infinite ones are as large as a float32 can be.
        """
        tensor = self.input(index)
        if tensor is None or tensor.shape == (0,):
            return None
        value = tensor.value()
        if value is None or value.dtype.kind not in "biuf":
            raise Unknown(f"value of input {index}")
        found = value.reshape(-1).tolist()
        if not all(is_number(each) for each in found):
            raise Unknown(f"value of input {index}")
        return [max(-NO_LIMIT, min(each, NO_LIMIT)) for each in found] or None

    def data_inputs(self) -> list[Tensor]:
        """Return the inputs that hold data which is computed, in their order."""
        settings = SETTINGS.get(self.op, ())
        if self.op.startswith("Reduce"):
            settings = _SETTINGS_OF_REDUCE
        tensors = []
        for index in range(len(self.node.inputs)):
            tensor = self.input(index)
            if tensor is not None and index not in settings and not self.is_static(tensor):
                tensors.append(tensor)
        return tensors

    def data_outputs(self) -> list[Tensor]:
        """Return the outputs that are used."""
        return [self.graph.tensor(name) for name in self.node.outputs if name]

    def data_tensors(self) -> list[Tensor]:
        """Return the inputs and outputs that hold data."""
        return self.data_inputs() + self.data_outputs()

    def same_shape(self) -> Tensor:
        """Return the first input of an operator that keeps the shape, or its output.

        A case may state the shape of the output only.
        """
        inputs = self.data_inputs()
        data = inputs[0] if inputs else self.require_input(0)
        outputs = self.data_outputs() if data.shape is None else []
        return next((tensor for tensor in outputs if tensor.shape is not None), data)
