"""Hold measured figures against published ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Iterable, Mapping, Sequence

from measure.compare.conditions import Difference, differences
from measure.tables import read_table

if TYPE_CHECKING:
    Row = Mapping[str, str]

INSIDE = "inside"
OUTSIDE = "outside"
NO_INTERVAL = "no_interval"
NO_PUBLISHED_FIGURE = "no_published_figure"

THROUGHPUT = "throughput"
_KEY = ("network", "module", "power_mode", "weights", "dla_cores")


@dataclass(frozen=True)
class Comparison:
    """One measured throughput beside the published figure under the nearest conditions.

    Parameters
    ----------
    result
        Key of the measured row.
    low, high
        The measured interval in images per second; ``None`` where there is none.
    published
        The published row; ``None`` where nobody published a figure of this network, module and
        engine.
    verdict
        ``inside`` when the interval holds a value that rounds to the published one,
        ``outside`` when not, ``no_interval`` when the measurement has none,
        ``no_published_figure``.
    ratio
        Measured over published.
    """

    result: str
    measured: float
    low: float | None
    high: float | None
    published: Row | None
    verdict: str
    ratio: float | None = None
    differences: list[Difference] = field(default_factory=list)

    @property
    def first_difference(self) -> Difference | None:
        """Return the first condition that certainly differs, else the first that may."""
        certain = [one for one in self.differences if one.certain]
        return next(iter(certain or self.differences), None)

    @property
    def published_record(self) -> str:
        """Return the name of the published row, by which the site has its record."""
        if self.published is None:
            return ""
        return ".".join([THROUGHPUT, *(self.published[name] for name in _KEY)])


def compare(results: Iterable[Row]) -> list[Comparison]:
    """Return a comparison for every row of measured/results that has a throughput."""
    published = read_table(f"published/{THROUGHPUT}")
    return [_compare(row, published) for row in results if row["images_per_second"]]


def _compare(measured: Row, published: Sequence[Row]) -> Comparison:
    """Compare one row with the published figure of its network and module."""
    value = float(measured["images_per_second"])
    low, high = (_number(measured[f"images_per_second_{end}"]) for end in ("low", "high"))
    same = [
        row
        for row in published
        if all(row[name] == measured[name] for name in ("network", "module", "engine"))
    ]
    if not same:
        return Comparison(measured["result"], value, low, high, None, NO_PUBLISHED_FIGURE)
    row, found = min(((row, differences(measured, row)) for row in same), key=_distance)
    ratio = value / float(row["images_per_second"])
    verdict = _verdict(row["images_per_second"], low, high)
    return Comparison(measured["result"], value, low, high, row, verdict, ratio, found)


def _distance(candidate: tuple[Row, list[Difference]]) -> tuple[int, int]:
    """Return how far a published row is from a measurement: certain differences come first."""
    found = candidate[1]
    return sum(one.certain for one in found), len(found)


def _verdict(printed: str, low: float | None, high: float | None) -> str:
    """Say whether the interval holds a value that is printed like the published one."""
    if low is None or high is None:
        return NO_INTERVAL
    half = half_unit(printed)
    value = float(printed)
    return INSIDE if low <= value + half and value - half <= high else OUTSIDE


def half_unit(printed: str) -> float:
    """Return half a unit of the last digit of a figure, as far as its rounding can be off.

    >>> half_unit("2037"), half_unit("37.5")
    (0.5, 0.05)
    """
    decimals = len(printed.partition(".")[2])
    return float(f"5e-{decimals + 1}")


def _number(cell: str) -> float | None:
    return float(cell) if cell else None
