"""Intervals from repeated segments or pairs.

The unit of replication is the segment, never the sample within it: samples follow each other too
closely to be independent.

Where the number of pairs was chosen from the scatter of the first ones (`measure.statistics.
stopping`), the scatter of those first ones alone makes the interval. That is Stein's two-stage
procedure: the interval then covers the truth as often as it says, which it would not if pairs were
added until the interval happens to look narrow.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Sequence

from measure.statistics.student import t_quantile

CONFIDENCE = 0.95
BOOTSTRAP_DRAWS = 10000
LARGEST_DISAGREEMENT = 0.5
"""Part by which the half-widths of two kinds of interval may differ."""
WIDEST_FACTOR = 1000.0
"""An interval that ends so many times away from its value says nothing, and is none."""
WIDEST_LOG = math.log(WIDEST_FACTOR)


@dataclass(frozen=True)
class Interval:
    """A value and the ends of its interval; None where too few values bear one."""

    value: float
    low: float | None
    high: float | None
    n: int

    @property
    def log_half_width(self) -> float | None:
        """Return the half-width of the logarithm, which is relative to the value."""
        if self.low is None or self.high is None or self.low <= 0:
            return None
        return math.log(self.high / self.low) / 2


def mean_interval(
    values: Sequence[float], first: int | None = None, confidence: float = CONFIDENCE
) -> Interval:
    """Return the mean with Student's interval.

    Parameters
    ----------
    values
        One value a segment or pair, in the order they were measured; at least one.
    first
        Number of leading values whose scatter makes the interval; all if None.
    confidence
        How often the interval is to cover the truth.
    """
    mean, n = fmean(values), len(values)
    leading = values if first is None else values[:first]
    if len(leading) < 2:
        return Interval(mean, None, None, n)
    quantile = t_quantile(0.5 + confidence / 2, len(leading) - 1)
    half = quantile * stdev(leading) / math.sqrt(n)
    return Interval(mean, mean - half, mean + half, n)


def geometric_interval(
    values: Sequence[float], first: int | None = None, confidence: float = CONFIDENCE
) -> Interval:
    """Return the geometric mean with Student's interval on the logarithms.

    Parameters
    ----------
    values, first, confidence
        As of `mean_interval`; the values are above 0.
    """
    logs = mean_interval([math.log(value) for value in values], first, confidence)
    value = math.exp(logs.value)
    if logs.low is None or logs.high is None or logs.high - logs.value > WIDEST_LOG:
        return Interval(value, None, None, logs.n)
    return Interval(value, math.exp(logs.low), math.exp(logs.high), logs.n)


def ratio_interval(
    numerators: Sequence[float],
    denominators: Sequence[float],
    first: int | None = None,
    confidence: float = CONFIDENCE,
) -> Interval:
    """Return the geometric mean of the ratios of pairs that were measured next to each other.

    Parameters
    ----------
    numerators, denominators
        As many of one as of the other, above 0; what both share in a pair cancels.
    first, confidence
        As of `mean_interval`.
    """
    if len(numerators) != len(denominators):
        raise ValueError(f"{len(numerators)} numerators for {len(denominators)} denominators")
    ratios = [above / below for above, below in zip(numerators, denominators)]
    return geometric_interval(ratios, first, confidence)


def bootstrap_interval(
    values: Sequence[float], seed: int, confidence: float = CONFIDENCE
) -> Interval:
    """Return the geometric mean with the percentiles of means of values drawn anew.

    With few values it is too narrow; it is a check of Student's interval, not a substitute.

    Parameters
    ----------
    values, confidence
        As of `geometric_interval`.
    seed
        Of the draws.
    """
    logs = [math.log(value) for value in values]
    n, draw = len(logs), random.Random(seed).random
    # Of the generator only random() is promised never to change.
    means = sorted(sum(logs[int(draw() * n)] for _ in range(n)) / n for _ in range(BOOTSTRAP_DRAWS))
    share = (1 - confidence) / 2
    low, high = means[int(share * len(means))], means[int((1 - share) * len(means)) - 1]
    return Interval(math.exp(fmean(logs)), math.exp(low), math.exp(high), n)


def disagree(one: Interval, other: Interval) -> bool:
    """Return whether the half-widths of two intervals differ by more than half the larger."""
    widths = (one.log_half_width, other.log_half_width)
    if widths[0] is None or widths[1] is None:
        return False
    return abs(widths[0] - widths[1]) > LARGEST_DISAGREEMENT * max(widths[0], widths[1])
