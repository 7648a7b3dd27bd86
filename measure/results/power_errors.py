"""What makes a figure of power uncertain, besides the scatter of the pairs."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING, Any, Mapping, Sequence

from measure.results.pairs import IDLE, LOAD
from measure.statistics.interval import Interval, geometric_interval, mean_interval
from measure.statistics.student import t_quantile
from measure.statistics.systematic import (
    GAIN,
    Reading,
    half_width,
    has_few_codes,
    quantisation_w,
    widened,
)

if TYPE_CHECKING:
    from measure.power.railmap import RailMap
    from measure.results.pairs import Pair

Segment = Mapping[str, Any]


@dataclass(frozen=True)
class SharedErrors:
    """What all pairs have in common and their scatter does not show."""

    quantisation_w: float
    """95 % half-width."""
    host_w: float = 0.0
    """Standard deviation of the host's power that is taken off."""

    def delta(self, watts: Sequence[float], first: int) -> Interval:
        """Return the mean of power differences with the interval of all their errors."""
        found = mean_interval(watts, first)
        if found.low is None or found.high is None:
            return found
        own = (found.high - found.low) / 2
        half = math.hypot(own, self._host(watts, first), self.quantisation_w)
        return _with_half(found, math.hypot(half, GAIN * found.value))

    def per_watt(
        self, pairs: Sequence[Pair], watts: Sequence[float], first: int
    ) -> Interval | None:
        """Return images per joule with the interval of all their errors; None if one is below 0."""
        if min(watts) <= 0:
            return None
        found = geometric_interval(
            [pair.images_per_second / value for pair, value in zip(pairs, watts)], first
        )
        if found.low is None:
            return found
        return widened(found, self.common(watts, first))

    def common(self, watts: Sequence[float], first: int) -> float:
        """Return the half-width, relative to the mean of the watts, that all pairs share."""
        difference = fmean(watts)
        return math.hypot(self._host(watts, first) / difference, self.relative(difference))

    def relative(self, watts: float) -> float:
        """Return the systematic part of a power difference, relative to it."""
        return math.hypot(GAIN, self.quantisation_w / watts)

    def _host(self, watts: Sequence[float], first: int) -> float:
        """Return the half-width of the host's power, at the confidence of the pairs'."""
        if len(watts) < 2:  # One pair has no interval that this could widen.
            return 0.0
        return t_quantile(0.975, min(first, len(watts)) - 1) * self.host_w


def errors_of_a(segments: Sequence[Segment], rails: RailMap) -> SharedErrors:
    """Return what the pairs of definition A have in common."""
    return SharedErrors(quantisation(segments, rails.total, (LOAD, IDLE)))


def errors_of_b(
    segments: Sequence[Segment], rails: RailMap, engine: str, hosts: Sequence[float]
) -> SharedErrors:
    """Return what the pairs of definition B have in common.

    Parameters
    ----------
    segments, rails, engine
        As of `measure.results.pairs.pairs_of`.
    hosts
        What the host adds in each of its segments; none where it was not measured.
    """
    names = rails.of_engine(engine)
    if hosts:
        step = quantisation_of_b(segments, names)
    else:
        step = quantisation(segments, names, (LOAD, IDLE))
    return SharedErrors(step, host_deviation(segments, names, hosts))


def quantisation(segments: Sequence[Segment], names: Sequence[str], roles: Sequence[str]) -> float:
    """Return what the sensors' steps can hide in a sum of rails, or in the difference of two."""
    return half_width(
        [quantisation_w(readings(segments, name, role)) for role in roles for name in names]
    )


def quantisation_of_b(segments: Sequence[Segment], names: Sequence[str]) -> float:
    """Return what the steps can hide in the difference of load and host, each less its idle.

    The few host segments, and the idle ones around them, stand as still as all idle ones, and
    nothing evens out between them.
    """
    deviations = []
    for name in names:
        alone = quantisation_w(readings(segments, name, IDLE), scatter_counts=False)
        deviations += [quantisation_w(readings(segments, name, LOAD)), alone, alone]
    return half_width(deviations)


def readings(segments: Sequence[Segment], name: str, role: str) -> list[Reading]:
    """Return the readings of one rail in the valid segments of one role."""
    own = [one["power"] for one in segments if one["role"] == role and has_power(one)]
    known = [power[name] for power in own if power.get(name, {}).get("mean_w") is not None]
    return [Reading(rail["mean_w"], rail.get("lsb_w"), rail.get("codes")) for rail in known]


def is_coarse(segments: Sequence[Segment], names: Sequence[str]) -> bool:
    """Return whether a rail moves over few steps only, at load or at idle."""
    return any(
        has_few_codes(readings(segments, name, role)) for name in names for role in (LOAD, IDLE)
    )


def host_deviation(
    segments: Sequence[Segment], names: Sequence[str], hosts: Sequence[float]
) -> float:
    """Return the standard deviation of the mean of host segments, by the scatter of idle halves.

    There are too few host segments to show their own, and they are as steady as idle ones.
    """
    halves = [one["power_halves"] for one in segments if one["role"] == IDLE and _has_halves(one)]
    squares = [
        sum(first[name]["mean_w"] - second[name]["mean_w"] for name in names) ** 2 / 2
        for first, second in halves
        if all(
            half.get(name, {}).get("mean_w") is not None
            for name in names
            for half in (first, second)
        )
    ]
    return math.sqrt(fmean(squares) / len(hosts)) if squares and hosts else 0.0


def _has_halves(segment: Segment) -> bool:
    return bool(segment["valid"] and segment.get("power_halves"))


def has_power(segment: Segment) -> bool:
    """Return whether a segment counts and its power was read."""
    return bool(segment["valid"] and segment.get("power"))


def _with_half(interval: Interval, half: float) -> Interval:
    return replace(interval, low=interval.value - half, high=interval.value + half)
