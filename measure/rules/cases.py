"""Single nodes built from what a case states; what it leaves out stays unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from measure.errors import UserError
from measure.onnx_file.model import Graph, Node, Tensor, make_graph
from measure.rules.case_values import (
    attributes_of,
    data_type_of,
    dimensions_of,
    integer_of,
    integers_of,
    shapes_of,
    word_of,
    words_of,
)
from measure.rules.verdict import NetworkContext

if TYPE_CHECKING:
    from typing import Mapping, Sequence

    from measure.rules.case_values import Dimension

CASE = NetworkContext(strict=False)
"""The context of a case: what it doesn't state isn't judged."""

_FLAGS = {"constant_A": 0, "constant_B": 1, "constant_C": 2, "constant_slope": 1}
"""Keys that say whether one input is constant."""
_CONSTANT_SHAPES = {"weight_shape": 1, "slope_shape": 1, "bias_shape": 2}
"""Keys that give the shape of an input which is constant."""
_TARGET_SHAPE = "shape"
"""A Reshape's own name for the shape of its output."""
_MOST_INPUTS = 4096
_MOST_DIMENSIONS = 64
_NEWEST_OPSET = 1000


def graph_from_case(onnx_op: str, parameters: Mapping[str, Any]) -> tuple[Graph, Node]:
    """Return the graph of one node as a case describes it.

    Parameters
    ----------
    onnx_op
        The operator; "domain::Name" for one that isn't of ai.onnx.
    parameters
        ONNX attributes by their names, shapes and further keys; what isn't known is ignored,
        null is the same as left out.

    Raises
    ------
    UserError
        When a key has a value of the wrong type; the message names it.
    """
    stated = {str(key): value for key, value in parameters.items() if value is not None}
    prefix, _, op_type = onnx_op.strip().rpartition("::")
    domain = word_of("domain", stated, prefix) or ""
    shapes = _input_shapes(stated)
    constants = _constants(stated)
    names = [f"input_{index}" for index in range(_input_count(stated, shapes, constants))]
    kind = data_type_of(stated)
    tensors = [
        _tensor(name, shapes[index] if index < len(shapes) else None, kind)
        for index, name in enumerate(names)
    ]
    for index in constants or ():
        tensors[index].constant = True
    outputs = _outputs(op_type, stated, tensors[0], kind)
    attributes = attributes_of(stated)
    if constants is not None:
        attributes["constant_inputs"] = sorted(constants)
    opset = integer_of("opset", stated, 0, _NEWEST_OPSET)
    node = Node(op_type, op_type, domain, opset, names, [each.name for each in outputs], attributes)
    before, after = _neighbours(node, stated)
    written = {name for each in before for name in each.outputs}
    fed = [
        each.name
        for each in tensors
        if each.shape is not None and "rank" not in stated and each.name not in written
    ]
    casts = [
        Tensor(each.outputs[0], data_type=each.attributes["to"])
        for each in after
        if "to" in each.attributes
    ]
    return make_graph([*before, node, *after], [*tensors, *outputs, *casts], fed), node


def _input_shapes(stated: Mapping[str, Any]) -> list[list[Dimension] | None]:
    """Return the shapes of the inputs, None where a case doesn't give one."""
    shapes: list[list[Dimension] | None] = []
    for key in ("input_shapes", "input_shape"):
        if key in stated:
            shapes = shapes_of(key, stated)
            break
    else:
        if "rank" in stated:
            shapes = [[None] * integer_of("rank", stated, 0, _MOST_DIMENSIONS)]
    for key, index in _CONSTANT_SHAPES.items():
        if key in stated:
            shapes += [None] * (index + 1 - len(shapes))
            shapes[index] = dimensions_of(key, stated[key])
    return shapes


def _input_count(
    stated: Mapping[str, Any], shapes: Sequence[object], constants: set[int] | None
) -> int:
    """Return how many inputs a case tells of."""
    named = [index for key, index in _FLAGS.items() if key in stated]
    count = 1 + max([len(shapes) - 1, *(constants or ()), *named, 0])
    return max(count, integer_of("n_inputs", stated, 0, _MOST_INPUTS))


def _constants(stated: Mapping[str, Any]) -> set[int] | None:
    """Return the inputs that are constant; None if the case says nothing of them."""
    found: set[int] = set()
    is_stated = False
    if "constant_inputs" in stated:
        is_stated = True
        found.update(integers_of("constant_inputs", stated))
        if not all(0 <= index < _MOST_INPUTS for index in found):
            raise UserError("constant_inputs: write the positions of inputs, from 0 on")
    for key, index in _FLAGS.items():
        if key in stated:
            if not isinstance(stated[key], (bool, int)):
                raise UserError(f"{key}: write true or false")
            is_stated = True
            if stated[key]:
                found.add(index)
    shaped = {index for key, index in _CONSTANT_SHAPES.items() if key in stated}
    return found | shaped if is_stated or shaped else None


def _tensor(name: str, shape: Sequence[Dimension] | None, kind: str | None) -> Tensor:
    """Return a tensor; a dimension given by a name or by -1 changes at run time."""
    if shape is None:
        return Tensor(name, data_type=kind)
    sizes = tuple(size if isinstance(size, int) and size >= 0 else None for size in shape)
    symbols = tuple(size if isinstance(size, str) else None for size in shape)
    return Tensor(name, sizes, symbols, kind)


def _outputs(
    op_type: str, stated: Mapping[str, Any], data: Tensor, kind: str | None
) -> list[Tensor]:
    """Return the outputs with the shapes a case gives."""
    shapes: list[list[Dimension] | None] = [None]
    for key in ("output_shapes", "output_shape"):
        if key in stated:
            shapes = shapes_of(key, stated) or [None]
            break
    else:
        if op_type == "Reshape" and _TARGET_SHAPE in stated:
            shapes = shapes_of(_TARGET_SHAPE, stated)
    tensors = [_tensor(f"output_{index}", shape, kind) for index, shape in enumerate(shapes)]
    if op_type == "Reshape":
        _complete(tensors[0], data)
    return tensors


def _complete(output: Tensor, data: Tensor) -> None:
    """Work out the one dimension that a reshape leaves open."""
    total = data.n_elements
    if total is None or output.shape is None or output.shape.count(None) != 1:
        return
    rest = 1
    for size in output.shape:
        rest *= 1 if size is None else size
    if rest and total % rest == 0:
        output.shape = tuple(total // rest if size is None else size for size in output.shape)


def _neighbours(node: Node, stated: Mapping[str, Any]) -> tuple[list[Node], list[Node]]:
    """Return the nodes that a case puts before and after the node."""
    before = [
        Node(f"producer_{index}", word, outputs=[node.inputs[index]])
        for index, word in enumerate(words_of("producers", stated)[: len(node.inputs)])
    ]
    after = []
    for index, word in enumerate(words_of("consumers", stated)):
        op_type, _, kind = word.partition(":")
        attributes = {"to": kind} if kind else {}
        name = f"consumer_{index}"
        after.append(Node(name, op_type, "", 0, [node.outputs[0]], [name], attributes))
    return before, after
