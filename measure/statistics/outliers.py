"""Mark values far from the others; nothing is ever dropped for its value."""

from __future__ import annotations

import math
from statistics import median
from typing import Sequence

FAR = 10.0
"""Modified z from which on a value is marked."""
_SIGMA_OF_MAD = 1.4826


def modified_z(values: Sequence[float]) -> list[float]:
    """Return how many robust standard deviations each value is away from the median.

    Where more than half of the values are equal, only those that differ are away, infinitely far.

    Parameters
    ----------
    values
        One value a segment.
    """
    if not values:
        return []
    middle = median(values)
    away = [abs(value - middle) for value in values]
    spread = _SIGMA_OF_MAD * median(away)
    if spread == 0:
        return [math.inf if distance > 0 else 0.0 for distance in away]
    return [distance / spread for distance in away]


def outliers(values: Sequence[float]) -> list[int]:
    """Return the positions of values to mark."""
    return [position for position, z in enumerate(modified_z(values)) if z > FAR]
