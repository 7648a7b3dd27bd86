"""Whether the figure of a job holds over its long load."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any, Mapping, Sequence

from measure.results.pairs import ENDURANCE
from measure.results.segment_figures import module_watts

if TYPE_CHECKING:
    from measure.power.railmap import RailMap
    from measure.statistics.interval import Interval

Segment = Mapping[str, Any]

LARGEST_LOSS = 0.02
"""Part of the figure by which throughput may be lower in the long load."""
_INTERRUPTED = "interrupted"
_LOAD_S, _BLOCK_S = 60.0, 1.0
"""Settings of the protocol, for a journal that doesn't say."""


@dataclass(frozen=True)
class Endurance:
    """What the long load shows; None where there is none that counts."""

    seconds: float | None = None
    images_per_second: float | None = None
    end_images_per_second: float | None = None
    """Of its end, as long as the load of a pair: what lies lower there is hidden in the mean."""
    power_w: float | None = None
    """Of the module."""
    flags: tuple[str, ...] = ()


def endurance_of(
    segments: Sequence[Segment],
    figure: Interval,
    rails: RailMap | None,
    settings: Mapping[str, Any],
) -> Endurance:
    """Return what the long load of a job shows beside the figure of its pairs.

    Parameters
    ----------
    segments
        Of the job, of all roles.
    figure
        Images per second of its pairs.
    rails
        Of the module; None where no power was read.
    settings
        Those of the plan.
    """
    own = [one for one in segments if one["role"] == ENDURANCE]
    codes = [{reason["code"] for reason in one.get("reasons") or ()} for one in own]
    flags = []
    if any(found - {_INTERRUPTED} for found in codes):
        flags.append("endurance_invalid")
    valid = [one for one in own if one["valid"] and one.get("images_per_second")]
    if not valid:
        return Endurance(flags=tuple(flags))
    rate = float(valid[-1]["images_per_second"])
    end_rate = _end_rate(valid[-1], settings)
    if _is_lower(min(rate, end_rate), figure):
        flags.append("endurance_lower")
    watts = module_watts(valid[-1], rails)
    return Endurance(valid[-1].get("seconds"), rate, end_rate, watts, tuple(flags))


def _end_rate(segment: Segment, settings: Mapping[str, Any]) -> float:
    """Return the throughput of the last blocks that are as long as the load of a pair."""
    load_s, block_s = settings.get("load_s") or _LOAD_S, settings.get("block_s") or _BLOCK_S
    count = max(1, round(load_s / block_s))
    blocks = segment.get("blocks") or ()
    return fmean(blocks[-count:]) if len(blocks) > count else float(segment["images_per_second"])


def _is_lower(rate: float, figure: Interval) -> bool:
    """Say whether a throughput lies below the interval, and by more than scatter explains."""
    outside = figure.low is None or rate < figure.low
    return outside and rate < (1 - LARGEST_LOSS) * figure.value
