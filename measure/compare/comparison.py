"""Hold measured figures against published ones."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Callable, Iterable, Mapping, Sequence

from measure.compare.conditions import Difference, differences
from measure.compare.ratio_conditions import ratio_differences
from measure.tables import read_table

if TYPE_CHECKING:
    Row = Mapping[str, str]

INSIDE = "inside"
OUTSIDE = "outside"
NO_INTERVAL = "no_interval"
NO_PUBLISHED_FIGURE = "no_published_figure"


@dataclass(frozen=True)
class Metric:
    """A kind of figure, and the table of the published ones.

    Parameters
    ----------
    figure, result
        Columns of the figure, which is called the same where it is published, and of the result.
    table, key
        The published table and its key.
    same
        Columns that a measured row and a published one must share to be compared at all.
    """

    name: str
    figure: str
    result: str
    table: str
    key: tuple[str, ...]
    same: tuple[str, ...]


THROUGHPUT = Metric(
    name="images_per_second",
    figure="images_per_second",
    result="result",
    table="throughput",
    key=("network", "module", "power_mode", "weights", "dla_cores"),
    same=("network", "module", "engine"),
)
RATIO = Metric(
    name="perf_per_watt_ratio",
    figure="ratio",
    result="dla_result",
    table="perf-per-watt",
    key=("network", "module", "power_mode", "weights"),
    same=("network", "module", "weights"),
)


@dataclass(frozen=True)
class Comparison:
    """One measured figure beside the published one under the nearest conditions.

    Parameters
    ----------
    result
        Key of the measured row; of a ratio that of the DLA.
    low, high
        The measured interval; ``None`` where there is none.
    definition
        Definition of power of a ratio: a or b.
    published
        The published row; ``None`` where nobody published such a figure.
    verdict
        ``inside`` when the interval holds a value that rounds to the published one,
        ``outside`` when not, ``no_interval`` when the measurement has none,
        ``no_published_figure``.
    ratio
        Measured over published.
    """

    metric: Metric
    result: str
    measured: float
    low: float | None
    high: float | None
    definition: str = ""
    published: Row | None = None
    verdict: str = NO_PUBLISHED_FIGURE
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
        return ".".join([self.metric.table, *(self.published[name] for name in self.metric.key)])

    @property
    def published_value(self) -> str:
        """Return the published figure as printed; empty where there is none."""
        return self.published[self.metric.figure] if self.published else ""


def compare(results: Iterable[Row], ratios: Iterable[Row] = ()) -> list[Comparison]:
    """Return a comparison for every measured throughput, then one for every ratio of perf/W.

    Parameters
    ----------
    results
        Rows of measured/results.
    ratios
        Rows of measured/ratios that are of these results. Where one is known by both definitions
        of power, that of the accelerator's rail counts, as it is nearest to the published one.
    """
    by_key = {row["result"]: row for row in results}
    rates = [row for row in by_key.values() if row["images_per_second"]]
    # Of several rows with a key the last stays: definition b.
    nearest = {row["dla_result"]: row for row in sorted(ratios, key=_key_of_ratio)}
    published = {metric: read_table(f"published/{metric.table}") for metric in (THROUGHPUT, RATIO)}
    return [
        *(
            _compare(THROUGHPUT, row, published[THROUGHPUT], partial(differences, row))
            for row in rates
        ),
        *(
            _compare(RATIO, row, published[RATIO], partial(_ratio_differences, row, by_key))
            for row in nearest.values()
        ),
    ]


def _key_of_ratio(row: Row) -> tuple[str, str]:
    return row["dla_result"], row["definition"]


def _ratio_differences(ratio: Row, results: Mapping[str, Row], published: Row) -> list[Difference]:
    dla, gpu = results[ratio["dla_result"]], results[ratio["gpu_result"]]
    return ratio_differences(ratio["definition"], dla, gpu, published)


def _compare(
    metric: Metric,
    measured: Row,
    published: Sequence[Row],
    differing: Callable[[Row], list[Difference]],
) -> Comparison:
    """Compare one row with the published figure under the nearest conditions.

    Parameters
    ----------
    differing
        Returns what differs from a published row.
    """
    value = float(measured[metric.figure])
    low, high = (_number(measured[f"{metric.figure}_{end}"]) for end in ("low", "high"))
    alone = Comparison(
        metric,
        measured[metric.result],
        value,
        low,
        high,
        definition=measured.get("definition", ""),
    )
    same = [row for row in published if all(row[name] == measured[name] for name in metric.same)]
    if not same:
        return alone
    row, found = min(((row, differing(row)) for row in same), key=_distance)
    printed = row[metric.figure]
    return replace(
        alone,
        published=row,
        verdict=_verdict(printed, low, high),
        ratio=value / float(printed),
        differences=found,
    )


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
