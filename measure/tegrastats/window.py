"""Find the load in a log of power."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from statistics import fmean, median
from typing import Sequence

SETTLE_S = 5.0
"""Cut off where the load begins: clocks and regulators settle, as in our own segments."""

END_S = 1.0
"""Cut off where it ends, when the instances stop one after the other."""

SMOOTH_S = 1.0
FEWEST_READINGS = 10
LEAST_CONTRAST = 0.05
"""Of the highest power; less is no sign that the log holds anything but the load."""

_LONG_S = 5.0


@dataclass(frozen=True)
class Window:
    """Where the load is in a log."""

    first: int
    """First reading of its steady part."""

    end: int
    """One past the last."""

    idle_floor: float | None
    """Lowest mean over a second outside the load; None if the log holds nothing else."""

    loads: int
    """How many loads of some length the log holds; the window is in the longest."""


def find_window(power: Sequence[float], interval_s: float, step: float) -> Window | None:
    """Return the steady part of the longest load; None if no load is long enough.

    Parameters
    ----------
    power
        Power of the module in each reading.
    interval_s
        Time between two readings.
    step
        Smallest step of the power, in its unit.

    Notes
    -----
    The load is where the power is above the middle between the lowest and the highest second, by
    their medians. If these differ by less than a step or than 5 %, the log is taken to hold the
    load alone.
    """
    per_second = max(1, round(SMOOTH_S / interval_s))
    seconds = [power[place : place + per_second] for place in range(len(power) - per_second + 1)]
    if not seconds:
        return None
    # A single reading that is far off is no level.
    levels = [median(second) for second in seconds]
    lowest, highest = min(levels), max(levels)
    if highest - lowest < max(step, LEAST_CONTRAST * highest):
        return _cut(0, len(power), interval_s, None, 1)
    runs = _runs([value >= (lowest + highest) / 2 for value in power])
    first, end = max(runs, key=lambda run: run[1] - run[0])
    loads = sum((end - first) * interval_s >= _LONG_S for first, end in runs)
    return _cut(first, end, interval_s, min(map(fmean, seconds)), loads)


def _cut(first: int, end: int, interval_s: float, idle: float | None, loads: int) -> Window | None:
    first += -int(-SETTLE_S // interval_s)
    end -= -int(-END_S // interval_s)
    return Window(first, end, idle, loads) if end - first >= FEWEST_READINGS else None


def _runs(above: Sequence[bool]) -> list[tuple[int, int]]:
    """Return the first and one past the last place of each run of true."""
    runs, place = [], 0
    for is_above, group in groupby(above):
        length = len(list(group))
        if is_above:
            runs.append((place, place + length))
        place += length
    return runs
