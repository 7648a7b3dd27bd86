"""Parts of models that several tests use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from measure.onnx_file.model import Graph


def value(
    name: str, shape: Sequence[int | str | None] | None, kind: int = 1
) -> onnx.ValueInfoProto:
    """Return the description of a tensor, of 32-bit floats unless told otherwise."""
    return helper.make_tensor_value_info(name, kind, shape)


def integers(name: str, *numbers: int) -> onnx.TensorProto:
    """Return an initializer of 64-bit integers."""
    return numpy_helper.from_array(np.array(numbers, "int64"), name)


def weights(name: str, *shape: int) -> onnx.TensorProto:
    """Return an initializer of 32-bit floats."""
    return numpy_helper.from_array(np.zeros(shape, "float32"), name)


def shape_of(info: onnx.ValueInfoProto) -> tuple[int | None, ...] | None:
    """Return the shape that onnx gives a tensor, ``None`` when it gives none.

    It makes sizes below zero of some shapes that cannot be.
    """
    if not info.type.HasField("tensor_type") or not info.type.tensor_type.HasField("shape"):
        return None
    return tuple(
        dim.dim_value if dim.HasField("dim_value") and dim.dim_value >= 0 else None
        for dim in info.type.tensor_type.shape.dim
    )


def disagreements(inferred: onnx.ModelProto, graph: Graph) -> list[tuple[object, ...]]:
    """Return the tensors of which onnx knows a size that the graph has not, or has otherwise."""
    found: list[tuple[object, ...]] = []
    values = inferred.graph
    for info in [*values.value_info, *values.input, *values.output]:
        expected = shape_of(info)
        actual = graph.tensor(info.name).shape
        if expected is None:
            continue
        agrees = (
            actual is not None
            and len(actual) == len(expected)
            and all(size in (None, own) for size, own in zip(expected, actual, strict=True))
        )
        if not agrees:
            found.append((info.name, expected, actual))
    return found


def known(graph: Graph, name: str) -> npt.NDArray[Any]:
    """Return the value of a constant that has one."""
    found = graph.tensor(name).value()
    assert found is not None
    return found


FLOAT = TensorProto.FLOAT
INT64 = TensorProto.INT64
BOOL = TensorProto.BOOL
UNDEFINED = TensorProto.UNDEFINED
