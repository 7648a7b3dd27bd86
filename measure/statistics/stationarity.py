"""Whether the throughput of a segment stayed the same from its first second to its last."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Sequence

import numpy as np

LARGEST_SLOPE = 0.5
"""Percent a minute."""
LARGEST_COV = 0.01
"""Standard deviation of the blocks over their mean."""
SMALLEST_STEP = 0.02
"""Part of the throughput by which a step must differ from the rest."""
SHORTEST_STEP = 3
"""Blocks inside and outside a step."""
SUREST = 6.0
"""Standard errors by which a step must differ from the rest."""

DRIFT, UNSTEADY, STEP = "throughput_drift", "throughput_unsteady", "throughput_step"

_SIGMA_OF_MAD = 1.4826
_MOST_STEPS = 8
_FEWEST_BLOCKS = 3


@dataclass(frozen=True)
class Step:
    """Blocks in which throughput was lower, or higher, than in the rest of the segment."""

    start: int
    stop: int
    """First block behind it."""
    change: float
    """Relative to the rest: -0.1 for a tenth less."""


@dataclass(frozen=True)
class Stationarity:
    """What the blocks of one segment show."""

    slope_percent_per_min: float
    slope_error: float
    """Standard error of the slope."""
    block_cov: float
    """Without what counting whole queries adds."""
    steps: tuple[Step, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return codes of what does not hold."""
        found = []
        # A slope counts only as far as the blocks' own scatter does not explain it.
        if abs(self.slope_percent_per_min) - 2 * self.slope_error > LARGEST_SLOPE:
            found.append(DRIFT)
        if self.steps:
            found.append(STEP)
        elif self.block_cov > LARGEST_COV:
            found.append(UNSTEADY)
        return tuple(found)


def look_at(
    blocks: Sequence[float], block_s: float = 1.0, images_per_query: int = 1
) -> Stationarity | None:
    """Return what the blocks of a segment show; None where there are too few.

    Parameters
    ----------
    blocks
        Images per second in equal pieces of the segment.
    block_s
        Length of a piece in seconds.
    images_per_query
        Images that are finished at once; a block counts whole ones.
    """
    rates = np.asarray(blocks, dtype=float)
    if len(rates) < _FEWEST_BLOCKS or rates.mean() <= 0:
        return None
    relative = rates / rates.mean()
    quantum = images_per_query / (float(rates.mean()) * block_s)
    # The count of a block is off by the fractions of a query at its two ends.
    variance = float(relative.var(ddof=1)) - quantum**2 / 6
    slope, error = _slope(relative)
    per_minute = 100 * 60 / block_s
    return Stationarity(
        slope * per_minute,
        error * per_minute,
        math.sqrt(max(0.0, variance)),
        tuple(find_steps(blocks)),
    )


def find_steps(blocks: Sequence[float]) -> list[Step]:
    """Return the stretches that differ from the rest of the segment, in order of time.

    Found is what is at least `SHORTEST_STEP` blocks long, leaves as many outside, and differs by
    `SMALLEST_STEP` and by `SUREST` standard errors of the difference; the scatter is taken from
    neighbouring blocks, which a step hardly touches.

    Parameters
    ----------
    blocks
        Images per second in equal pieces of the segment.
    """
    rates = np.array(blocks, dtype=float)
    found: list[Step] = []
    if len(rates) < 2 * SHORTEST_STEP or rates.min() < 0 or rates.max() == 0:
        return found
    jumps = np.abs(np.diff(rates))
    noise = _SIGMA_OF_MAD * float(np.median(jumps)) / math.sqrt(2)
    while len(found) < _MOST_STEPS:
        step = _largest_step(rates, noise)
        if step is None:
            break
        found.append(step)
        inside = np.zeros(len(rates), dtype=bool)
        inside[step.start : step.stop] = True
        rates[inside] += rates[~inside].mean() - rates[inside].mean()
    return sorted(found, key=lambda step: step.start)


def _largest_step(rates: np.ndarray, noise: float) -> Step | None:
    """Return the stretch that differs most surely from the rest, if any does."""
    n = len(rates)
    sums = np.concatenate([[0.0], np.cumsum(rates)])
    start, stop = np.triu_indices(n + 1, k=SHORTEST_STEP)
    length = stop - start
    start, stop, length = (part[length <= n - SHORTEST_STEP] for part in (start, stop, length))
    inside = (sums[stop] - sums[start]) / length
    outside = (sums[-1] - sums[stop] + sums[start]) / (n - length)
    change = np.divide(inside - outside, outside, out=np.zeros(len(inside)), where=outside > 0)
    error = max(noise, 1e-9 * float(rates.max())) * np.sqrt(1 / length + 1 / (n - length))
    surety = np.abs(inside - outside) / error
    surety[np.abs(change) < SMALLEST_STEP] = 0.0
    best = int(np.argmax(surety))
    if surety[best] < SUREST:
        return None
    # Of a stretch and its complement it is the lower one that was throttled.
    if change[best] > 0 and start[best] == 0:
        return Step(int(stop[best]), n, float(outside[best] / inside[best] - 1))
    if change[best] > 0 and stop[best] == n:
        return Step(0, int(start[best]), float(outside[best] / inside[best] - 1))
    return Step(int(start[best]), int(stop[best]), float(change[best]))


def _slope(values: np.ndarray) -> tuple[float, float]:
    """Return the slope of a straight line through the values, for each step, and its error."""
    n = len(values)
    time = np.arange(n) - (n - 1) / 2
    squares = float((time**2).sum())
    slope = float((time * values).sum()) / squares
    left = values - values.mean() - slope * time
    variance = float((left**2).sum()) / max(1, n - 2)
    return slope, math.sqrt(variance / squares)
