"""Definition C: the marginal energy of an image."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Sequence

LEAST_R2 = 0.98
FEWEST_POINTS = 4
"""As many as the protocol has request rates."""


@dataclass(frozen=True)
class Marginal:
    """The slope of module power over images per second."""

    j_per_image: float | None
    """None where a straight line does not describe the points."""

    standard_error: float | None
    """Robust against a spread that changes with the rate (HC3)."""

    r2: float | None
    intercept_w: float | None
    awake_w: float | None
    """Intercept less idle: what it costs to have the block on."""

    points: int


def marginal_energy(points: Sequence[tuple[float, float]], idle_w: float | None = None) -> Marginal:
    """Return definition C from points of images per second and module watts.

    Parameters
    ----------
    points
        One per segment.
    idle_w
        Mean power of the module when idle.
    """
    count = len(points)
    mean_x = sum(x for x, _ in points) / count if count else 0.0
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    if count < FEWEST_POINTS or not spread:
        return Marginal(None, None, None, None, None, count)
    mean_y = sum(y for _, y in points) / count
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    intercept = mean_y - slope * mean_x
    residuals = [y - intercept - slope * x for x, y in points]
    total = sum((y - mean_y) ** 2 for _, y in points)
    r2 = 1 - sum(residual**2 for residual in residuals) / total if total else 0.0
    if r2 < LEAST_R2:
        return Marginal(None, None, r2, None, None, count)
    awake = None if idle_w is None else intercept - idle_w
    error = _standard_error(points, residuals, mean_x, spread)
    return Marginal(slope, error, r2, intercept, awake, count)


def _standard_error(
    points: Sequence[tuple[float, float]], residuals: Sequence[float], mean_x: float, spread: float
) -> float | None:
    """Return HC3; None where one point alone decides the slope."""
    variance = 0.0
    for (x, _), residual in zip(points, residuals):
        free = 1 - 1 / len(points) - (x - mean_x) ** 2 / spread
        if free < 1e-9:
            return None
        variance += ((x - mean_x) * residual / free) ** 2
    return math.sqrt(variance) / spread
