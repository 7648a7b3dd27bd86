"""The three named definitions of the power of an accelerator.

No rail carries an accelerator alone, so a figure is never the accelerator's power as such: it goes
with the name of one of these. A, `module_delta`: the whole module under load less when idle. B,
`rail_delta`: the same of the rail that feeds the accelerator, less what the host adds to it. C,
`marginal_energy`: the slope of the module's power over images per second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Mapping

if TYPE_CHECKING:
    from measure.power.railmap import RailMap

Means = Mapping[str, float]
"""Mean watts by rail in one segment."""

LARGEST_HOST_SHARE = 0.3
HOST_DOMINATED, SHARED_RAIL = "host_dominated", "shared_rail"


@dataclass(frozen=True)
class RailDelta:
    """Definition B of one pair."""

    watts: float | None
    """None where the host's part is too large to be taken off."""

    flags: tuple[str, ...]
    """host_dominated, shared_rail."""


def module_total(means: Means, rails: RailMap) -> float:
    """Return the power of the module."""
    return sum(means[rail] for rail in rails.total)


def module_delta(load: Means, idle_before: Means, idle_after: Means, rails: RailMap) -> float:
    """Return definition A of one pair: the module under load less the mean of both idles.

    A drift that is linear in time cancels.
    """
    return _delta(load, idle_before, idle_after, rails.total)


def rail_delta(
    load: Means,
    idle_before: Means,
    idle_after: Means,
    rails: RailMap,
    engine: str,
    host_w: float = 0.0,
) -> RailDelta | None:
    """Return definition B of one pair; None if the rail of the accelerator is not known.

    Parameters
    ----------
    load, idle_before, idle_after
        Mean watts by rail in the three segments of the pair.
    rails
        The rails of the module.
    engine
        gpu, dla or gpu+dla.
    host_w
        What `host_power` gives for the same engine.
    """
    fed = rails.of_engine(engine)
    if not fed:
        return None
    delta = _delta(load, idle_before, idle_after, fed)
    dominated = host_w != 0 and abs(host_w) > LARGEST_HOST_SHARE * delta
    flags = [HOST_DOMINATED] if dominated else []
    if rails.shared:
        flags.append(SHARED_RAIL)
    return RailDelta(None if dominated else delta - host_w, tuple(flags))


def host_power(
    host: Means, idle_before: Means, idle_after: Means, rails: RailMap, engine: str
) -> float | None:
    """Return what the host alone adds to the rails of the engine; None if they are not known."""
    fed = rails.of_engine(engine)
    return _delta(host, idle_before, idle_after, fed) if fed else None


def soc_share(load: Means, idle_before: Means, idle_after: Means, rails: RailMap) -> float | None:
    """Return what a run on the DLA alone adds to the rail of the memory fabric.

    It is part of definition A and not of B; None where the fabric has no rail apart from the DLA.
    """
    if rails.soc is None:
        return None
    return _delta(load, idle_before, idle_after, (rails.soc,))


def _delta(load: Means, idle_before: Means, idle_after: Means, rails: tuple[str, ...]) -> float:
    idle = sum((idle_before[rail] + idle_after[rail]) / 2 for rail in rails)
    return sum(load[rail] for rail in rails) - idle
