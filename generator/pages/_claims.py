"""The accuracies NVIDIA prints, edition by edition, and how far they are from FP32."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from generator.pages._published import rounding

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
        Keys of the sources that print the same figures, oldest first.
    """

    network: Record
    figures: dict[str, Record]
    editions: tuple[str, ...]

    @property
    def is_current(self) -> bool:
        """Whether the newest edition prints these figures."""
        return all(record["status"] != "superseded" for record in self.figures.values())

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
    """Return every distinct set of printed accuracies, current ones first in each network."""
    editions: dict[tuple[str, str], dict[str, Record]] = {}
    for record in atlas.records("accuracy"):
        editions.setdefault((record["network"], record["source"]), {})[record["engine"]] = record
    claims: list[Claim] = []
    for network in atlas.networks:
        complete = {
            source: editions[network, source]
            for source in sorted(
                {key[1] for key in editions}, key=lambda key: _published(atlas, key)
            )
            if set(editions.get((network, source), ())) >= set(ENGINES)
        }
        claims += reversed(list(_merge(atlas.networks[network], complete)))
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


def _published(atlas: Atlas, source: str) -> str:
    return atlas.sources[source].raw["published"]


def _merge(network: Record, editions: dict[str, dict[str, Record]]) -> list[Claim]:
    merged: dict[tuple[str, ...], Claim] = {}
    for source, figures in editions.items():
        key = tuple(figures[engine].raw["value"] for engine in ENGINES)
        earlier = merged[key].editions if key in merged else ()
        merged[key] = Claim(network, figures, (*earlier, source))
    return list(merged.values())
