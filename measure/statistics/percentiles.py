"""Percentiles of latency, and how many queries they need."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Sequence

from measure.statistics.beta import incomplete_beta

CONFIDENCE = 0.99
"""Of MLPerf's early stopping."""
PERCENTILES = (50, 90, 99)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that at least so many percent of the values do not exceed.

    Parameters
    ----------
    values
        At least one.
    percent
        Above 0, at most 100.
    """
    return sorted(values)[max(0, math.ceil(percent / 100 * len(values)) - 1)]


@lru_cache(maxsize=None)
def queries_needed(percent: float, over: int = 1, confidence: float = CONFIDENCE) -> int:
    """Return with how many queries, `over` of them slower, a percentile's bound holds.

    The inequality is that of MLPerf's early stopping with no tolerance: that so few of so many
    are slower would be rarer than 1 - confidence if the percentile were not below the bound.

    Parameters
    ----------
    percent
        The percentile, between 0 and 100.
    over
        Queries slower than the bound.
    confidence
        How sure to be.
    """
    share = percent / 100
    low, high = 0, 1
    while not _enough(high, over, share, confidence):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _enough(middle, over, share, confidence) else (middle, high)
    return high + over


def _enough(within: int, over: int, share: float, confidence: float) -> bool:
    return incomplete_beta(share, within, over + 1) <= 1 - confidence
