"""Student's t distribution."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

from measure.statistics.beta import incomplete_beta

_MOST_STEPS = 100
_PRECISE = 1e-14


@lru_cache(maxsize=None)
def t_quantile(probability: float, df: float) -> float:
    """Return the value that lies above a share of Student's t distribution.

    Parameters
    ----------
    probability
        Between 0 and 1: 0.975 for both ends of a 95 % interval.
    df
        Degrees of freedom, above 0.
    """
    if probability < 0.5:
        return -t_quantile(1.0 - probability, df)
    tail = 1.0 - probability
    low, high = 0.0, 2.0 + NormalDist().inv_cdf(probability)
    while _above(high, df) > tail:
        low, high = high, high * 2.0
    middle = (low + high) / 2.0
    for _ in range(_MOST_STEPS):
        excess = _above(middle, df) - tail
        low, high = (middle, high) if excess > 0 else (low, middle)
        # Newton's step where it stays inside, else halve.
        step = excess / _density(middle, df)
        following = middle + step if low < middle + step < high else (low + high) / 2.0
        if abs(following - middle) <= _PRECISE * max(1.0, middle):
            return following
        middle = following
    return middle


def _above(t: float, df: float) -> float:
    return 0.5 * incomplete_beta(df / (df + t * t), df / 2.0, 0.5)


def _density(t: float, df: float) -> float:
    log_scale = math.lgamma((df + 1.0) / 2.0) - math.lgamma(df / 2.0)
    log_scale -= 0.5 * math.log(df * math.pi)
    return math.exp(log_scale - (df + 1.0) / 2.0 * math.log1p(t * t / df))
