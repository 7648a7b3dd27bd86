"""Operators that take elements of constants, join or rearrange them."""

from __future__ import annotations

from typing import Any

from measure.onnx_file.data_types import NAMES
from measure.onnx_file.folding.values import (
    CannotFoldError,
    Operator,
    Values,
    check_size,
    first_input,
    integers_of,
    known_value,
    small_shape,
)
from measure.onnx_file.model import Node, Tensor
from measure.onnx_file.tensors import PLAIN_TYPES


def _constant(node: Node, values: Values) -> list[Any]:
    import numpy as np

    for name, value in node.attributes.items():
        if name == "value" and isinstance(value, Tensor):
            return [known_value(value.value())]
        if name in ("value_int", "value_ints"):
            return [np.array(value, "int64")]
        if name in ("value_float", "value_floats"):
            return [np.array(value, "float32")]
    raise CannotFoldError("no number")


def _constant_of_shape(node: Node, values: Values) -> list[Any]:
    import numpy as np

    shape = small_shape(first_input(values))
    filler = node.attributes.get("value")
    value = np.zeros(1, "float32") if filler is None else known_value(filler.value())
    return [np.full(shape, value.reshape(-1)[0], value.dtype)]


def _cast(node: Node, values: Values) -> list[Any]:
    to = node.attributes["to"]
    # The first version named the type.
    name = NAMES.get(to, "") if isinstance(to, int) else to.lower()
    name = {"float": "float32", "double": "float64"}.get(name, name)
    if name not in PLAIN_TYPES:
        raise CannotFoldError(name)
    return [first_input(values).astype(name)]


def _gather(node: Node, values: Values) -> list[Any]:
    data, indices = first_input(values), known_value(values[1])
    axis = node.attributes.get("axis", 0)
    check_size(indices.size * (data.size // max(1, data.shape[axis])))
    return [data.take(indices, axis)]


def _slice(node: Node, values: Values) -> list[Any]:
    data = first_input(values)
    starts = integers_of(node, values, 1, "starts") or []
    ends = integers_of(node, values, 2, "ends") or []
    axes = integers_of(node, values, 3, "axes") or list(range(len(starts)))
    steps = integers_of(node, values, 4, "steps") or [1] * len(starts)
    index = [slice(None)] * data.ndim
    for start, end, axis, step in zip(starts, ends, axes, steps):
        size = data.shape[axis]
        # An end far below zero means "to the first one" when going backwards.
        last = None if step < 0 and end < -size else end
        index[axis] = slice(start, last, step)
    return [data[tuple(index)]]


def _concat(node: Node, values: Values) -> list[Any]:
    import numpy as np

    parts = [known_value(value) for value in values]
    check_size(sum(part.size for part in parts))
    return [np.concatenate(parts, axis=node.attributes.get("axis", 1))]


def _squeeze(node: Node, values: Values) -> list[Any]:
    axes = integers_of(node, values, 1, "axes")
    return [first_input(values).squeeze(None if axes is None else tuple(axes))]


def _unsqueeze(node: Node, values: Values) -> list[Any]:
    import numpy as np

    data, axes = first_input(values), integers_of(node, values, 1, "axes") or []
    return [np.expand_dims(data, tuple(axes))]


def _reshape(node: Node, values: Values) -> list[Any]:
    data, shape = first_input(values), integers_of(node, values, 1, "shape") or []
    if not node.attributes.get("allowzero", 0):
        shape = [data.shape[i] if size == 0 else size for i, size in enumerate(shape)]
    return [data.reshape(shape)]


def _flatten(node: Node, values: Values) -> list[Any]:
    import numpy as np

    data, axis = first_input(values), node.attributes.get("axis", 1)
    return [data.reshape(int(np.prod(data.shape[:axis], dtype="int64")), -1)]


def _transpose(node: Node, values: Values) -> list[Any]:
    return [first_input(values).transpose(node.attributes.get("perm"))]


def _range(node: Node, values: Values) -> list[Any]:
    import numpy as np

    start, end, delta = (known_value(value).reshape(-1)[0] for value in values)
    check_size(max(0, int(np.ceil((float(end) - float(start)) / float(delta)))))
    return [np.arange(start, end, delta, dtype=start.dtype)]


def _expand(node: Node, values: Values) -> list[Any]:
    import numpy as np

    data, wanted = first_input(values), small_shape(known_value(values[1]))
    shape = small_shape(np.broadcast_shapes(data.shape, tuple(wanted)))
    return [np.broadcast_to(data, shape)]


def _tile(node: Node, values: Values) -> list[Any]:
    import numpy as np

    data, repeats = first_input(values), integers_of(node, values, 1, "repeats") or []
    small_shape([size * repeat for size, repeat in zip(data.shape, repeats)])
    return [np.tile(data, repeats)]


def _split(node: Node, values: Values) -> list[Any]:
    import numpy as np

    data, axis = first_input(values), node.attributes.get("axis", 0)
    sizes = integers_of(node, values, 1, "split")
    count = node.attributes.get("num_outputs", len(node.outputs))
    if sizes is None:
        each = -(-data.shape[axis] // count)
        sizes = [each] * (count - 1)
        sizes.append(data.shape[axis] - sum(sizes))
    ends = list(np.cumsum(sizes))
    return list(np.split(data, ends[:-1], axis))


MOVING: dict[str, Operator] = {
    "Cast": _cast,
    "Concat": _concat,
    "Constant": _constant,
    "ConstantOfShape": _constant_of_shape,
    "Expand": _expand,
    "Flatten": _flatten,
    "Gather": _gather,
    "Identity": lambda node, values: [first_input(values)],
    "Range": _range,
    "Reshape": _reshape,
    "Slice": _slice,
    "Split": _split,
    "Squeeze": _squeeze,
    "Tile": _tile,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
