"""How many queries a percentile of latency needs."""

from __future__ import annotations

from functools import lru_cache

from measure.statistics.beta import incomplete_beta

CONFIDENCE = 0.99
"""Of MLPerf's early stopping."""
PERCENTILES = (50, 90, 99)


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
