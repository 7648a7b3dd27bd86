"""The regularised incomplete beta function, which the t and binomial distributions share."""

from __future__ import annotations

import math

_TINY = 1e-300
_PRECISE = 4e-16
_MOST_STEPS = 10000


def incomplete_beta(x: float, a: float, b: float) -> float:
    """Return I_x(a, b), the share of a beta distribution below x.

    Parameters
    ----------
    x
        From 0 to 1.
    a, b
        The distribution's parameters, above 0.
    """
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - incomplete_beta(1.0 - x, b, a)
    log_front = (
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    return math.exp(log_front) / a * _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """Return the continued fraction of the function by Lentz's method."""
    c, d = 1.0, 1.0 / _away_from_zero(1.0 - (a + b) * x / (a + 1.0))
    value = d
    for m in range(1, _MOST_STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        for term in (even, odd):
            c = _away_from_zero(1.0 + term / c)
            d = 1.0 / _away_from_zero(1.0 + term * d)
            value *= c * d
        if abs(1.0 - c * d) < _PRECISE:
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
