"""Figures of one segment, and what several have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping, Sequence

from measure.power.definitions import module_total
from measure.results.cells import mean
from measure.results.pairs import LOAD, means_of

if TYPE_CHECKING:
    from measure.power.railmap import RailMap

Segment = Mapping[str, Any]


def loads(segments: Sequence[Segment], *, valid: bool) -> list[Segment]:
    """Return the load segments, or the valid ones with a throughput only."""
    found = [one for one in segments if one["role"] == LOAD]
    if not valid:
        return found
    return [one for one in found if one["valid"] and one.get("images_per_second")]


def module_watts(segment: Segment, rails: RailMap | None) -> float | None:
    """Return the power of the module in a segment; None where a rail of it is not known."""
    means = means_of(segment.get("power") or {})
    if rails is None or not all(name in means for name in rails.total):
        return None
    return module_total(means, rails)


def clock(segment: Segment, name: str) -> float | None:
    """Return a clock in MHz, or the number of CPUs, as observed in a segment."""
    value = (segment.get("clocks") or {}).get(name)
    return None if value is None else float(value)


def dla_mhz(segment: Segment, cores: Sequence[int]) -> float | None:
    """Return the mean clock of the DLA cores that a job runs on."""
    return mean(clock(segment, f"dla{core}_mhz") for core in cores)


def latency(segments: Sequence[Segment], percent: int) -> float | None:
    """Return the median over the segments of each one's percentile.

    Queries are pooled within a segment only: between segments the device rests and cools.
    """
    known = sorted(
        value
        for one in segments
        if (value := (one.get("latency_ms") or {}).get(f"p{percent}")) is not None
    )
    if not known:
        return None
    middle = len(known) // 2
    return known[middle] if len(known) % 2 else (known[middle - 1] + known[middle]) / 2


def queries(segments: Sequence[Segment]) -> int | None:
    """Return how many queries were timed in all; None if no segment says so."""
    found = [(one.get("latency_ms") or {}).get("queries") for one in segments]
    known = [number for number in found if number is not None]
    return sum(known) if known else None
