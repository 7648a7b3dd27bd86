"""What is asked of measured rows: which results there are, and how they compare."""

from __future__ import annotations

import math
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from generator.facts.published import mode_label
from generator.words import counted, joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.atlas import Atlas
    from generator.package import Record

CPU = "cpu"
INSIDE, NO_INTERVAL = "inside", "no_interval"

ENGINES = {"dla": "DLA", "gpu": "GPU", "gpu+dla": "GPU and DLA", CPU: "CPU"}

PRECISIONS = ("int8", "fp16", "fp32", "mixed")

PER_CORE = "per_core"
"""Aggregation of a result on one of several DLA cores that ran."""

DEVICE, IMPORTED = "device", "imported"
"""Where results are from, besides a CPU: measured on a Jetson, or read from logs of others."""

THROUGHPUT, RATIO = "images_per_second", "perf_per_watt_ratio"
"""Metrics that are compared with published figures."""

DEFINITIONS = {"a": "A, module delta", "b": "B, rail delta"}
"""The definitions of power that perf/W goes by."""

DIFFERENCES = {
    "one_core": "one DLA core instead of two",
    "two_cores": "two DLA cores instead of one",
    "power_mode_not_applied": "power mode not applied",
    "power_mode": "another power mode",
    "implicit_batch": "implicit batch",
    "batch": "another batch",
    "input_size": "another input size",
    "weights": "other weights",
    "precision": "another precision",
    "fp16_fallback": "layers in FP16",
    "gpu_layers": "layers on the GPU",
    "release": "another release",
    "clocks": "lower clocks",
    "transfers": "transfers included",
    "quantization": "another quantization",
    "power_definition": "how power is isolated",
    "none": "no known condition",
}
"""What a comparison says first, in a few words."""


_HOW = {
    DEVICE: "measured on a Jetson",
    IMPORTED: "read from logs of runs that others made",
    CPU: "measured on a CPU, which says nothing about a DLA",
}
"""How results of each origin came about."""


class Measured:
    """The results that were measured with this project's program, or read from logs by it."""

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        self.runs = {row["run"]: row for row in atlas.records("runs")}
        self.results = sorted(atlas.records("results"), key=self._order)
        self.comparisons = {
            row["result"]: row
            for row in atlas.records("comparisons", metric=THROUGHPUT)
            if self.published(row) is not None
        }
        self.by_key = {row["result"]: row for row in self.results}
        places = {row["result"]: place for place, row in enumerate(self.results)}
        self.ratios = sorted(
            atlas.records("ratios"), key=lambda row: (places[row["dla_result"]], row["definition"])
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
        return [row for row in self.atlas.records("builds") if row["engine"] != CPU]

    @property
    def accelerated(self) -> list[Record]:
        """Return the results on an accelerator: DLA, GPU or both."""
        return [row for row in self.results if row["engine"] != CPU]

    @property
    def on_cpu(self) -> list[Record]:
        """Return the results on a CPU, which never stand beside an accelerator's."""
        return [row for row in self.results if row["engine"] == CPU]

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
        return [row for row in self.atlas.records("segments") if not row["valid"]]

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


def network_name(atlas: Atlas, result: Record) -> str:
    """Return the network of a result or build as people call it."""
    network = atlas.networks.get(result["network"])
    return str(network["name"] if network else result["model"])


def is_part(result: Record) -> bool:
    """Whether a result is of one of several cores that ran, which their sum holds, too."""
    return bool(result["aggregation"] == PER_CORE)


def engine_words(result: Record) -> str:
    """Return what computed, with the number of DLA cores where there is one."""
    name = ENGINES[result["engine"]]
    cores = result["dla_cores"]
    if not cores:
        return name
    if is_part(result):
        return f"{name}, one of {counted(cores, 'core')}"
    return f"{name}, {counted(cores, 'core')}"


def conditions(result: Record) -> str:
    """Return the conditions that tell results of one network apart."""
    mode = result["power_mode"]
    batch = result["batch"]
    words: Sequence[str | None] = (
        engine_words(result),
        str(result["precision"]).upper() if result["precision"] else None,
        "sparse" if result["weights"] == "sparse" else None,
        f"batch {batch}" if batch else None,
        mode_label(mode) if mode else None,
    )
    return ", ".join(word for word in words if word)
