"""Mean power of a rail over a window, and whether the readings bear it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from measure.power.samples import Samples


@dataclass(frozen=True)
class RailMean:
    """Mean power of one rail over one window, and how well the readings cover it."""

    mean_w: float
    """NaN without two readings."""

    codes: int
    """Distinct readings of the current."""

    samples: int
    median_gap_ms: float
    max_gap_ms: float
    coverage: float
    """Share of the window between readings at most 250 ms apart."""

    lost: int
    """Reads that failed."""

    stuck: bool
    """Whether every reading is the same, voltage included."""

    absurd: int
    """Readings that an INA3221 cannot give."""


def mean_power(samples: Samples, rail: str, a_ns: int, b_ns: int) -> RailMean:
    """Return the mean power of a rail between two stamps, by trapezoids on the actual stamps."""
    raise NotImplementedError
