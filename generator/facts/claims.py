"""The accuracies NVIDIA prints, edition by edition, and how far they are from FP32."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from generator.facts.published import rounding
from generator.words import span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.atlas import Atlas
    from generator.package import Record

TARGET_SHARE = 0.99
"""MLPerf's rule for the closed division: at least 99 % of the FP32 reference's accuracy."""

ENGINES = ("dla", "gpu", "reference")


@dataclass(frozen=True)
class Claim:
    """The accuracies of one network that one or several editions print.

    Parameters
    ----------
    network
        Row of the network.
    figures
        Rows of the newest of these editions by engine: ``dla``, ``gpu`` and ``reference``.
    editions
        Keys of the sources that print the same figures, oldest first, with their dates.
    is_current
        Whether the newest edition prints these figures.
    """

    network: Record
    figures: dict[str, Record]
    editions: dict[str, str]
    is_current: bool

    @property
    def name(self) -> str:
        """Name of the network."""
        return str(self.network["name"])

    @property
    def label(self) -> str:
        """Name of the network, with the years of the editions unless they are the newest."""
        if self.is_current:
            return self.name
        years = sorted(date[:4] for date in self.editions.values())
        return f"{self.name}, printed {span(years[0], years[-1])}"

    @property
    def superseded(self) -> Record | None:
        """A row of this claim that was corrected later."""
        return next((row for row in self.figures.values() if row["status"] == "superseded"), None)

    def share(self, engine: str) -> float:
        """Return the accuracy of an engine as a fraction of FP32's."""
        return float(self.figures[engine]["value"] / self.figures["reference"]["value"])

    def bounds(self, engine: str) -> tuple[float, float]:
        """Return the lowest and highest share that the rounding of both figures allows."""
        low, high = rounding(self.figures[engine], "value")
        under, over = rounding(self.figures["reference"], "value")
        return low / over, high / under

    def is_coarse(self) -> bool:
        """Whether rounding alone is wider than the margin between FP32 and MLPerf's line."""
        return any(high - low > 1 - TARGET_SHARE for low, high in map(self.bounds, ("dla", "gpu")))

    def standing(self, engine: str) -> str:
        """Return on which side of MLPerf's line an engine is: above, below or open."""
        low, high = self.bounds(engine)
        if low >= TARGET_SHARE:
            return "above"
        return "below" if high < TARGET_SHARE else "open"


def read_claims(atlas: Atlas) -> list[Claim]:
    """Return every distinct set of printed accuracies, newest first in each network."""
    editions: dict[str, dict[str, dict[str, Record]]] = {}
    for record in atlas.records("accuracy"):
        printed = editions.setdefault(record["network"], {})
        printed.setdefault(record["source"], {})[record["engine"]] = record
    claims: list[Claim] = []
    for key, network in atlas.networks.items():
        complete = {
            source: figures
            for source, figures in editions.get(key, {}).items()
            if set(figures) >= set(ENGINES)
        }
        claims += _merge(atlas, network, complete)
    return claims


def target(atlas: Atlas, network: str) -> Record | None:
    """Return an MLPerf result that logs the accuracy bound of a network, the newest one."""
    found = [
        record
        for record in atlas.records("mlperf-results", network=network)
        if record["accuracy_target"] is not None
    ]
    return found[-1] if found else None


def difference(claim: Claim, one: str, other: str) -> float:
    """Return by how much engine `one` is above `other`, in the unit as printed."""
    return float(claim.figures[one]["value"] - claim.figures[other]["value"])


def all_below(claims: Iterable[Claim]) -> list[tuple[Claim, str]]:
    """Return the claims and engines that lie below MLPerf's line whatever the rounding."""
    return [
        (claim, engine)
        for claim, engine in product(claims, ("dla", "gpu"))
        if claim.standing(engine) == "below"
    ]


def _merge(atlas: Atlas, network: Record, editions: dict[str, dict[str, Record]]) -> list[Claim]:
    dates = {source: atlas.sources[source].raw["published"] for source in editions}
    groups: dict[tuple[str, ...], list[str]] = {}
    for source in sorted(editions, key=lambda source: dates[source]):
        key = tuple(editions[source][engine].raw["value"] for engine in ENGINES)
        groups.setdefault(key, []).append(source)
    newest = max(dates.values(), default="")
    claims = [
        Claim(
            network,
            editions[sources[-1]],
            {source: dates[source] for source in sources},
            dates[sources[-1]] == newest,
        )
        for sources in groups.values()
    ]
    return sorted(claims, key=lambda claim: max(claim.editions.values()), reverse=True)
