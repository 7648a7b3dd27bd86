"""What is asked of measured rows: which results there are, and how they compare."""

from __future__ import annotations

import math
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from generator.facts.measured_words import CPU, ENGINES, is_part, network_name
from generator.words import counted, joined

if TYPE_CHECKING:
    from generator.atlas import Atlas
    from generator.package import Record

INSIDE, NO_INTERVAL = "inside", "no_interval"

PRECISIONS = ("int8", "fp16", "fp32", "mixed")

UNKNOWN_MODULE = "unknown-module"
"""Place of what ran on an accelerator of a board that nobody named."""

_CPU_BACKEND = "onnxruntime"

DEVICE, IMPORTED = "device", "imported"
"""Where results are from, besides a CPU: measured on a Jetson, or read from logs of others."""

THROUGHPUT, RATIO = "images_per_second", "perf_per_watt_ratio"
"""Metrics that are compared with published figures."""

_HOW = {
    DEVICE: "measured on a Jetson",
    IMPORTED: "read from logs of runs that others made",
    CPU: "measured on a CPU, which says nothing about a DLA",
}
"""How results of each origin came about."""


class Measured:
    """The results that were measured with this project's program, or read from logs by it.

    Parameters
    ----------
    atlas
        The data.
    place
        Where they were measured, if only those of one place are asked for: the key of a module,
        `CPU` or `UNKNOWN_MODULE`.
    """

    def __init__(self, atlas: Atlas, place: str | None = None) -> None:
        self.atlas = atlas
        self.runs = {row["run"]: row for row in atlas.records("runs")}
        everything = sorted(atlas.records("results"), key=self._order)
        self.by_key = {row["result"]: row for row in everything}
        self._place = place
        self.results = [row for row in everything if self._is_here(row)]
        self.comparisons = {
            row["result"]: row
            for row in atlas.records("comparisons", metric=THROUGHPUT)
            if self.published(row) is not None
        }
        order = {row["result"]: position for position, row in enumerate(self.results)}
        self.ratios = sorted(
            (row for row in atlas.records("ratios") if row["dla_result"] in order),
            key=lambda row: (order[row["dla_result"]], row["definition"]),
        )

    def _order(self, result: Record) -> tuple[object, ...]:
        """Return what results are sorted by, so that those one may compare stand together."""
        networks, precision = list(self.atlas.networks), result["precision"]
        return (
            networks.index(result["network"]) if result["network"] else len(networks),
            str(result["model"]),
            str(result["module"] or ""),
            -self._budgets.get((result["module"], result["power_mode"]), 0.0),
            list(ENGINES).index(result["engine"]),
            -(result["dla_cores"] or 0),
            is_part(result),
            PRECISIONS.index(precision) if precision else len(PRECISIONS),
            str(result["weights"]),
            str(result["run"]),
        )

    @cached_property
    def _budgets(self) -> dict[tuple[str, str], float]:
        """The power that each module's modes may take; those without a limit may take any."""
        return {
            (row["module"], row["mode"]): row["power_budget_w"] or math.inf
            for row in self.atlas.records("power-modes")
        }

    def published(self, comparison: Record) -> Record | None:
        """Return the published row of a comparison as it stands now; None if it is gone."""
        return self.atlas.look_up(comparison["published_record"])

    def origin(self, result: Record) -> str:
        """Return where a result is from: device, imported or cpu."""
        if self.runs[result["run"]]["kind"] == IMPORTED:
            return IMPORTED
        return CPU if result["engine"] == CPU else DEVICE

    def count(self, origin: str) -> int:
        """Return how many results are from there."""
        return sum(self.origin(row) == origin for row in self.results)

    @property
    def origins(self) -> str:
        """Return a clause for each origin that there are results of, with their number."""
        return joined(
            [
                f"{counted(number, 'result')} {'was' if number == 1 else 'were'} {how}"
                for origin, how in _HOW.items()
                if (number := self.count(origin))
            ]
        )

    def of_network(self, network: str) -> list[Record]:
        """Return the results of a network."""
        return [row for row in self.results if row["network"] == network]

    def builds(self) -> list[Record]:
        """Return the engines that runs built for an accelerator, or could not build."""
        here = {run["run"] for run in self.runs_here()}
        builds = (row for row in self.atlas.records("builds") if row["run"] in here)
        return [row for row in builds if row["engine"] != CPU]

    @property
    def accelerated(self) -> list[Record]:
        """Return the results on an accelerator: DLA, GPU or both."""
        return [row for row in self.results if row["engine"] != CPU]

    @property
    def on_cpu(self) -> list[Record]:
        """Return the results on a CPU, which never stand beside an accelerator's."""
        return [row for row in self.results if row["engine"] == CPU]

    @property
    def with_power(self) -> list[Record]:
        """Return the results on an accelerator whose power is known."""
        return [row for row in self.accelerated if row["load_power_w"] is not None]

    def network_names(self) -> list[str]:
        """Return the networks that there are results of, each once."""
        return list(dict.fromkeys(self.name(row) for row in self.results))

    @property
    def compared(self) -> list[tuple[Record, Record]]:
        """Return each result for which there is a published figure, with its comparison.

        One of several cores is left out: their sum is compared.
        """
        whole = (row for row in self.results if not is_part(row))
        pairs = ((row, self.comparisons.get(row["result"])) for row in whole)
        return [(row, comparison) for row, comparison in pairs if comparison is not None]

    @property
    def inside(self) -> int:
        """Return how many results agree with the published figure within their interval."""
        return sum(comparison["verdict"] == INSIDE for _, comparison in self.compared)

    @property
    def judged(self) -> int:
        """Return how many of the compared results have an interval to be judged by."""
        return sum(comparison["verdict"] != NO_INTERVAL for _, comparison in self.compared)

    @property
    def first_differences(self) -> list[tuple[str, int]]:
        """Return what explains results that differ, the most frequent first, with its number."""
        counts = Counter(
            comparison["first_difference"]
            for _, comparison in self.compared
            if comparison["verdict"] != INSIDE
        )
        return counts.most_common()

    def refused(self) -> list[Record]:
        """Return the segments that were measured and do not count, with the reasons."""
        refused = (row for row in self.atlas.records("segments") if not row["valid"])
        return [row for row in refused if self._is_here(self._owner(row))]

    def _owner(self, segment: Record) -> Record:
        """Return the result that a segment is of; its run, where it came to no result."""
        return self.by_key.get(segment["result"]) or self.runs[segment["run"]]

    def runs_here(self) -> list[Record]:
        """Return the runs behind the results, and those that came to none, the latest first."""
        behind = {row["run"] for row in self.results}
        behind |= {run["run"] for run in self._without_result() if self._is_here(run)}
        found = (run for key, run in self.runs.items() if key in behind)
        return sorted(found, key=lambda run: run["date"], reverse=True)

    def _without_result(self) -> list[Record]:
        with_results = {row["run"] for row in self.by_key.values()}
        return [run for key, run in self.runs.items() if key not in with_results]

    def _is_here(self, row: Record) -> bool:
        return self._place is None or self.place_of(row) == self._place

    def place_of(self, row: Record) -> str:
        """Return where a result or run is from: the key of a module, cpu or unknown-module."""
        on_cpu = row["backend"] == _CPU_BACKEND if row.table == "runs" else row["engine"] == CPU
        return CPU if on_cpu else str(row["module"] or UNKNOWN_MODULE)

    def places(self) -> list[str]:
        """Return where anything was measured: modules in the order of the table, then CPUs."""
        found = {self.place_of(row) for row in (*self.by_key.values(), *self._without_result())}
        return [place for place in (*self.atlas.modules, UNKNOWN_MODULE, CPU) if place in found]

    def ratio_comparison(self, ratio: Record) -> Record | None:
        """Return the comparison of a ratio of perf/W; None if it is not compared."""
        found = self.atlas.find(
            "comparisons",
            metric=RATIO,
            result=ratio["dla_result"],
            definition=ratio["definition"],
        )
        return found if found and self.published(found) else None

    def files(self, run: str) -> list[Record]:
        """Return the files that a run left."""
        return self.atlas.records("files", run=run)

    def name(self, result: Record) -> str:
        """Return the network of a result as people call it."""
        return network_name(self.atlas, result)

    def module(self, row: Record) -> str:
        """Return the module of a result or run, or the processor of one without."""
        module = self.atlas.modules.get(row["module"])
        if module:
            return str(module["name"])
        run = self.runs.get(row["run"])
        return str(run["cpu_model"] or "") if run else ""
