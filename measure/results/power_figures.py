"""Power of a job and its throughput for each watt, with intervals, by the definitions A, B, C."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Mapping, Sequence

from measure.power.marginal import marginal_energy
from measure.results.cells import mean
from measure.results.pairs import LOAD, RATE, host_watts, pairs_of, soc_watts
from measure.results.power_errors import (
    SharedErrors,
    errors_of_a,
    errors_of_b,
    has_power,
    is_coarse,
    quantisation,
)
from measure.results.segment_figures import loads, module_watts
from measure.statistics.interval import Interval
from measure.statistics.student import t_quantile
from measure.statistics.systematic import GAIN

if TYPE_CHECKING:
    from measure.power.railmap import RailMap
    from measure.results.pairs import Pair

Segment = Mapping[str, Any]


@dataclass(frozen=True)
class PowerFigures:
    """What is known of the power of one job; None where it is not."""

    load: Interval | None = None
    idle_w: float | None = None
    module_delta: Interval | None = None
    rail_delta: Interval | None = None
    host_w: float | None = None
    soc_share_w: float | None = None
    marginal: Interval | None = None
    per_watt_a: Interval | None = None
    per_watt_b: Interval | None = None
    u_sys_rel: float | None = None
    lsb_w: float | None = None
    note: str = ""
    flags: tuple[str, ...] = ()


def power_figures(
    segments: Sequence[Segment], rails: RailMap | None, engine: str, first: int
) -> PowerFigures:
    """Return the power of one job.

    Parameters
    ----------
    segments
        Of the job, of all roles.
    rails
        Of the module; None where no power was read.
    engine
        gpu, dla, gpu+dla or cpu.
    first
        Pairs whose scatter decided about the number of all.
    """
    if rails is None:
        return PowerFigures()
    pairs = pairs_of(segments, rails, engine)
    if not pairs:
        return _without_pairs(segments, rails)
    idle_w = mean(pair.idle_w for pair in pairs)
    known = PowerFigures(
        load=_load([pair.load_w for pair in pairs], segments, rails, first),
        idle_w=idle_w,
        soc_share_w=mean(soc_watts(segments, rails)) if engine == "dla" else None,
        marginal=_marginal(segments, rails, idle_w),
        lsb_w=_largest_step(segments, rails.total),
        flags=tuple(sorted({flag for pair in pairs for flag in pair.flags})),
    )
    return _with_b(
        _with_a(known, pairs, segments, rails, first), pairs, segments, rails, engine, first
    )


def _with_a(
    known: PowerFigures,
    pairs: Sequence[Pair],
    segments: Sequence[Segment],
    rails: RailMap,
    first: int,
) -> PowerFigures:
    """Add what definition A says."""
    watts = [pair.module_delta_w for pair in pairs]
    shared = errors_of_a(segments, rails)
    delta = shared.delta(watts, first)
    flags = ["few_codes"] if is_coarse(segments, rails.total) else []
    flags += ["delta_not_positive"] if min(watts) <= 0 else []
    return replace(
        known,
        module_delta=delta,
        per_watt_a=shared.per_watt(pairs, watts, first),
        u_sys_rel=shared.relative(delta.value) if delta.value > 0 else None,
        note=f"A: {' + '.join(rails.total)}",
        flags=(*known.flags, *flags),
    )


def _with_b(
    known: PowerFigures,
    pairs: Sequence[Pair],
    segments: Sequence[Segment],
    rails: RailMap,
    engine: str,
    first: int,
) -> PowerFigures:
    """Add what definition B says, where the engine's rail is known and is mostly the engine's."""
    hosts = host_watts(segments, rails, engine)
    known = replace(known, host_w=mean(hosts))
    watts = [pair.rail_delta_w for pair in pairs if pair.rail_delta_w is not None]
    if len(watts) < len(pairs):
        return replace(known, note=f"{known.note}; B is left out")
    names = rails.of_engine(engine)
    shared = errors_of_b(segments, rails, engine, hosts)
    note = f"{known.note}; B: {' + '.join(names)}"
    flags = [] if hosts else ["no_host_segment"]
    flags += ["delta_not_positive"] if min(watts) <= 0 else []
    return replace(
        known,
        rail_delta=shared.delta(watts, first),
        per_watt_b=shared.per_watt(pairs, watts, first),
        note=note if hosts else f"{note}, the host's part not taken off",
        flags=(*known.flags, *flags),
    )


def _load(
    watts: Sequence[float], segments: Sequence[Segment], rails: RailMap, first: int
) -> Interval:
    """Return the power at load; no module gives power away."""
    found = SharedErrors(quantisation(segments, rails.total, (LOAD,))).delta(watts, first)
    return found if found.low is None else replace(found, low=max(0.0, found.low))


def _without_pairs(segments: Sequence[Segment], rails: RailMap) -> PowerFigures:
    """Return the power at load alone: of runs that others made, without idle segments."""
    valid = loads(segments, valid=True)
    watts = [value for one in valid if (value := module_watts(one, rails)) is not None]
    if not watts:
        return PowerFigures()
    figures = PowerFigures(
        load=_load(watts, segments, rails, len(watts)),
        lsb_w=_largest_step(segments, rails.total),
        note=f"load: {' + '.join(rails.total)}",
    )
    steady = valid[0].get("steady_power")
    if len(valid) > 1 or not steady:
        return figures
    mean_w, floor_w = steady["mean_w"], steady.get("idle_floor_w")
    figures = replace(figures, load=_steady_load(steady))
    if floor_w is None or floor_w >= mean_w:
        return figures
    return replace(
        figures,
        idle_w=floor_w,
        module_delta=Interval(mean_w - floor_w, None, None, 1),
        note=f"{figures.note}; idle: the lowest second of the same log",
        flags=("idle_floor",),
    )


def _steady_load(steady: Mapping[str, float]) -> Interval:
    """Return the power of a log: its interval, which is from within one run, with the gain."""
    value, gain = steady["mean_w"], GAIN * steady["mean_w"]
    below, above = (math.hypot(steady[end] - value, gain) for end in ("low_w", "high_w"))
    return Interval(value, max(0.0, value - below), value + above, 1)


def _marginal(segments: Sequence[Segment], rails: RailMap, idle_w: float | None) -> Interval | None:
    """Return the energy of one more image, from runs at several rates.

    Steps of the monitors scatter the points about the line, so the line's error has them.
    """
    points = [
        (one["images_per_second"], watts)
        for one in segments
        if one["role"] == RATE
        and one["valid"]
        and one.get("images_per_second")
        and (watts := module_watts(one, rails)) is not None
    ]
    line = marginal_energy(points, idle_w)
    slope, error = line.j_per_image, line.standard_error
    if slope is None or error is None:
        return None if slope is None else Interval(slope, None, None, line.points)
    half = math.hypot(t_quantile(0.975, line.points - 2) * error, GAIN * slope)
    return Interval(slope, slope - half, slope + half, line.points)


def _largest_step(segments: Sequence[Segment], names: Sequence[str]) -> float | None:
    steps = [
        one["power"][name].get("lsb_w")
        for one in segments
        if has_power(one)
        for name in names
        if name in one["power"]
    ]
    return max((step for step in steps if step is not None), default=None)
