"""Power modes of a module: clock caps as figures or as the word that stands for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.markup import UNKNOWN, Cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.atlas import Atlas
    from generator.builder import PageBuilder
    from generator.package import Record

DOMAIN_TITLES = {
    "dla0_core": "DLA core 0",
    "dla1_core": "DLA core 1",
    "gpu": "GPU",
    "emc": "EMC",
    "cpu": "CPU",
    "dla0_falcon": "DLA controller 0",
    "dla1_falcon": "DLA controller 1",
    "pva_vps": "PVA",
    "pva_axi": "PVA bus",
}
"""Clock domains in the order in which tables show them, and what their columns say."""

PROFILE_TITLES = {
    "JP4/5": "JetPack 4 and 5",
    "JP5": "JetPack 5",
    "JP6.2 super": "JetPack 6.2 super",
}
"""What the configurations of nvpmodel are called on pages."""

CEILINGS = {"dla0_core": "dla_max_mhz", "dla1_core": "dla_max_mhz", "gpu": "gpu_max_mhz"}
"""Column of the modules table with the highest clock of a domain."""


@dataclass(frozen=True)
class Mode:
    """A power mode with the clock caps of its domains."""

    record: Record
    clocks: Mapping[str, Record]

    @property
    def name(self) -> str:
        """The name nvpmodel gives it."""
        return str(self.record["name"])

    @property
    def profile(self) -> str:
        """The configuration it belongs to."""
        return str(self.record["profile"])

    def cap(self, domain: str) -> float | None:
        """Return the cap of a domain in MHz, None where there is none or none is known."""
        clock = self.clocks.get(domain)
        return clock["cap_mhz"] if clock else None

    def is_uncapped(self, domain: str) -> bool:
        """Return whether the configuration sets no cap for a domain."""
        clock = self.clocks.get(domain)
        return clock is not None and clock["cap"] == "uncapped"

    def cell(self, page: PageBuilder, domain: str, highest: float | None = None) -> Cell:
        """Return the table cell of a clock cap.

        Parameters
        ----------
        page
            Where the cell stands.
        domain
            Whose clock.
        highest
            The highest clock of the hardware, by which an uncapped domain sorts.
        """
        clock = self.clocks.get(domain)
        if clock is None or clock["cap"] == "unknown":
            return Cell(UNKNOWN, "")
        if clock["cap"] == "uncapped":
            cell = page.figure_cell(clock, "cap_mhz", "uncapped")
            return cell._replace(value="" if highest is None else f"{highest:g}")
        return page.figure_cell(clock, "cap_mhz")


def modes_of(atlas: Atlas, module: str) -> dict[str, list[Mode]]:
    """Return the power modes of a module by configuration, the highest budget first."""
    clocks: dict[tuple[str, str], dict[str, Record]] = {}
    for clock in atlas.records("power-mode-clocks", module=module):
        clocks.setdefault((clock["profile"], clock["mode"]), {})[clock["domain"]] = clock
    profiles: dict[str, list[Mode]] = {}
    for record in atlas.records("power-modes", module=module):
        mode = Mode(record, clocks.get((record["profile"], record["mode"]), {}))
        profiles.setdefault(mode.profile, []).append(mode)
    for modes in profiles.values():
        modes.sort(key=_budget_first)
    return profiles


def profile_title(profile: str) -> str:
    """Return what a configuration of nvpmodel is called on pages."""
    return PROFILE_TITLES.get(profile, profile)


def ceiling(module: Record, modes: list[Mode], domain: str) -> float | None:
    """Return the highest clock of a domain under a configuration, None where it is unknown.

    The modules table has one ceiling; a configuration with caps above it goes beyond it.
    """
    highest: float | None = module[CEILINGS[domain]] if domain in CEILINGS else None
    if highest is None or any((mode.cap(domain) or 0) > highest for mode in modes):
        return None
    return highest


def _budget_first(mode: Mode) -> tuple[bool, float, int]:
    budget = mode.record["power_budget_w"]
    return (budget is not None, -(budget or 0), mode.record["mode_id"])


def lowest_cap(modes: list[Mode], domain: str) -> Mode | None:
    """Return the mode with the lowest cap of a domain, None where nothing is capped."""
    capped = [mode for mode in modes if mode.cap(domain) is not None]
    return min(capped, key=lambda mode: mode.cap(domain) or 0) if capped else None


def uneven_cores(modes: list[Mode]) -> list[Mode]:
    """Return the modes that cap the DLA cores at different clocks, the widest gap first."""
    uneven = [
        mode
        for mode in modes
        if mode.cap("dla0_core") is not None
        and mode.cap("dla1_core") is not None
        and mode.cap("dla0_core") != mode.cap("dla1_core")
    ]
    return sorted(uneven, key=_core_gap, reverse=True)


def _core_gap(mode: Mode) -> float:
    return abs((mode.cap("dla0_core") or 0) - (mode.cap("dla1_core") or 0))
