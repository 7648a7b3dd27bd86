"""Steady power of the load that ran while tegrastats was logging."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Sequence

from measure.errors import ConditionError
from measure.power.quantisation import codes_seen, hidden, inferred_step
from measure.power.railmap import nominal_step, rail_map
from measure.statistics.student import t_quantile
from measure.tegrastats.window import find_window

if TYPE_CHECKING:
    from measure.tegrastats.log import TegrastatsLog

BASIS = "blocks"
"""One run: its blocks show the spread within it, nothing shows that between runs."""

LEAST_OF_NOMINAL = 0.5
"""Of the step at the nominal voltage; less is not what readings move in."""

BLOCKS = 10
CONFIDENCE = 0.95
_FEWEST_IN_BLOCK = 3
"""Of the fewest readings of a window that makes three blocks."""


@dataclass(frozen=True)
class RailPower:
    """One rail in the window."""

    mean_w: float
    codes: int | None
    """Distinct codes; None where the step is not known."""

    lsb_w: float | None
    lsb_basis: str
    """Where the step is from: readings; shunt, at the nominal voltage; or unknown."""


@dataclass(frozen=True)
class SteadyPower:
    """Mean power of the module over the steady part of one load."""

    mean_w: float
    low_w: float
    high_w: float
    idle_floor_w: float | None
    """Lowest mean over a second outside the load; None if the log holds the load alone."""

    rails: dict[str, RailPower]
    """The rails of the total."""

    window: tuple[int, int]
    """First reading of the log and one past the last."""

    loads: int
    """How many loads the log holds; the window is in the longest."""

    basis: str = BASIS

    @property
    def n(self) -> int:
        """How many readings the mean is of."""
        return self.window[1] - self.window[0]

    @property
    def lsb_w(self) -> float | None:
        """Return the largest step of the rails; None if one is not known."""
        steps = [rail.lsb_w for rail in self.rails.values()]
        return max(step for step in steps if step) if all(steps) else None


def steady_power(log: TegrastatsLog, module: str) -> SteadyPower:
    """Return the steady power of the load in the log.

    The interval is from the spread of blocks within one run, widened by what the steps of rails
    that hardly move can hide. It does not show how much another run would differ.

    Raises
    ------
    ConditionError
        The rails of the module's total are not in the log, or no load is long enough.
    """
    labels = dict.fromkeys(name for reading in log.readings for name in reading.rails)
    total = rail_map(module, labels).total
    places = [
        place
        for place, reading in enumerate(log.readings)
        if all(name in reading.rails for name in total)
    ]
    watts = {name: [log.readings[place].rails[name] / 1000 for place in places] for name in total}
    steps = {name: _step(module, name, watts[name]) for name in total}
    power = [sum(together) for together in zip(*watts.values())]
    window = find_window(power, log.interval_s, sum(step or 0.0 for step, _ in steps.values()))
    if window is None:
        raise ConditionError(
            f"{log.path}: no load in the log is long enough for its steady power; start tegrastats "
            "before the load and let it run for 20 s at least"
        )
    inside = slice(window.first, window.end)
    rails = {name: _rail(watts[name][inside], *steps[name]) for name in total}
    mean = fmean(power[inside])
    half = _half_width(power[inside]) + sum(
        hidden(rail.codes, rail.lsb_w) for rail in rails.values() if rail.codes and rail.lsb_w
    )
    return SteadyPower(
        mean,
        mean - half,
        mean + half,
        window.idle_floor,
        rails,
        (places[window.first], places[window.end - 1] + 1),
        window.loads,
    )


def _step(module: str, rail: str, watts: Sequence[float]) -> tuple[float | None, str]:
    """Return the step of a rail and where it is from."""
    nominal = nominal_step(module, rail)
    inferred = (inferred_step([round(value * 1000) for value in watts]) or 0.0) / 1000
    # A rail that stays on two codes shows how the voltage varies, not the step.
    if inferred > LEAST_OF_NOMINAL * (nominal or 0.0):
        return inferred, "readings"
    return nominal, "shunt" if nominal else "unknown"


def _rail(watts: Sequence[float], step: float | None, basis: str) -> RailPower:
    return RailPower(fmean(watts), codes_seen(watts, step) if step else None, step, basis)


def _half_width(power: Sequence[float]) -> float:
    """Return half of the interval that the means of blocks give."""
    count = min(BLOCKS, len(power) // _FEWEST_IN_BLOCK)
    ends = [round(number * len(power) / count) for number in range(count + 1)]
    means = [fmean(power[first:end]) for first, end in zip(ends, ends[1:])]
    return t_quantile((1 + CONFIDENCE) / 2, count - 1) * stdev(means) / math.sqrt(count)
