"""Steady power of the one load that ran while tegrastats was logging."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Dict, Optional, Tuple

if TYPE_CHECKING:
    from measure.tegrastats.log import TegrastatsLog


@dataclass(frozen=True)
class SteadyPower:
    """Mean power of the module over the steady part of one load, in watts."""

    mean_w: float
    low_w: float
    high_w: float
    idle_floor_w: Optional[float]
    """Mean before the load; None if the log starts in it."""

    rails: Dict[str, float]
    """Mean by rail."""

    lsb_w: Dict[str, float]
    """Step of each rail's readings."""

    lsb_basis: Dict[str, str]
    """Where each step is from: readings, or shunt (of the module, at its nominal voltage)."""

    basis: str
    """What the interval is from: blocks of one run."""

    n: int
    """Readings in the window."""

    window: Tuple[int, int]
    """First and one past the last reading of the log."""


def steady_power(log: TegrastatsLog, module: str) -> SteadyPower:
    """Return the steady power of the load in the log.

    The interval is from the spread of blocks within one run, widened by what the steps of the
    rails can hide; it cannot show how much another run would differ.
    """
    raise NotImplementedError
