"""The three named definitions of the power of an accelerator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Mapping, Optional, Sequence, Tuple

if TYPE_CHECKING:
    from measure.power.railmap import RailMap

Means = Mapping[str, float]
"""Mean watts by rail in one segment."""


@dataclass(frozen=True)
class RailDelta:
    """Definition B."""

    watts: Optional[float]
    """None where the host's part is too large to take off."""

    uncorrected_w: float
    host_w: float
    flags: Tuple[str, ...]
    """shared_rail, host_dominated."""


@dataclass(frozen=True)
class Marginal:
    """Definition C: the slope of module power over images per second."""

    j_per_image: Optional[float]
    """None where a straight line does not describe the points."""

    standard_error: Optional[float]
    r2: float
    intercept_w: float
    awake_w: Optional[float]
    """Intercept less idle: what it costs to have the block on."""

    points: int


def module_total(means: Means, rails: RailMap) -> float:
    """Return the power of the module."""
    raise NotImplementedError


def module_delta(load: Means, idle_before: Means, idle_after: Means, rails: RailMap) -> float:
    """Return definition A of one pair: the module under load less the mean of both idles."""
    raise NotImplementedError


def rail_delta(
    load: Means,
    idle_before: Means,
    idle_after: Means,
    rails: RailMap,
    engine: str,
    host_w: float = 0.0,
) -> RailDelta:
    """Return definition B of one pair.

    Parameters
    ----------
    engine
        gpu, dla or gpu+dla.
    host_w
        What `host_power` gave for the same rails.
    """
    raise NotImplementedError


def host_power(
    host: Means, idle_before: Means, idle_after: Means, rails: RailMap, engine: str
) -> float:
    """Return what the host alone adds to the engine's rails."""
    raise NotImplementedError


def soc_share(
    load: Means, idle_before: Means, idle_after: Means, rails: RailMap
) -> Optional[float]:
    """Return what a run on the DLA adds to the rail of the memory fabric; in A, not in B."""
    raise NotImplementedError


def marginal_energy(
    points: Sequence[Tuple[float, float]], idle_w: Optional[float] = None
) -> Marginal:
    """Return definition C from points of images per second and module watts."""
    raise NotImplementedError
