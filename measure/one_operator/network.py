"""A case as a network: one node that is looked at, and as little around it as it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

from measure.networks.builder import PRODUCER
from measure.one_operator.case import CannotBuildError, OperatorCase
from measure.one_operator.neighbours import Neighbours
from measure.one_operator.operators import (
    COMPARISONS,
    FLOAT32,
    FLOATING,
    OPSET,
    PER_CHANNEL,
    POSITIVE,
    WEIGHTS,
    Operand,
    input_type,
    operands_of,
    output_types,
)
from measure.one_operator.values import Filled, Stated, shape_of_numbers
from measure.onnx_file.model import Model, Node, Tensor, make_graph
from measure.rules.case_values import attributes_of, words_of
from measure.rules.cases import graph_from_case
from measure.tables import read_table

if TYPE_CHECKING:
    from measure.onnx_file.model import Shape

SUBJECT = "subject"
"""Name of the node that a network is about."""

_OLD_IR, _NEW_IR = 7, 10
_TWO_INPUTS = (
    *COMPARISONS,
    "Add",
    "And",
    "Div",
    "MatMul",
    "Gemm",
    "Mul",
    "Or",
    "Pow",
    "Sub",
    "Xor",
)
_NO_ATTRIBUTES = (
    *("constant_A", "constant_B", "constant_C", "constant_inputs", "constant_slope"),
    *("bias_shape", "input_shape", "input_shapes", "output_shape", "output_shapes"),
    *("slope_shape", "weight_shape", "n_inputs", "rank", "opset", "data_type", "domain"),
    *("consumers", "producers", "input_format", "int8_scales", "input_types"),
    *("count", "example", "layer", "role", "network", "padding", "shape", "scale_factor"),
    *("dilation", "groups", "kernel", "kernel_size", "stride"),
)
"""Keys of a case that are no attributes of the node, or other names of some."""
_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    **{name: {"consumers": ["Cast:float16"]} for name in COMPARISONS},
    "TopK": {"k": [1]},
}
"""What a network needs and a case may leave out: a comparison's result is read as a number."""


def completed(operator: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a case states with what its network needs beside that."""
    stated = {key: value for key, value in parameters.items() if value is not None}
    return {**_DEFAULTS.get(operator, {}), **stated}


def network_of(case: OperatorCase, opset: int = OPSET) -> Model:
    """Return the network of a case in single precision.

    Parameters
    ----------
    opset
        The least operator set; one that has the operator, and that the case asks for, is taken.

    Raises
    ------
    CannotBuildError
        With the reason why no static network can be made of what the case states.
    """
    return _Maker(case, opset).model()


class _Maker:
    def __init__(self, case: OperatorCase, opset: int) -> None:
        self.case = case
        self.stated = completed(case.operator, case.parameters)
        self.opset = max(opset, _since(case.operator), int(self.stated.get("opset", 0)))
        self.tensors: dict[str, Tensor] = {}
        self.around = Neighbours(self.tensors, self.opset)

    def model(self) -> Model:
        self._refuse_vague()
        graph, seen = graph_from_case(self.case.operator, self.stated)
        operands = operands_of(self.case.operator, self.opset)
        places = {operand.position for operand in operands}
        names: dict[int, str] = {}
        for index, name in enumerate(seen.inputs):
            tensor = graph.tensor(name)
            if index in places:
                self._refuse_computed(tensor, index)
            else:
                names[index] = self._input(index, tensor.shape, tensor.constant)
        for operand in operands:
            self._operand(operand, names)
        self._fill_up(names)
        fed = [name for name in names.values() if not self.tensors[name].constant]
        if not fed:
            raise CannotBuildError("all of its inputs are constant: nothing is left to run")
        made = self._outputs([graph.tensor(name).shape for name in seen.outputs])
        inputs = [names.get(index, "") for index in range(max(names) + 1)]
        attributes = self._attributes({operand.key for operand in operands})
        subject = Node(SUBJECT, self.case.operator, "", self.opset, inputs, made, attributes)
        return self._joined(subject, fed, made)

    def _refuse_vague(self) -> None:
        """Refuse what is no network of one known node."""
        if "network" in self.stated:
            raise CannotBuildError("it is about a network, not about one node")
        if not _since(self.case.operator):
            raise CannotBuildError(f"{self.case.operator} is no operator of ONNX")
        for key in self.stated:
            if key.endswith("_not"):
                raise CannotBuildError(f"{key} says what a parameter is not, not what it is")

    def _refuse_computed(self, tensor: Tensor, index: int) -> None:
        if tensor.shape is not None and not tensor.constant:
            raise CannotBuildError(f"input {index} would be computed while it runs")

    def _input(self, index: int, shape: Shape, constant: bool) -> str:
        name = f"input_{index}"
        sizes = tuple(size for size in shape or () if size is not None)
        if index in self._per_channel():
            return self._per_channel_input(index)
        if shape is None:
            raise CannotBuildError(f"the shape of input {index} is not stated")
        if len(sizes) < len(shape):
            raise CannotBuildError(f"a size of input {index} is not stated, or changes")
        data_type = self._type_of(index)
        if constant:
            value = Filled(sizes, data_type)
            self._constant(name, sizes, data_type, value)
        else:
            self.tensors[name] = Tensor(name, sizes, data_type=data_type)
        return name

    def _type_of(self, index: int) -> str:
        types = self.stated.get("input_types") or ()
        return (
            str(types[index]) if index < len(types) else input_type(self.case.operator, self.stated)
        )

    def _operand(self, operand: Operand, names: dict[int, str]) -> None:
        """Add a constant input that a parameter states."""
        numbers = self.stated.get(operand.key)
        if numbers is None and operand.key == "shape":
            numbers = self.stated.get("output_shape")
        if numbers is None:
            return
        name = f"input_{operand.position}"
        value = Stated(numbers, operand.data_type)
        self._constant(name, shape_of_numbers(numbers), operand.data_type, value)
        names[operand.position] = name

    def _fill_up(self, names: dict[int, str]) -> None:
        """Add the constants that every node of the operator has, and refuse what lacks data."""
        operator = self.case.operator
        for index in self._per_channel():
            names[index] = self._per_channel_input(index)
        if operator in ("QuantizeLinear", "DequantizeLinear"):
            self._constant("input_1", (), FLOAT32, Stated(0.125, FLOAT32))
            self._constant("input_2", (), "int8", Stated(0, "int8"))
            names.update({1: "input_1", 2: "input_2"})
        needs_two = operator in _TWO_INPUTS or operator in WEIGHTS or operator == "PRelu"
        if needs_two and 1 not in names:
            raise CannotBuildError("the shape of its second input is not stated")

    def _per_channel(self) -> range:
        return range(1, 1 + PER_CHANNEL.get(self.case.operator, 0))

    def _per_channel_input(self, index: int) -> str:
        channels = (self.tensors["input_0"].shape or (0, 0))[1]
        name, shape = f"input_{index}", (channels or 0,)
        positive = index in POSITIVE.get(self.case.operator, ())
        self._constant(name, shape, FLOAT32, Filled(shape, FLOAT32, positive))
        return name

    def _constant(
        self, name: str, shape: tuple[int, ...], data_type: str, value: Filled | Stated
    ) -> None:
        self.tensors[name] = Tensor(name, shape, data_type=data_type, constant=True, load=value)

    def _outputs(self, shapes: list[Shape]) -> list[str]:
        """Add what the node makes; a shape that isn't stated is left to TensorRT."""
        operator = self.case.operator
        count = len(shapes)
        if operator == "TopK":
            count = 2
        elif operator == "Split" and "split" in self.stated:
            count = len(self.stated["split"])
        types = output_types(operator, self._type_of(0), count)
        names = [f"output_{index}" for index in range(count)]
        shared = self.tensors["input_0"].shape if operator in COMPARISONS else None
        for index, name in enumerate(names):
            shape = shapes[index] if index < len(shapes) else None
            self.tensors[name] = Tensor(
                name, shared if shape is None else shape, data_type=types[index]
            )
        return names

    def _attributes(self, operand_keys: set[str]) -> dict[str, Any]:
        """Return the attributes of the node: what a case states beside shapes and operands."""
        known = {
            key: value
            for key, value in attributes_of(self.stated).items()
            if key in self.stated or key not in _NO_ATTRIBUTES
        }
        other = {key: value for key, value in self.stated.items() if key not in known}
        found = {
            key: value
            for key, value in {**other, **known}.items()
            if key not in _NO_ATTRIBUTES and key not in operand_keys
        }
        return {
            key: float(value) if key in FLOATING and isinstance(value, int) else value
            for key, value in found.items()
        }

    def _joined(self, subject: Node, fed: list[str], made: list[str]) -> Model:
        """Join the node with its neighbours."""
        around = self.around
        for index, word in enumerate(words_of("producers", self.stated)):
            if index < len(fed):
                around.produce(index, word, fed[index])
        words = words_of("consumers", self.stated)
        consumed = [around.consume(index, word, made[0]) for index, word in enumerate(words)]
        inputs = [name for name in fed if all(name not in node.outputs for node in around.before)]
        nodes = [*around.before, subject, *around.after]
        outputs = [*(consumed or made[:1]), *made[1:]]
        graph = make_graph(nodes, self.tensors.values(), [*around.fed, *inputs], outputs, SUBJECT)
        ir_version = _OLD_IR if self.opset == OPSET else _NEW_IR
        return Model(self.case.case, graph, ir_version, {"": self.opset}, PRODUCER)


def _since(operator: str) -> int:
    """Return the operator set that first has an operator; 0 for what is none of ONNX's."""
    for row in read_table("operators/operators"):
        if row["operator"] == operator:
            return int(row["since_opset"])
    return 0
