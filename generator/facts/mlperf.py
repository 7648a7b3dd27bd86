"""What the MLPerf page asks of the results: who used the DLA, and what it added."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.atlas import Atlas
    from generator.package import Record

FAMILIES = {
    "Xavier": "AGX Xavier",
    "AGX_Xavier_TRT": "AGX Xavier",
    "Xavier_NX_TRT": "Xavier NX",
    "Orin_TRT": "AGX Orin",
    "Orin_NX_TRT": "Orin NX",
}
"""NVIDIA's systems at full power by their names in MLPerf, and the module they stand for."""

POWER_LIMITED = "_MaxQ"
"""How the name of an NVIDIA system ends when it is tuned for energy instead of speed."""

VALUE_FIELDS = ("samples_per_second", "latency_ms", "streams")
"""The columns of a result, of which exactly one is filled."""


@dataclass(frozen=True)
class Flip:
    """A system and network submitted once without and, a round later, with the DLA."""

    without: Record
    with_dla: Record

    @property
    def gain(self) -> float:
        """Throughput with the DLA over that without."""
        return float(self.with_dla["samples_per_second"] / self.without["samples_per_second"])


class Results:
    """The official MLPerf results, by what the page says of them.

    Parameters
    ----------
    atlas
        The data.
    """

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        self.all = atlas.records("mlperf-results")
        self.rounds = list(dict.fromkeys(record["round"] for record in self.all))

    def uses(self, scenario: str = "") -> Counter[str]:
        """Return how many results used the DLA, did not, or do not tell."""
        return Counter(
            record["uses_dla"]
            for record in self.all
            if not scenario or record["scenario"] == scenario
        )

    @property
    def with_dla(self) -> list[Record]:
        """The results on GPU and DLA together."""
        return [record for record in self.all if record["uses_dla"] == "yes"]

    @property
    def with_both_batches(self) -> list[Record]:
        """The results with DLA whose settings name a batch for the GPU and one for the DLA."""
        return [record for record in self.with_dla if record["gpu_batch"] and record["dla_batch"]]

    def after(self, last: str) -> list[Record]:
        """Return the results of the rounds after `last`."""
        return [
            record
            for record in self.all
            if self.rounds.index(record["round"]) > self.rounds.index(last)
        ]

    @property
    def last_with_dla(self) -> str:
        """The newest round with a result on GPU and DLA."""
        return str(self.with_dla[-1]["round"])

    def full_power(self, scenario: str) -> list[Record]:
        """Return NVIDIA's closed results at full power in a scenario, oldest first."""
        return [
            record
            for record in self.all
            if record["submitter"] == "NVIDIA"
            and record["division"] == "closed"
            and record["scenario"] == scenario
            and record["system"] in FAMILIES
        ]

    @property
    def against_settings(self) -> list[Record]:
        """Full-power Offline results with the DLA whose settings state a rate of the GPU alone."""
        return [
            record
            for record in self.full_power("Offline")
            if record["uses_dla"] == "yes" and record["config_gpu_only_samples_per_second"]
        ]

    @property
    def flips(self) -> list[Flip]:
        """Systems of one submitter that left the DLA idle in one round and used it in the next."""
        chains: dict[tuple[str, ...], list[Record]] = {}
        for record in self.all:
            if record["scenario"] == "Offline":
                key = tuple(record[name] for name in ("division", "submitter", "system", "model"))
                chains.setdefault(key, []).append(record)
        return [
            Flip(one, two)
            for chain in chains.values()
            for one, two in pairwise(chain)
            if (one["uses_dla"], two["uses_dla"]) == ("no", "yes")
        ]


def gain(record: Record) -> float:
    """Return an Offline result over the rate its settings state for the GPU alone."""
    return float(record["samples_per_second"] / record["config_gpu_only_samples_per_second"])


def gains(records: Iterable[Record]) -> tuple[float, float, float]:
    """Return the lowest, the median and the highest gain."""
    found = [gain(record) for record in records]
    return min(found), median(found), max(found)


def newest_by_family(records: Iterable[Record]) -> dict[str, dict[str, Record]]:
    """Return the newest result by reference network and module name."""
    newest: dict[str, dict[str, Record]] = {}
    for record in records:
        if record["network"]:
            family = FAMILIES[record["system"]]
            newest.setdefault(record["network"], {})[family] = record
    return newest


def series_by_family(records: Iterable[Record], network: str) -> dict[str, list[Record]]:
    """Return the results of a network by module name, each oldest first."""
    series: dict[str, list[Record]] = {}
    for record in records:
        if record["network"] == network:
            series.setdefault(FAMILIES[record["system"]], []).append(record)
    return series


def value_field(record: Record) -> str:
    """Return the column that holds the figure of a result."""
    return next(name for name in VALUE_FIELDS if record[name] is not None)


def explained(record: Record) -> float | None:
    """Return published DLA plus stated GPU throughput over an MLPerf result with both."""
    gpu = record["config_gpu_only_samples_per_second"]
    if gpu is None or record["uses_dla"] != "yes":
        return None
    both = gpu + record["published_two_dla_images_per_second"]
    return float(both / record["mlperf_offline_samples_per_second"])
