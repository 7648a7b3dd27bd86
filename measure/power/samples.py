"""Read the file of the sampler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Dict

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class RailSamples:
    """Readings of one rail in order of time; a failed read is NaN."""

    t_ns: np.ndarray
    """Middle of each read, CLOCK_MONOTONIC_RAW."""

    millivolts: np.ndarray
    milliamperes: np.ndarray

    @property
    def watts(self) -> np.ndarray:
        """Return the power."""
        return self.millivolts * self.milliamperes / 1e6


Samples = Dict[str, RailSamples]
"""By rail."""


def read_samples(path: Path) -> Samples:
    """Return the samples of each rail; a record torn at the end is left out."""
    raise NotImplementedError
