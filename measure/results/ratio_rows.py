"""Rows of the table of ratios: perf/W of the DLA over that of the GPU in the same run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, Mapping, Sequence

from measure.results import cells
from measure.results.pairs import Pair, host_watts, pairs_of
from measure.results.power_errors import SharedErrors, errors_of_a, errors_of_b
from measure.results.result_rows import result_key
from measure.results.throughput_figures import FEWEST_TO_DRAW
from measure.statistics.interval import bootstrap_interval, disagree, ratio_interval
from measure.statistics.outliers import outliers
from measure.statistics.systematic import widened

if TYPE_CHECKING:
    from measure.results.journal_view import JournalView, Record

Row = Dict[str, str]
Segment = Mapping[str, Any]

DEFINITIONS = ("a", "b")
_SAME = ("network", "model_sha256", "power_mode", "weights", "precision", "clock_policy")
"""What jobs on DLA and GPU have in common for their ratio; each has the batch that suits it."""
_FROM_DLA = ("run", "network", "module", "power_mode", "weights", "precision", "dla_cores")

_NOT_POWER = (
    *("few_queries_p99", "outlier", "bootstrap_disagrees"),
    *("endurance_lower", "endurance_invalid"),
)
"""What is said of a result's latency or throughput, and not of its perf/W."""


@dataclass(frozen=True)
class Efficiency:
    """Images per joule of each pair of a job, by one definition of power."""

    pairs: Mapping[int, Pair]
    """By their numbers."""
    watts: Mapping[int, float]
    shared: SharedErrors

    def per_watt(self, number: int) -> float:
        """Return the images per joule of a pair."""
        return self.pairs[number].images_per_second / self.watts[number]

    def common(self, numbers: Sequence[int], first: int) -> float:
        """Return the relative half-width of what these pairs have in common."""
        return self.shared.common([self.watts[number] for number in numbers], first)


def ratio_rows(view: JournalView, results: Sequence[Row]) -> list[Row]:
    """Return the ratios of a run: one for each result of a DLA, by each definition of power.

    Parameters
    ----------
    view
        The journal.
    results
        The rows of the run's results.
    """
    by_key = {row["result"]: row for row in results}
    jobs = [job for job in view.jobs if result_key(view, job) in by_key]
    rows = []
    for dla in (job for job in jobs if job["engine"] == "dla"):
        gpu = next((job for job in jobs if job["engine"] == "gpu" and _alike(job, dla)), None)
        if gpu is None:
            continue
        above, below = (by_key[result_key(view, job)] for job in (dla, gpu))
        for definition in DEFINITIONS:
            # What has no perf/W as a result has none in a ratio either.
            name = f"images_per_s_per_w_{definition}"
            if above.get(name) and below.get(name):
                rows += _ratio_row(view, (dla, gpu), (above, below), definition)
    return rows


def _alike(one: Record, other: Record) -> bool:
    return all(one.get(name) == other.get(name) for name in _SAME)


def _ratio_row(
    view: JournalView, jobs: tuple[Record, Record], results: tuple[Row, Row], definition: str
) -> list[Row]:
    """Return the row of a DLA's and a GPU's job; none where no pair of both is valid."""
    dla, gpu = (_efficiency(view, job, definition) for job in jobs)
    numbers = sorted(dla.watts.keys() & gpu.watts.keys())
    if not numbers:
        return []
    above, below = ([one.per_watt(number) for number in numbers] for one in (dla, gpu))
    found = ratio_interval(above, below, view.first_pairs)
    ratios = [one / other for one, other in zip(above, below)]
    # Sensors of one chip share part of their gain, but nobody measured how much: it counts twice.
    common = [one.common(numbers, view.first_pairs) for one in (dla, gpu)]
    interval = widened(found, math.hypot(*common))
    flags = [flag for row in results for flag in row["flags"].split() if flag not in _NOT_POWER]
    flags += ["outlier"] if len(ratios) > 1 and outliers(ratios) else []
    if len(ratios) >= FEWEST_TO_DRAW:
        drawn = bootstrap_interval(ratios, int(view.run.get("seed") or 0))
        flags += ["bootstrap_disagrees"] if disagree(found, drawn) else []
    return [
        {
            **{name: results[0][name] for name in _FROM_DLA},
            "dla_result": results[0]["result"],
            "gpu_result": results[1]["result"],
            "definition": definition,
            "pairs": cells.count(len(numbers)),
            "ratio": cells.number(interval.value),
            "ratio_low": cells.number(interval.low),
            "ratio_high": cells.number(interval.high),
            "flags": cells.words(flags),
        }
    ]


def _efficiency(view: JournalView, job: Record, definition: str) -> Efficiency:
    """Return the pairs of a job that has perf/W by a definition."""
    rails, engine, segments = view.rails, str(job["engine"]), view.segments(job["job"])
    assert rails is not None
    pairs = {pair.number: pair for pair in pairs_of(segments, rails, engine)}
    if definition == "a":
        watts = {number: pair.module_delta_w for number, pair in pairs.items()}
        return Efficiency(pairs, watts, errors_of_a(segments, rails))
    hosts = host_watts(segments, rails, engine)
    known = {number: pair.rail_delta_w for number, pair in pairs.items()}
    return Efficiency(
        pairs,
        {number: watts for number, watts in known.items() if watts is not None},
        errors_of_b(segments, rails, engine, hosts),
    )
