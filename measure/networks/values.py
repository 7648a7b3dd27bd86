"""How a constant of a network gets its value when a file is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from measure.networks.weights import Filter


@dataclass(frozen=True)
class Weights:
    """The weights of a filter, as int8 or multiplied with their scale."""

    filter: Filter
    data_type: str

    def __call__(self) -> np.ndarray:
        """Return the value."""
        return _scaled(self.filter.integers(), self.filter.scale, self.data_type)


@dataclass(frozen=True)
class Biases:
    """The biases of a filter; they stay floating-point numbers in every form."""

    filter: Filter
    scale: float
    data_type: str

    def __call__(self) -> np.ndarray:
        """Return the value."""
        return _scaled(self.filter.biases(), self.scale, self.data_type)


@dataclass(frozen=True)
class Numbers:
    """A few numbers; one that stands alone has no dimension."""

    numbers: tuple[float, ...]
    data_type: str
    alone: bool = False

    def __call__(self) -> np.ndarray:
        """Return the value."""
        import numpy as np

        return np.array(self.numbers[0] if self.alone else self.numbers, self.data_type)


def _scaled(integers: np.ndarray, scale: float, data_type: str) -> np.ndarray:
    if data_type == integers.dtype.name:
        return integers
    scaled = integers.astype("float32")
    scaled *= scaled.dtype.type(scale)
    return scaled.astype(data_type, copy=False)
