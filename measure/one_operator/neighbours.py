"""Nodes before and after the one that a network is about, where a case asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.one_operator.case import CannotBuildError
from measure.one_operator.operators import FLOAT32, INT64
from measure.one_operator.values import Filled, Stated
from measure.onnx_file.data_types import NUMBERS
from measure.onnx_file.model import Node, Tensor

if TYPE_CHECKING:
    from measure.onnx_file.model import Shape

PLAIN = ("Abs", "Relu", "Sigmoid")
"""Operators that need nothing but what they read."""

_CHANNELS = 1


class Neighbours:
    """Adds nodes around the subject of a network.

    Parameters
    ----------
    tensors
        Those of the network; grows.
    opset
        Operator set of the network.
    """

    def __init__(self, tensors: dict[str, Tensor], opset: int) -> None:
        self.tensors = tensors
        self.opset = opset
        self.before: list[Node] = []
        self.after: list[Node] = []
        self.fed: list[str] = []
        """Network inputs that the neighbours read."""

    def produce(self, index: int, word: str, target: str) -> None:
        """Add the node that makes an input of the subject."""
        shape = _whole(self.tensors[target].shape, word)
        source, name = f"source_{index}", f"producer_{index}"
        read, wide = [source], shape
        if word == "Conv":
            read.append(self._weights(name, shape))
        elif word == "Slice":
            wide = (shape[0], 2 * shape[_CHANNELS], *shape[2:])
            numbers = (("starts", [0]), ("ends", [shape[_CHANNELS]]), ("axes", [_CHANNELS]))
            read += [self._numbers(f"{name}.{key}", value) for key, value in numbers]
        elif word not in PLAIN:
            raise CannotBuildError(f"a producer {word} is not known here")
        self._tensor(source, wide, self.tensors[target].data_type)
        self.fed.append(source)
        self.before.append(Node(name, word, "", self.opset, read, [target]))

    def consume(self, index: int, word: str, target: str) -> str:
        """Add a node that reads an output of the subject; return what it makes."""
        operator, _, kind = word.partition(":")
        name, made = f"consumer_{index}", f"consumed_{index}"
        read = [target]
        attributes: dict[str, int] = {}
        shape, data_type = self.tensors[target].shape, self.tensors[target].data_type
        if operator == "Cast":
            if kind not in NUMBERS:
                raise CannotBuildError(f"consumer {word}: {kind!r} is no type to cast to")
            attributes, data_type = {"to": NUMBERS[kind]}, kind
        elif operator == "Where":
            data_type = FLOAT32
            sizes = _whole(shape, word)
            read += [self._fed(f"{name}_{one}", sizes, data_type) for one in ("then", "else")]
        elif operator == "Concat":
            sizes = _whole(shape, word)
            read.append(self._fed(f"{name}_other", sizes, data_type))
            attributes = {"axis": _CHANNELS}
            shape = (sizes[0], 2 * sizes[_CHANNELS], *sizes[2:])
        elif operator == "Conv":
            read.append(self._weights(name, _whole(shape, word)))
        elif operator not in PLAIN:
            raise CannotBuildError(f"a consumer {word} is not known here")
        self._tensor(made, shape, data_type)
        self.after.append(Node(name, operator, "", self.opset, read, [made], dict(attributes)))
        return made

    def _weights(self, name: str, shape: tuple[int, ...]) -> str:
        """Add the weights of a convolution that keeps the shape."""
        channels = shape[_CHANNELS]
        value = Filled((channels, channels, 1, 1), FLOAT32)
        return self._constant(f"{name}.weight", value.shape, value, FLOAT32)

    def _numbers(self, name: str, numbers: list[int]) -> str:
        return self._constant(name, (len(numbers),), Stated(numbers, INT64), INT64)

    def _constant(
        self, name: str, shape: tuple[int, ...], value: Filled | Stated, data_type: str
    ) -> str:
        self.tensors[name] = Tensor(name, shape, data_type=data_type, constant=True, load=value)
        return name

    def _fed(self, name: str, shape: tuple[int, ...], data_type: str | None) -> str:
        self._tensor(name, shape, data_type)
        self.fed.append(name)
        return name

    def _tensor(self, name: str, shape: Shape, data_type: str | None) -> None:
        self.tensors[name] = Tensor(name, shape, data_type=data_type)


def _whole(shape: Shape, word: str) -> tuple[int, ...]:
    """Return a shape that a neighbour needs in full."""
    sizes = tuple(size for size in shape or () if size is not None)
    if shape is None or len(sizes) < max(len(shape), 2):
        raise CannotBuildError(f"a neighbour {word} needs the shape of the tensor between them")
    return sizes
