"""The steps in which a rail is read, and what they can hide."""

from __future__ import annotations

from statistics import median
from typing import Sequence

SHUNT_LSB_V = 40e-6
"""Step of the voltage over the shunt in an INA3221."""

FEWEST_CODES = 3
"""With fewer distinct codes in a window their mean may be off by half a step."""

_CLEAR = 4
"""How much larger a step is than what the voltage adds within one code."""

_TOLERANCE = 0.25
"""How far from a whole number of steps two neighbours may lie apart, in steps."""


_NEXT_CODE = 1.5
"""A gap of fewer times the smallest one is between two codes without one left out."""


def power_step(shunt_ohm: float, bus_v: float) -> float:
    """Return the step of a rail's power in watts."""
    return SHUNT_LSB_V / shunt_ohm * bus_v


def inferred_step(readings: Sequence[float]) -> float | None:
    """Return the step that readings of a rail show, in their unit; None if they show none.

    Parameters
    ----------
    readings
        Power of one rail.

    Notes
    -----
    A reading is a whole number of steps of current times a voltage that varies a little. So the
    gaps between neighbouring values are small within a code and near whole numbers of steps
    between codes. Fewer than three gaps of the second kind show nothing.
    """
    distinct = sorted(set(readings))
    gaps = sorted(later - one for one, later in zip(distinct, distinct[1:]))
    clear = [later for one, later in zip(gaps, gaps[1:]) if later >= _CLEAR * one]
    smallest_between = [*clear[::-1], *gaps[:1]]
    steps = (_step_from(distinct, smallest) for smallest in smallest_between)
    return next((step for step in steps if step is not None), None)


def _step_from(distinct: Sequence[float], smallest: float) -> float | None:
    """Return the step if gaps from the smallest one on are between codes; None if they are not."""
    # From the lowest reading of each code to that of the next.
    lowest = [distinct[0]]
    lowest += [later for one, later in zip(distinct, distinct[1:]) if later - one >= smallest]
    between = [later - one for one, later in zip(lowest, lowest[1:])]
    if len(between) < FEWEST_CODES:
        return None
    step = median(gap for gap in between if gap < _NEXT_CODE * min(between))
    whole = all(abs(gap / step - round(gap / step)) <= _TOLERANCE for gap in between)
    return float(step) if whole else None


def codes_seen(readings: Sequence[float], step: float) -> int:
    """Return how many codes were read: values more than half a step apart are different ones."""
    distinct = sorted(set(readings))
    return bool(distinct) + sum(
        later - one > step / 2 for one, later in zip(distinct, distinct[1:])
    )


def hidden(codes: int, step: float) -> float:
    """Return by how much a mean may be off because its window has too few codes."""
    return step / 2 if codes < FEWEST_CODES else 0.0
