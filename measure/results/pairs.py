"""Loads with the idle segments around them.

Two loads that follow each other share the idle segment between them. Its first half counts for the
load before it and its second half for the load behind it, so that the errors of neighbouring pairs
are independent, as the interval over pairs takes them to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Mapping, Sequence

from measure.power.definitions import (
    host_power,
    module_delta,
    module_total,
    rail_delta,
    soc_share,
)
from measure.power.railmap import RailMap

Segment = Mapping[str, Any]
Means = Dict[str, float]

LOAD, IDLE, HOST, RATE = "load", "idle", "host", "rate"
ENDURANCE = "endurance"
"""Role of the one long load of a job, which belongs to no pair."""


@dataclass(frozen=True)
class Around:
    """A valid segment and the power of the idle time on both sides of it."""

    segment: Segment
    means: Means
    """Watts by rail."""
    before: Means
    after: Means
    parted: bool
    """Whether both sides are its own: no half of them counts for another pair, too."""


@dataclass(frozen=True)
class Pair:
    """What one load shows, by the definitions of power."""

    number: int
    """Of the round in which the jobs on one network were measured in turn."""
    images_per_second: float
    load_w: float
    idle_w: float
    module_delta_w: float
    rail_delta_w: float | None
    """None where the host's part is too large, or the engine's rail is not known."""
    flags: tuple[str, ...]


def rails_of(run: Mapping[str, Any]) -> RailMap | None:
    """Return the rails that a run wrote down by their roles; None where it read no power."""
    by_role: dict[str, list[str]] = {}
    for rail in run.get("rails") or ():
        for role in str(rail.get("role") or "").split():
            by_role.setdefault(role, []).append(rail["name"])
    if not by_role.get("total"):
        return None
    gpu, dla, soc = (by_role.get(role, [None])[0] for role in ("gpu", "dla", "soc"))
    return RailMap(
        module=str(run.get("module") or ""),
        total=tuple(by_role["total"]),
        gpu=gpu,
        dla=dla,
        soc=soc,
    )


def around(segments: Sequence[Segment], role: str, rails: RailMap) -> list[Around]:
    """Return the valid segments of a role that have a valid idle segment on both sides.

    Parameters
    ----------
    segments
        Of one job.
    role
        load or host.
    rails
        Of the module; a segment without the power of one of its rails is left out.
    """
    by_number = {segment["segment"]: segment for segment in segments}
    found = []
    for number in sorted(by_number):
        segment = by_number[number]
        sides = [by_number.get(number - 1), by_number.get(number + 1)]
        if segment["role"] != role or not all(_counts(one, rails) for one in (segment, *sides)):
            continue
        idle = [side for side in sides if side and side["role"] == IDLE]
        if len(idle) < 2 or len({side.get("boot") for side in (*idle, segment)}) > 1:
            continue
        before, own_before = _half(idle[0], by_number.get(number - 2), 1)
        after, own_after = _half(idle[1], by_number.get(number + 2), 0)
        found.append(
            Around(segment, means_of(segment["power"]), before, after, own_before and own_after)
        )
    return found


def _counts(segment: Segment | None, rails: RailMap) -> bool:
    """Whether a segment is valid and has the power of all rails of the module."""
    if segment is None or not segment["valid"]:
        return False
    power = means_of(segment.get("power") or {})
    return all(name in power for name in rails.total)


def _half(idle: Segment, beyond: Segment | None, half: int) -> tuple[Means, bool]:
    """Return the power of an idle segment's part next to a pair, and whether it is its own.

    Parameters
    ----------
    idle
        The segment.
    beyond
        What lies on its other side; if that is a load, it has the other half.
    half
        0 for the first half, 1 for the second.
    """
    if beyond is None or beyond["role"] == IDLE:
        return means_of(idle["power"]), True
    whole = means_of(idle["power"])
    halves = idle.get("power_halves")
    own = means_of(halves[half]) if halves else {}
    # A rail that was lost in this half only is known by the other one.
    return (own, True) if own.keys() >= whole.keys() else (whole, False)


def means_of(power: Mapping[str, Any]) -> Means:
    """Return watts by rail of a segment's record; a rail that could not be read is left out."""
    return {name: rail["mean_w"] for name, rail in power.items() if rail["mean_w"] is not None}


def host_watts(segments: Sequence[Segment], rails: RailMap, engine: str) -> list[float]:
    """Return for each valid host segment what the host alone adds to the engine's rails."""
    found = [
        host_power(one.means, one.before, one.after, rails, engine)
        for one in around(segments, HOST, rails)
        if _has_rails(one, rails, engine)
    ]
    return [watts for watts in found if watts is not None]


def soc_watts(segments: Sequence[Segment], rails: RailMap) -> list[float]:
    """Return for each load what it adds to the rail of the memory fabric, where that is read."""
    found = [
        soc_share(one.means, one.before, one.after, rails)
        for one in around(segments, LOAD, rails)
        if all(rails.soc in side for side in (one.means, one.before, one.after))
    ]
    return [watts for watts in found if watts is not None]


def _has_rails(one: Around, rails: RailMap, engine: str) -> bool:
    """Whether the engine's rails were read in a segment and the idle time around it."""
    names = rails.of_engine(engine) if engine != "cpu" else ()
    sides = (one.means, one.before, one.after)
    return bool(names) and all(name in side for name in names for side in sides)


def pairs_of(segments: Sequence[Segment], rails: RailMap, engine: str) -> list[Pair]:
    """Return the pairs of one job, in the order they were measured.

    Parameters
    ----------
    segments
        Of the job, its host segments among them.
    rails
        Of the module.
    engine
        gpu, dla or gpu+dla.
    """
    hosts = host_watts(segments, rails, engine)
    host_w = sum(hosts) / len(hosts) if hosts else 0.0
    return [
        _pair(one, rails, engine, host_w)
        for one in around(segments, LOAD, rails)
        if one.segment.get("images_per_second")
    ]


def _pair(one: Around, rails: RailMap, engine: str, host_w: float) -> Pair:
    idle = (module_total(one.before, rails) + module_total(one.after, rails)) / 2
    flags: tuple[str, ...] = () if one.parted else ("shared_idle",)
    rail = None
    if _has_rails(one, rails, engine):
        rail = rail_delta(one.means, one.before, one.after, rails, engine, host_w)
    return Pair(
        number=int(one.segment["pair"]),
        images_per_second=one.segment["images_per_second"],
        load_w=module_total(one.means, rails),
        idle_w=idle,
        module_delta_w=module_delta(one.means, one.before, one.after, rails),
        rail_delta_w=rail.watts if rail else None,
        flags=(*flags, *rail.flags) if rail else flags,
    )


def stopping_values(segments: Sequence[Segment], rails: RailMap | None) -> list[float]:
    """Return the values that decide about the number of pairs, one for each valid pair.

    That is images per joule above idle where power is known, else images per second.

    Parameters
    ----------
    segments
        Of one job.
    rails
        Of the module; None where no power is read.
    """
    if rails is None:
        return [
            one["images_per_second"]
            for one in segments
            if one["role"] == LOAD and one["valid"] and one.get("images_per_second")
        ]
    values = []
    for one in around(segments, LOAD, rails):
        watts = module_delta(one.means, one.before, one.after, rails)
        if watts > 0 and one.segment.get("images_per_second"):
            values.append(one.segment["images_per_second"] / watts)
    return values
