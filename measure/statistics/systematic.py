"""What repeating a measurement of power cannot show."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Iterable

if TYPE_CHECKING:
    from measure.statistics.interval import Interval

GAIN = 0.02
"""Within how much of the truth 95 % of sensors read: tolerance of the shunt and gain of the
monitor. Assumed, not measured on any board."""

_NORMAL = 1.96
_HIDDEN = {1: 0.289, 2: 0.15, 3: 0.09, 4: 0.02}
"""Standard deviation of a mean's error in steps by the number of codes its window has. With one
code any level within the step reads the same; noise over more of them evens that out."""


@dataclass(frozen=True)
class Systematic:
    """Relative 95 % half-widths of what all pairs have in common."""

    gain: float
    quantisation: float

    @property
    def total(self) -> float:
        """Return both together."""
        return math.hypot(self.gain, self.quantisation)


def quantisation_w(readings: Iterable[tuple[float | None, int]]) -> float:
    """Return the 95 % half-width of a difference or sum of means, from the sensors' steps.

    Parameters
    ----------
    readings
        Step in watts and number of distinct codes of each mean that enters.
    """
    variance = sum((_HIDDEN.get(codes, 0.0) * (lsb or 0.0)) ** 2 for lsb, codes in readings)
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
