"""Parameters that every operator has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Iterable, Iterator

from measure.rules.parameters.quantized import is_kept_as_int8
from measure.rules.parameters.registry import parameter
from measure.rules.shapes import (
    DLA_RANK,
    SPATIAL_RANK,
    letter_of,
    product,
    rank_of,
    sizes_of,
    split_batch,
)
from measure.rules.values import Labelled, Unknown, Values

if TYPE_CHECKING:
    from measure.onnx_file.model import Tensor
    from measure.rules.view import NodeView

PLUGIN = "plugin"
MATRIX_MULTIPLY = "matrix-multiply"
CONVOLUTION = "convolution"
PRODUCTS = ("Gemm", "MatMul")
_EXPLICIT = ("QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear")
_COMPARISONS = ("Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual")
_NOT_IMPORTED = "no"


@parameter("dla")
def dla(view: NodeView) -> Values:
    """Return whether the target has a DLA that can be used."""
    return [view.target.dla]


@parameter("soc")
def soc(view: NodeView) -> Values:
    """Return the target's SoC."""
    return [view.target.soc]


@parameter("target_precision")
def target_precision(view: NodeView) -> Values:
    """Return the precision that the network is built for."""
    return [view.target.precision]


@parameter("standalone")
def standalone(view: NodeView) -> Values:
    """Return whether a standalone loadable is wanted."""
    return ["yes" if view.target.standalone else "no"]


@parameter("layer")
def layer(view: NodeView) -> Values:
    """Return the TensorRT layer that the node becomes.

    A product with a constant second operand becomes a convolution; what the parser doesn't
    import needs a plugin.
    """
    if not view.catalogue.is_operator(view.op) or view.catalogue.parser(view.op) == _NOT_IMPORTED:
        return [PLUGIN]
    if view.op in PRODUCTS:
        try:
            return [CONVOLUTION if view.is_constant(1) else MATRIX_MULTIPLY]
        except Unknown:
            pass
    name = view.catalogue.layer_of_operator(view.op)
    if not name:
        raise Unknown(f"the TensorRT layer of {view.op}")
    return [name]


@parameter("layer_on_dla")
def layer_on_dla(view: NodeView) -> Values:
    """Return whether the node's layer exists on the DLA of the target."""
    name = layer_name(view)
    if name == PLUGIN:
        return None
    return ["yes" if view.catalogue.is_layer_on_dla(name, view.target) else "no"]


@parameter("operator_state")
def operator_state(view: NodeView) -> Values:
    """Return the operator's state; a layer that the DLA doesn't have says enough by itself."""
    name = layer_name(view)
    if name in (PLUGIN, MATRIX_MULTIPLY) or not view.catalogue.is_layer_on_dla(name, view.target):
        return None
    state = view.catalogue.state(view.op, view.target)
    if state is None or state["state"] == "unknown":
        raise Unknown(f"the state of {view.op}")
    if state["state"] == "refused" and state["soc"] != "any":
        return None
    return [state["state"]]


def layer_name(view: NodeView) -> str:
    """Return the key of the layer that the node becomes."""
    values = view.values("layer")
    assert isinstance(values, list)
    return str(values[0])


@parameter("quantization")
def quantization(view: NodeView) -> Values:
    """Return explicit for the nodes that write quantization into the graph."""
    return ["explicit"] if view.op in _EXPLICIT else None


_FLOATS = ("float16", "float32")


@parameter("data_type")
def data_type(view: NodeView) -> Values:
    """Return the element types of the data; a comparison's own result counts for nothing."""
    tensors = view.data_inputs() if view.op in _COMPARISONS else view.data_tensors()
    return _each(view, tensors, lambda tensor: [(_type_of(tensor, view), f"of {tensor.name}")])


def _type_of(tensor: Tensor, view: NodeView) -> str:
    """Return the element type in which TensorRT keeps a tensor."""
    if tensor.data_type is None:
        raise Unknown(f"data type of {tensor.name}")
    if tensor.data_type in _FLOATS and is_kept_as_int8(tensor.name, view.graph):
        return "int8"
    return tensor.data_type


def _each(
    view: NodeView, tensors: list[Tensor], read: Callable[[Tensor], Iterable[tuple[Any, str]]]
) -> Values:
    """Return what is read from each tensor; a case is judged on what it states.

    Parameters
    ----------
    read
        Returns the values of a tensor, each with a label that names the tensor.
    """
    values: list[Any] = []
    labels: list[str] = []
    missing = ""
    for tensor in tensors:
        try:
            for value, label in read(tensor):
                values.append(value)
                labels.append(label)
        except Unknown as unknown:
            missing = str(unknown)
    if missing and not values:
        raise Unknown(missing)
    return Labelled(values, labels, missing if view.context.strict else "") if values else None


@parameter("shape")
def shape(view: NodeView) -> Values:
    """Return for each data tensor whether its shape is fixed or dynamic."""
    fed = {tensor.name for tensor in view.graph.inputs}
    return _each(view, view.data_tensors(), lambda tensor: _fixed_or_dynamic(tensor, fed))


def _fixed_or_dynamic(tensor: Tensor, fed: set[str]) -> list[tuple[str, str]]:
    """Say whether a shape is fixed; the words name the dimensions that aren't."""
    names = []
    for index, size in enumerate(tensor.shape or ()):
        name = tensor.dim_params[index] if index < len(tensor.dim_params) else None
        if size is None and (name or tensor.name in fed):
            names.append(name or f"dimension {index}")
    if names:
        return [("dynamic", f"of {tensor.name} ({', '.join(names)})")]
    sizes_of(tensor)
    return [("fixed", f"of {tensor.name}")]


@parameter("batch")
def batch(view: NodeView) -> Values:
    """Return the batch of each data tensor: all dimensions but the last three.

    Of a product with a constant operand on a tensor with fewer than four dimensions it is
    the first one, as the product runs as a convolution over channels; other operators with
    so few dimensions have no batch that the rules could judge.
    """
    counts_low = view.op in PRODUCTS and layer_name(view) == CONVOLUTION

    def read(tensor: Tensor) -> list[tuple[int, str]]:
        if rank_of(tensor) < DLA_RANK and not counts_low:
            return []
        sizes_of(tensor)
        outer = split_batch(_named_sizes(view, tensor))[0]
        return [(product([size for size, _ in outer if size is not None]), f"of {tensor.name}")]

    return _each(view, view.data_tensors(), read)


def _named_sizes(view: NodeView, tensor: Tensor) -> list[tuple[int | None, str]]:
    """Return each dimension with its letter, the batch first.

    The batch of a product is in the other dimension where the first operand is transposed.
    """
    shape = tensor.shape or ()
    named = [(size, letter_of(axis, len(shape))) for axis, size in enumerate(shape)]
    is_first = view.op == "Gemm" and tensor.name == view.node.inputs[0]
    is_turned = is_first and view.has("transA") and bool(view.attribute("transA"))
    return named[::-1] if is_turned else named


@parameter("dims")
def dims(view: NodeView) -> Values:
    """Return each dimension of the data that doesn't belong to the batch."""

    def read(tensor: Tensor) -> Iterator[tuple[int, str]]:
        rank_of(tensor)
        rest = split_batch(_named_sizes(view, tensor))[1]
        for size, letter in rest:
            if size is not None:
                yield size, f"{letter} of {tensor.name}"
        if any(size is None for size, _ in rest):
            raise Unknown(f"a dimension of {tensor.name}")

    return _each(view, view.data_tensors(), read)


@parameter("rank")
def rank(view: NodeView) -> Values:
    """Return the number of dimensions of each data tensor."""
    return _each(view, view.data_tensors(), lambda tensor: [(rank_of(tensor), f"of {tensor.name}")])


@parameter("input_rank")
def input_rank(view: NodeView) -> Values:
    """Return the number of dimensions of the first input."""
    return [rank_of(view.require_input(0))]


@parameter("spatial_dimensions")
def spatial_dimensions(view: NodeView) -> Values:
    """Return how many dimensions follow batch and channels."""
    return [rank_of(view.same_shape()) - SPATIAL_RANK]
