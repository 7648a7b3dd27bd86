"""Seeded weights, the same bytes on every machine and under every version of numpy.

A weight is a small whole number times a power of two. So it is the same number in single and in
half precision and, with that power as scale, in INT8. The whole numbers come from the raw words of
a generator whose stream numpy never changes; nothing is rounded on the way.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

RECIPE = 1
"""Grows whenever the same filter would get other weights, so that stored files are built again."""

LARGEST = 127
"""Largest weight as a whole number."""

GROUP, KEPT = 4, 2
"""Structured sparsity: of so many input channels one behind the other so many keep their weight."""

CHOICES = ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3))
"""Which two of four weights are kept."""


@dataclass(frozen=True)
class Filter:
    """The weights of a convolution.

    Parameters
    ----------
    key
        What the seed is made of; no two filters of a network share one.
    shape
        Output channels, input channels of a group, height and width.
    gain
        Root mean square of what comes out behind a ReLU, where that of what goes in is one.
    """

    key: str
    shape: tuple[int, int, int, int]
    gain: float = 1.0
    sparse: bool = False

    @property
    def can_be_sparse(self) -> bool:
        """Tell whether the input channels are whole groups, of which weights can be left out."""
        return self.shape[1] % GROUP == 0

    @property
    def is_sparse(self) -> bool:
        """Tell whether weights are left out."""
        return self.sparse and self.can_be_sparse

    @property
    def used(self) -> int:
        """Return how many inputs an output is made of."""
        inputs = self.shape[1] * self.shape[2] * self.shape[3]
        return inputs * KEPT // GROUP if self.is_sparse else inputs

    @property
    def levels(self) -> int:
        """Return the largest whole number in use: between a half and all of `LARGEST`."""
        share, _ = math.frexp(self._bound)
        return min(round(share * (LARGEST + 1)), LARGEST)

    @property
    def scale(self) -> float:
        """Return the power of two that the whole numbers are multiplied with."""
        _, exponent = math.frexp(self._bound)
        return math.ldexp(1.0, exponent - 7)

    @property
    def _bound(self) -> float:
        """Return the largest weight; evenly spread ones up to it keep the size of activations."""
        return self.gain * math.sqrt(6 / self.used)

    def integers(self) -> np.ndarray:
        """Return the weights as whole numbers of type int8."""
        import numpy as np

        weights = self._spread(_words(self.key, math.prod(self.shape))).reshape(self.shape)
        if self.is_sparse:
            weights[weights == 0] = 1
            outputs, inputs, height, width = self.shape
            fours = weights.reshape(outputs, inputs // GROUP, GROUP, height, width)
            words = _words(f"{self.key}/kept", math.prod(self.shape) // GROUP)
            choice = (words.astype("uint32") * len(CHOICES) >> 16).reshape(
                outputs, inputs // GROUP, height, width
            )
            kept = np.array([[place in pair for place in range(GROUP)] for pair in CHOICES])
            fours *= np.moveaxis(kept[choice], -1, 2)
        return weights

    def biases(self) -> np.ndarray:
        """Return a bias for each output channel as whole numbers of type int8."""
        return self._spread(_words(f"{self.key}/bias", self.shape[0]))

    def _spread(self, words: np.ndarray) -> np.ndarray:
        """Return whole numbers from minus to plus the largest level, each as likely."""
        steps = words.astype("int32") * (2 * self.levels + 1) >> 16
        return (steps - self.levels).astype("int8")


def _words(key: str, count: int) -> np.ndarray:
    """Return numbers of 16 bits, drawn by a seed that a text makes."""
    import numpy as np

    seed = int.from_bytes(hashlib.sha256(f"{RECIPE}/{key}".encode()).digest()[:16], "little")
    raw = np.random.PCG64(seed).random_raw((count + 3) // 4)
    return np.asarray(raw, "<u8").view("<u2")[:count]
