"""The versions along which states of operators are shown, and the releases that have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generator.facts.operators import DLA_SOFTWARE, DRIVE, JETSON
from generator.facts.releases import (
    CONDITIONAL,
    NOT_USABLE,
    USABLE,
    Releases,
    release_span,
    socs,
)
from generator.facts.versions import in_range, parse_version, short_version
from generator.record_ids import slug
from generator.words import dash

if TYPE_CHECKING:
    from generator.facts.operators import Operators
    from generator.package import Record

PRODUCTS = {JETSON: "JetPack", DRIVE: "DRIVE OS"}


class Step(NamedTuple):
    """A version of TensorRT on one platform, with the releases that ship it."""

    kind: str
    version: str
    releases: tuple[Record, ...]
    socs: tuple[str, ...]
    """SoCs with a DLA that one of the releases is for."""

    @property
    def product(self) -> str:
        """JetPack or DRIVE OS."""
        return PRODUCTS[self.kind]

    @property
    def names(self) -> str:
        """The releases as a range: ``JetPack 6.1 to 6.2.3``."""
        return f"{self.product} {release_span(list(self.releases))}"


class SoftwareStep(NamedTuple):
    """Versions of the DLA software between which no operator's state changes."""

    versions: tuple[str, ...]

    @property
    def title(self) -> str:
        """The first and the last version."""
        return dash(self.versions[0], self.versions[-1])


def release_key(record: Record) -> str:
    """Return the name of a release in addresses, such as ``jetpack-6.2``."""
    return slug(f"{record['product']}-{record['release']}")


class Axes:
    """The columns of the matrix.

    Parameters
    ----------
    releases
        The releases.
    operators
        The operators, whose states divide the versions of the DLA software.
    """

    def __init__(self, releases: Releases, operators: Operators) -> None:
        self.releases = releases
        self.jetson = self._steps(JETSON, releases.jetpacks)
        self.drive = self._steps(DRIVE, releases.drives)
        self.gaps = {
            JETSON: self._steps(JETSON, releases.jetpacks, (NOT_USABLE,)),
            DRIVE: self._steps(DRIVE, releases.drives, (NOT_USABLE,)),
        }
        """Versions that a platform ships without a DLA for SoCs that have one."""
        self.software = self._software(operators)

    def _steps(
        self, kind: str, records: list[Record], states: tuple[str, ...] = (USABLE, CONDITIONAL)
    ) -> list[Step]:
        versions: dict[str, list[Record]] = {}
        for record in records:
            if record["tensorrt_min"] and record["dla"] in states:
                versions.setdefault(short_version(record["tensorrt_min"]), []).append(record)
        return [
            Step(kind, version, tuple(ships), self._with_dla(ships))
            for version, ships in sorted(versions.items(), key=lambda item: parse_version(item[0]))
        ]

    def _with_dla(self, records: list[Record]) -> tuple[str, ...]:
        found = dict.fromkeys(soc for record in records for soc in socs(record))
        return tuple(soc for soc in found if self.releases.has_dla(soc))

    def _software(self, operators: Operators) -> list[SoftwareStep]:
        known = {row["dla_software"] for row in [*self.releases.jetpacks, *self.releases.drives]}
        changes = {
            row.raw["since"]
            for operator in operators.rows
            for row in operators.states(operator, DLA_SOFTWARE)
        }
        groups: dict[tuple[str, ...], list[str]] = {}
        for version in sorted(known - {None}, key=parse_version):
            passed = tuple(sorted(change for change in changes if in_range(version, change, "")))
            groups.setdefault(passed, []).append(version)
        return [SoftwareStep(tuple(group)) for group in groups.values()]

    def step_of(self, record: Record) -> Step | None:
        """Return the column of a release; None if it shows no operators."""
        return next((step for step in self.jetson + self.drive if record in step.releases), None)

    def software_of(self, record: Record) -> SoftwareStep | None:
        """Return the column of the DLA software of a release; None where that is not known."""
        version = record["dla_software"]
        return next((step for step in self.software if version in step.versions), None)

    def silent(self) -> list[Record]:
        """Return the releases that have no column: no DLA, or a TensorRT nobody has named."""
        everything = [*self.releases.jetpacks, *self.releases.drives]
        return [record for record in everything if self.step_of(record) is None]

    def versions_without_dla(self) -> list[Record]:
        """Return the versions of TensorRT that have no DLA, whether a release ships them or not."""
        return self.releases.atlas.records("tensorrt-versions", dla=NOT_USABLE)
