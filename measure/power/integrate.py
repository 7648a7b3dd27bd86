"""Mean power of a rail over a window, and whether the readings bear it."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Sequence

if TYPE_CHECKING:
    from measure.power.samples import RailSamples, Samples

LARGEST_GAP_MS = 250.0
"""Between readings further apart the rail was not watched."""

LARGEST_MV = 32760.0
LARGEST_MA = 163_800.0
"""What an INA3221 can give: the ends of its ranges, the current over 1 mΩ."""


@dataclass(frozen=True)
class RailMean:
    """Mean power of one rail over one window, and how well the readings cover it."""

    mean_w: float
    """NaN without two readings."""

    codes: int
    """Distinct readings of the current."""

    samples: int
    median_gap_ms: float
    max_gap_ms: float
    coverage: float
    """Share of the window between readings at most 250 ms apart."""

    lost: int
    """Reads that failed."""

    stuck: bool
    """Whether every reading is the same, voltage included; idle on a coarse rail may be."""

    absurd: int
    """Readings that the chip cannot give."""


def mean_power(samples: Samples, rail: str, a_ns: int, b_ns: int) -> RailMean:
    """Return the mean power of a rail between two stamps, by trapezoids on the actual stamps.

    Parameters
    ----------
    samples
        What the sampler wrote.
    rail
        Its name.
    a_ns
        Begin of the window.
    b_ns
        Its end.
    """
    readings = samples[rail]
    first, end = bisect_left(readings.t_ns, a_ns), bisect_right(readings.t_ns, b_ns)
    millivolts, milliamperes = readings.millivolts[first:end], readings.milliamperes[first:end]
    pairs = set(zip(millivolts, milliamperes))
    mean, gaps = _trapezoids(readings, (a_ns, b_ns), (first, end))
    return RailMean(
        mean,
        len(set(milliamperes)),
        end - first,
        median(gap for gap, _ in gaps) / 1e6,
        max(gap for gap, _ in gaps) / 1e6,
        sum(inside for gap, inside in gaps if gap <= LARGEST_GAP_MS * 1e6) / (b_ns - a_ns),
        bisect_right(readings.lost_ns, b_ns) - bisect_left(readings.lost_ns, a_ns),
        len(pairs) == 1 and end - first > 1,
        sum(not _possible(*pair) for pair in zip(millivolts, milliamperes)),
    )


def _possible(millivolts: float, milliamperes: float) -> bool:
    return 0 <= millivolts <= LARGEST_MV and abs(milliamperes) <= LARGEST_MA


def _trapezoids(
    readings: RailSamples, window: tuple[int, int], inside: tuple[int, int]
) -> tuple[float, list[tuple[int, int]]]:
    """Return the mean power, and each gap with what of it lies in the window.

    The readings before and after the window are used, so that it is covered to its ends.
    """
    begin, end = window
    first, last = max(0, inside[0] - 1), min(len(readings.t_ns), inside[1] + 1)
    stamps = readings.t_ns[first:last]
    watts = [
        millivolts * milliamperes / 1e6
        for millivolts, milliamperes in zip(
            readings.millivolts[first:last], readings.milliamperes[first:last]
        )
    ]
    if len(stamps) < 2:
        return math.nan, [(end - begin, 0)]
    energy, gaps = 0.0, []
    for (t0, w0), (t1, w1) in _pairs(stamps, watts):
        a, b = max(t0, begin), min(t1, end)
        if b <= a:
            continue
        slope = (w1 - w0) / (t1 - t0)
        energy += (w0 + slope * ((a + b) / 2 - t0)) * (b - a)
        gaps.append((t1 - t0, b - a))
    covered = sum(gap for _, gap in gaps)
    uncovered = [edge for edge in (stamps[0] - begin, end - stamps[-1]) if edge > 0]
    return energy / covered if covered else math.nan, [*gaps, *((edge, 0) for edge in uncovered)]


def _pairs(
    stamps: Sequence[int], watts: Sequence[float]
) -> zip[tuple[tuple[int, float], tuple[int, float]]]:
    points = list(zip(stamps, watts))
    return zip(points, points[1:])
