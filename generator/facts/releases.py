"""Which release runs the DLA: what several pages say about it, computed from the releases."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from generator.words import joined, span

if TYPE_CHECKING:
    from generator.atlas import Atlas
    from generator.package import Record

USABLE = "usable"
CONDITIONAL = "usable_with_conditions"
NOT_USABLE = "not_usable"
NO_HARDWARE = "no_dla_hardware"
UNKNOWN_STATE = "unknown"

STATE_WORDS = {
    USABLE: "usable",
    CONDITIONAL: "usable with conditions",
    NOT_USABLE: "not usable",
    NO_HARDWARE: "no DLA hardware",
    UNKNOWN_STATE: "unknown",
}

_MINOR = re.compile(r"([0-9]+)\.([0-9]+|x)")


class Releases:
    """The releases of JetPack and DRIVE OS with the questions pages ask of them.

    Parameters
    ----------
    atlas
        The data.
    """

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        self.jetpacks = atlas.records("releases", product="JetPack")
        self.drives = atlas.records("releases", product="DRIVE OS")

    def of(self, soc: str, *states: str) -> list[Record]:
        """Return the JetPack releases for `soc` in one of `states`, oldest first."""
        return [
            record
            for record in self.jetpacks
            if soc in socs(record) and (not states or self.state(record, soc) in states)
        ]

    def newest(self, soc: str, product: str = "JetPack") -> Record | None:
        """Return the newest release of `product` that runs the DLA of `soc` through TensorRT."""
        releases = self.jetpacks if product == "JetPack" else self.drives
        usable = [r for r in releases if soc in socs(r) and self.state(r, soc) == USABLE]
        return usable[-1] if usable else None

    def state(self, record: Record, soc: str) -> str:
        """Return whether a release runs the DLA of `soc`, which may not have one."""
        return str(record["dla"]) if self.has_dla(soc) else NO_HARDWARE

    def has_dla(self, soc: str) -> bool:
        """Return whether any module with `soc` has a DLA core."""
        return any(module["dla_cores"] for module in self.atlas.records("modules", soc=soc))

    @cached_property
    def drive_only(self) -> list[str]:
        """TensorRT versions of DRIVE OS releases with a DLA that no JetPack ships."""
        jetson = {record["tensorrt_min"] for record in self.jetpacks}
        return [
            version
            for version in dict.fromkeys(
                record["tensorrt_min"] for record in self.drives if record["dla"] == USABLE
            )
            if version and version not in jetson
        ]

    @cached_property
    def refusing(self) -> str:
        """TensorRT versions without a DLA, as ranges between those that have one."""
        runs: list[list[str]] = [[]]
        for record in self.atlas.records("tensorrt-versions"):
            if record["dla"] == NOT_USABLE:
                runs[-1].append(record["tensorrt"])
            else:
                runs.append([])
        return joined([span(run[0], run[-1]) for run in runs if run])

    def drive_versions(self) -> dict[str, str]:
        """Return what is only on DRIVE OS, and the JetPack whose version looks the most like it."""
        last = self.drive_only[-1] if self.drive_only else ""
        minor = minor_version(last)
        siblings = [
            record
            for record in self.jetpacks
            if minor and minor_version(record["tensorrt_min"]) == minor
        ]
        return {
            "versions": joined(self.drive_only),
            "last": last,
            "sibling": release_span(siblings),
            "sibling_tensorrt": joined(list(dict.fromkeys(row["tensorrt"] for row in siblings))),
        }

    def consequence(self, record: Record) -> str:
        """Return in one sentence what a release means for whoever wants to use the DLA."""
        tensorrt, names = record["tensorrt"], names_of(socs(record))
        with_dla = [soc for soc in socs(record) if self.has_dla(soc)]
        state = record["dla"]
        if state == NO_HARDWARE or not with_dla:
            return f"{names} has no DLA: everything runs on the GPU."
        if state == USABLE:
            return self._usable(record, names)
        if state == CONDITIONAL:
            return f"The DLA of {names_of(with_dla)} runs only under the conditions in the note."
        if state == NOT_USABLE:
            return self._refused(record, with_dla)
        if tensorrt is None:
            return "No source states its TensorRT: whether the DLA runs is unknown."
        return f"Whether TensorRT {tensorrt} runs the DLA is unknown."

    def _usable(self, record: Record, names: str) -> str:
        best = [soc for soc in socs(record) if self.newest(soc) is record]
        sentence = f"The DLA of {names} runs through TensorRT {record['tensorrt'] or 'unknown'}"
        if best:
            return f"{sentence}; the newest JetPack of which that holds for {names_of(best)}."
        if record["tensorrt_min"] in self.drive_only:
            return f"{sentence}, a version that no JetPack ships."
        return f"{sentence}."

    def _refused(self, record: Record, with_dla: list[str]) -> str:
        stay = [
            f"JetPack {newest['release']} for {soc_name(soc)}"
            for soc in with_dla
            if (newest := self.newest(soc))
        ]
        sentence = f"TensorRT {record['tensorrt'] or 'of this release'} builds nothing for the DLA"
        return f"{sentence}; stay with {joined(stay)}." if stay else f"{sentence}."


def socs(record: Record) -> list[str]:
    """Return the keys of the SoCs a release is for."""
    return str(record["socs"]).split()


def soc_name(soc: str) -> str:
    """Return the name of an SoC."""
    return soc.capitalize()


def names_of(keys: list[str]) -> str:
    """Return the names of SoCs as a list within a sentence."""
    return joined([soc_name(soc) for soc in keys])


def minor_version(version: str | None) -> str:
    """Return the first two parts of a TensorRT version, empty when there are none."""
    found = _MINOR.match(version or "")
    return found[0] if found else ""


def release_span(records: list[Record]) -> str:
    """Return the first and the last of some releases, such as ``5.1 to 5.1.6``."""
    if not records:
        return ""
    first, last = records[0]["release"], records[-1]["release"]
    return str(first) if first == last else f"{first} to {last}"
