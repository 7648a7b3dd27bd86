"""The highest clocks of a module, which hold where a power mode has no cap."""

from __future__ import annotations

import math

from measure.tables import read_table

_COLUMNS = {"gpu": "gpu_max_mhz", "dla": "dla_max_mhz"}


DLA_STEP_MHZ = 12.8
"""The clocks of all caps and ceilings of the DLA are multiples of it, but for some of a Xavier."""


def dla_step_below(mhz: float) -> float:
    """Return the highest clock that the DLA can have under a cap: 742.4 under 750."""
    return math.floor(mhz / DLA_STEP_MHZ + 1e-6) * DLA_STEP_MHZ


def ceilings_of(module: str) -> dict[str, float]:
    """Return the highest clocks of gpu and dla in MHz; what the tables don't know is left out.

    They are those outside the super configurations, in which clocks may lie above them.
    """
    for row in read_table("reference/modules"):
        if row["module"] == module:
            return {part: float(row[name]) for part, name in _COLUMNS.items() if row[name]}
    return {}
