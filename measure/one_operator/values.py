"""The constants of networks of one operator: what is stated, or small numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any, Sequence

if TYPE_CHECKING:
    import numpy as np

LEVELS = 5
"""Different numbers that a constant is filled with: multiples of an eighth around zero."""


@dataclass(frozen=True)
class Filled:
    """A constant whose numbers do not matter.

    Floating-point numbers are small and differ; whole numbers are zero, which is a valid index
    everywhere, and truth values are true. One that must be positive has no zero among them.
    """

    shape: tuple[int, ...]
    data_type: str
    positive: bool = False

    def __call__(self) -> np.ndarray:
        """Return the value."""
        import numpy as np

        if self.data_type == "bool":
            return np.ones(self.shape, self.data_type)
        if not self.data_type.startswith("float") and self.data_type != "int8":
            return np.zeros(self.shape, self.data_type)
        steps = np.arange(prod(self.shape)) % LEVELS - (-1 if self.positive else LEVELS // 2)
        scale = 1 if self.data_type == "int8" else 8
        return (steps / scale).reshape(self.shape).astype(self.data_type)


@dataclass(frozen=True)
class Stated:
    """A constant that the case states."""

    numbers: Any
    data_type: str

    def __call__(self) -> np.ndarray:
        """Return the value."""
        import numpy as np

        return np.array(self.numbers, self.data_type)


def shape_of_numbers(numbers: Any) -> tuple[int, ...]:
    """Return the shape of a number or a list of numbers."""
    return (len(numbers),) if isinstance(numbers, Sequence) else ()
