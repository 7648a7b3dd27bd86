"""Whether the throughput of a segment stayed the same from its first second to its last."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate
from statistics import fmean, median, stdev
from typing import Sequence

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
_LEAST_NOISE = 1e-9


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


def look_at(blocks: Sequence[float], block_s: float = 1.0) -> Stationarity | None:
    """Return what the blocks of a segment show; None where there are too few.

    Parameters
    ----------
    blocks
        Images per second in equal pieces of the segment.
    block_s
        Length of a piece in seconds.
    """
    if len(blocks) < _FEWEST_BLOCKS or sum(blocks) <= 0:
        return None
    mean = fmean(blocks)
    relative = [rate / mean for rate in blocks]
    slope, error = _slope(relative)
    per_minute = 100 * 60 / block_s
    return Stationarity(
        slope * per_minute,
        error * per_minute,
        stdev(relative),
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
    rates = list(blocks)
    if len(rates) < 2 * SHORTEST_STEP or max(rates) <= 0:
        return []
    jumps = [abs(later - one) for one, later in zip(rates, rates[1:])]
    noise = max(_SIGMA_OF_MAD * median(jumps) / math.sqrt(2), _LEAST_NOISE * max(rates))
    found: dict[tuple[int, int], float] = {}
    for _ in range(_MOST_STEPS):
        step = _surest_step(rates, noise)
        if step is None:
            break
        # Another step in the rest hides part of the first one found; that part comes later.
        place = step.start, step.stop
        found[place] = (1 + found.get(place, 0.0)) * (1 + step.change) - 1
        inside, outside = _means(rates, *place)
        for block in range(*place):
            rates[block] += outside - inside
    return [Step(*place, change) for place, change in sorted(found.items())]


def _surest_step(rates: Sequence[float], noise: float) -> Step | None:
    """Return the stretch that differs most surely from the rest, if any does."""
    n = len(rates)
    sums = [0.0, *accumulate(rates)]
    best, surest = None, SUREST
    for start in range(n - SHORTEST_STEP + 1):
        for stop in range(start + SHORTEST_STEP, min(n, start + n - SHORTEST_STEP) + 1):
            length = stop - start
            inside = (sums[stop] - sums[start]) / length
            outside = (sums[n] - sums[stop] + sums[start]) / (n - length)
            difference = abs(inside - outside)
            if difference < SMALLEST_STEP * outside:
                continue
            surety = difference / (noise * math.sqrt(1 / length + 1 / (n - length)))
            if surety >= surest:
                best, surest = (start, stop), surety
    if best is None:
        return None
    return _lower_side(rates, *best)


def _lower_side(rates: Sequence[float], start: int, stop: int) -> Step:
    """Return the stretch, or the rest where that is one stretch too and the slower one."""
    inside, outside = _means(rates, start, stop)
    if inside > outside and 0 in (start, len(rates) - stop):
        start, stop = (stop, len(rates)) if start == 0 else (0, start)
        inside, outside = outside, inside
    return Step(start, stop, inside / outside - 1 if outside > 0 else math.inf)


def _means(rates: Sequence[float], start: int, stop: int) -> tuple[float, float]:
    """Return the mean of a stretch and that of the rest."""
    inside = sum(rates[start:stop])
    return inside / (stop - start), (sum(rates) - inside) / (len(rates) - stop + start)


def _slope(values: Sequence[float]) -> tuple[float, float]:
    """Return the slope of a straight line through the values, for each step, and its error."""
    n = len(values)
    times = [position - (n - 1) / 2 for position in range(n)]
    squares = sum(time**2 for time in times)
    slope = sum(time * value for time, value in zip(times, values)) / squares
    mean = fmean(values)
    left = sum((value - mean - slope * time) ** 2 for time, value in zip(times, values))
    return slope, math.sqrt(left / (n - 2) / squares)
