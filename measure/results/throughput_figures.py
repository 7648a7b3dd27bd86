"""Throughput of a job with its interval."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Sequence

from measure.statistics.blocks import blocks_interval
from measure.statistics.interval import (
    Interval,
    bootstrap_interval,
    disagree,
    geometric_interval,
)
from measure.statistics.outliers import outliers

FEWEST_TO_DRAW = 6
"""With fewer segments the bootstrap is too narrow to check anything."""

SEGMENTS, BLOCKS, NONE = "segments", "blocks", "none"


@dataclass(frozen=True)
class Throughput:
    """Images per second, where its interval is from, and what to keep in mind about it."""

    interval: Interval
    basis: str
    """segments, blocks or none."""
    flags: tuple[str, ...] = ()


def throughput(
    rates: Sequence[float], first: int, seed: int, blocks: Sequence[float] = ()
) -> Throughput:
    """Return the geometric mean of the segments with its interval.

    Parameters
    ----------
    rates
        Images per second of each valid segment, in the order they ran; at least one.
    first
        Segments whose scatter decided about the number of all.
    seed
        Of the bootstrap that checks the interval.
    blocks
        Images per second within the segment where there is only one.
    """
    interval = geometric_interval(rates, first)
    if len(rates) == 1:
        within = blocks_interval(blocks)
        if within is None or within.low is None or within.high is None or within.value <= 0:
            return Throughput(interval, NONE)
        # The blocks leave out the pieces at the ends; the figure is of the whole segment.
        shift = interval.value / within.value
        low, high = max(0.0, within.low) * shift, within.high * shift
        return Throughput(replace(interval, low=low, high=high), BLOCKS)
    flags = ["outlier"] if outliers(rates) else []
    if len(rates) >= FEWEST_TO_DRAW and disagree(interval, bootstrap_interval(rates, seed)):
        flags.append("bootstrap_disagrees")
    return Throughput(interval, SEGMENTS, tuple(flags))
