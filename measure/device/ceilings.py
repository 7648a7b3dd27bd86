"""The highest clocks of a module, which hold where a power mode has no cap."""

from __future__ import annotations

from measure.tables import read_table

_COLUMNS = {"gpu": "gpu_max_mhz", "dla": "dla_max_mhz"}


def ceilings_of(module: str) -> dict[str, float]:
    """Return the highest clocks of gpu and dla in MHz; what the tables don't know is left out.

    They are those outside the super configurations, in which clocks may lie above them.
    """
    for row in read_table("reference/modules"):
        if row["module"] == module:
            return {part: float(row[name]) for part, name in _COLUMNS.items() if row[name]}
    return {}
