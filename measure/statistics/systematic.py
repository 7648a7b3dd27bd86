"""What repeating a measurement of power cannot show."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import fmean, stdev
from typing import Sequence

from measure.statistics.interval import WIDEST_LOG, Interval

GAIN = 0.02
"""Within how much of the truth 95 % of sensors read: tolerance of the shunt and gain of the
monitor. Assumed, not measured on any board."""

FEW_CODES = 3
"""With fewer distinct codes in a segment on average, a mean may be off by part of a step."""

_NORMAL = 1.96
_SIGMAS_SEEN = 5.3
"""Standard deviations between the lowest and the highest of some hundred readings."""


@dataclass(frozen=True)
class Reading:
    """The mean of a rail in one segment, and what the sensor's step did to it."""

    mean_w: float
    lsb_w: float | None
    """Step of the sensor; None where it is not known."""
    codes: int | None
    """Distinct readings in the segment; None where they were not counted."""


def quantisation_w(repeats: Sequence[Reading], *, scatter_counts: bool = True) -> float:
    """Return the standard deviation of what all repeats of a mean have in common by the step.

    Readings that stand still within a step all err alike, by anything up to half of it. Noise over
    more of the step, within the segments or between them, evens that out: for normal noise the
    error shrinks with its characteristic function at one period of the step.

    Parameters
    ----------
    repeats
        The same rail in segments of the same role; nothing is hidden where the step or the codes
        are not known.
    scatter_counts
        Whether the scatter of the repeats makes the interval. If not, because they are too few,
        what noise between them evens out is not known, and nothing is taken off for it.
    """
    known = [(one.mean_w, one.lsb_w, one.codes) for one in repeats if one.lsb_w and one.codes]
    if not known:
        return 0.0
    step = fmean(lsb for _, lsb, _ in known if lsb)
    within = (fmean(codes for _, _, codes in known if codes) - 1) / _SIGMAS_SEEN
    counted = scatter_counts and len(known) > 1
    between = stdev(mean for mean, _, _ in known) / step if counted else 0.0
    evened_out = math.exp(-2 * math.pi**2 * (within**2 + between**2))
    return step / math.sqrt(12) * evened_out


def has_few_codes(repeats: Sequence[Reading]) -> bool:
    """Return whether the repeats of a mean have few distinct codes on average."""
    known = [one.codes for one in repeats if one.codes]
    return bool(known) and fmean(known) < FEW_CODES


def half_width(deviations: Sequence[float]) -> float:
    """Return the 95 % half-width of a sum or difference of means with these deviations."""
    return _NORMAL * math.hypot(*deviations, 0.0)


def widened(interval: Interval, relative: float) -> Interval:
    """Return a relative interval with a systematic part added, in quadrature.

    It has no ends where the sum of both is so wide that it says nothing.

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
    half = math.hypot(half, relative)
    if half > WIDEST_LOG:
        return replace(interval, low=None, high=None)
    factor = math.exp(half)
    return replace(interval, low=interval.value / factor, high=interval.value * factor)
