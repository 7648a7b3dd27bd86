"""When enough pairs have been measured.

The number of pairs is decided once, from the scatter of the first `min_pairs` (Stein's two-stage
procedure), and the interval later uses the scatter of these alone (`first=min_pairs` of
`measure.statistics.interval`). Looking after each pair whether the interval is narrow by now would
stop where the scatter happens to look small, and the interval would cover too rarely.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import stdev
from typing import Sequence

from measure.statistics.interval import Interval, geometric_interval
from measure.statistics.student import t_quantile

NARROW, CAP, CONTINUE = "narrow", "cap", "continue"


@dataclass(frozen=True)
class Stopping:
    """Whether to go on, and how far."""

    why: str
    """narrow, cap or continue."""
    pairs_needed: int
    """Valid pairs after which it stops, so far as that is known."""
    half_width: float | None
    """Relative half-width so far; None before there are two pairs."""


def decide(
    values: Sequence[float], min_pairs: int, max_pairs: int, target_half_width: float
) -> Stopping:
    """Return whether the pairs measured so far are enough.

    Parameters
    ----------
    values
        One value above 0 for each valid pair, in the order they were measured: images per joule
        where power is known, else images per second.
    min_pairs
        Pairs that are always measured, from which the number of all is computed; at least 2.
    max_pairs
        Pairs after which it stops in any case.
    target_half_width
        Half-width of the 95 % interval, relative to the value, that is narrow enough.
    """
    if len(values) < min_pairs:
        width = stopped_interval(values, min_pairs).log_half_width if values else None
        return Stopping(CONTINUE if len(values) < max_pairs else CAP, min_pairs, width)
    scatter = stdev(math.log(value) for value in values[:min_pairs])
    reach = t_quantile(0.975, min_pairs - 1) * scatter
    needed = max(min_pairs, math.ceil((reach / target_half_width) ** 2))
    half_width = reach / math.sqrt(len(values))
    if len(values) >= needed:
        return Stopping(NARROW, needed, half_width)
    needed = min(needed, max_pairs)
    return Stopping(CAP if len(values) >= needed else CONTINUE, needed, half_width)


def stopped_interval(values: Sequence[float], min_pairs: int) -> Interval:
    """Return the interval of values whose number `decide` chose."""
    return geometric_interval(values, first=min_pairs)
