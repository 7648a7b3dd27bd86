"""What operators on constants are given, and when they give up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, List, Optional

from measure.onnx_file.model import VALUE_LIMIT, Node

if TYPE_CHECKING:
    import numpy as np

Values = List[Optional["np.ndarray"]]
"""Values of a node's inputs; ``None`` for one that is left out."""

Operator = Callable[[Node, Values], List[Any]]
"""Computes what a node makes of its inputs."""


class CannotFoldError(Exception):
    """The value of a constant is not worked out here."""


def check_size(count: int) -> None:
    """Give up before something large is made."""
    if not 0 <= count <= VALUE_LIMIT:
        raise CannotFoldError(f"{count} elements")


def known_value(value: np.ndarray | None) -> np.ndarray:
    """Return a value that an operator cannot do without."""
    if value is None:
        raise CannotFoldError("unknown value")
    return value


def first_input(values: Values) -> np.ndarray:
    """Return the value of the first input."""
    return known_value(values[0] if values else None)


def integers_of(node: Node, values: Values, position: int, attribute: str) -> list[int] | None:
    """Return a list that newer versions take as an input and older ones as an attribute."""
    value = values[position] if position < len(values) else None
    if value is not None:
        return [int(number) for number in value.reshape(-1)]
    listed: list[int] | None = node.attributes.get(attribute)
    return listed


def small_shape(shape: Any) -> list[int]:
    """Return a shape after making sure that it is small."""
    sizes = [int(size) for size in shape.reshape(-1)] if hasattr(shape, "reshape") else list(shape)
    product = 1
    for size in sizes:
        check_size(size)
        product *= size
        check_size(product)
    return sizes
