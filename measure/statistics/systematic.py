"""What repeating a measurement of power cannot show."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Iterable, Sequence

if TYPE_CHECKING:
    from measure.statistics.interval import Interval

GAIN = 0.02
"""Within how much of the truth 95 % of sensors read: tolerance of the shunt and gain of the
monitor. Assumed, not measured on any board."""

_NORMAL = 1.96
_HIDDEN = {1: 0.289, 2: 0.15, 3: 0.09, 4: 0.02}
"""Standard deviation of a mean's error in steps by the number of codes its window has. With one
code any level within the step reads the same; noise over more of them evens that out."""


def quantisation_w(means: Iterable[Sequence[tuple[float | None, int | None]]]) -> float:
    """Return the 95 % half-width of a sum or difference of means, from the sensors' steps.

    Parameters
    ----------
    means
        For each mean that enters, the step in watts and the number of distinct codes of each of
        its repeats. What is not known counts as nothing.
    """
    variance = 0.0
    for repeats in means:
        hidden = [(_HIDDEN.get(codes or 0, 0.0) * (lsb or 0.0)) ** 2 for lsb, codes in repeats]
        variance += sum(hidden) / max(1, len(hidden))
    return _NORMAL * math.sqrt(variance)


def widened(interval: Interval, relative: float) -> Interval:
    """Return a relative interval with a systematic part added, in quadrature.

    Parameters
    ----------
    interval
        From repeats, on the logarithms.
    relative
        Half-width of the systematic part.
    """
    half = interval.log_half_width
    if half is None:
        return interval
    factor = math.exp(math.hypot(half, relative))
    return replace(interval, low=interval.value / factor, high=interval.value * factor)
