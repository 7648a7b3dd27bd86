"""Which release of the Jetson software runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from measure.device.lines import short_lines
from measure.device.packages import package_versions, upstream
from measure.tables import Row, read_table

if TYPE_CHECKING:
    from measure.device.machine import Machine

RELEASE_FILE = "/etc/nv_tegra_release"
PRODUCT = "JetPack"
_CORE, _JETPACK = "nvidia-l4t-core", "nvidia-jetpack"
_LINE = re.compile(
    r"#\s*R(?P<release>[0-9]{1,4})\s*\(release\),\s*REVISION:\s*(?P<revision>[0-9]{1,4}(\.[0-9]{1,4})?)"
)
_L4T = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){1,2}")
_RANGE = re.compile(r"(?P<first>[0-9]+\.[0-9]+\.[0-9]+)(\s*-\s*(?P<last>[0-9]+\.[0-9]+\.[0-9]+))?")


@dataclass(frozen=True)
class Release:
    """The installed L4T and the JetPack it belongs to."""

    l4t: str
    """36.4.3; empty when unknown."""
    jetpack: str
    """Key of the release in reference/releases (product JetPack), 6.2; empty when unknown."""
    basis: str
    """Where that was read; empty when nowhere."""

    @property
    def row(self) -> Row | None:
        """The row of the release in reference/releases."""
        return next((row for row in _jetpacks() if row["release"] == self.jetpack), None)


def read_release(machine: Machine) -> Release:
    """Return the release that the file of L4T states, or the packages."""
    l4t, basis = parse_release(machine.read(RELEASE_FILE) or ""), RELEASE_FILE
    packages: dict[str, str] = {}
    if not l4t:
        packages = package_versions(machine, _CORE, _JETPACK)
        l4t, basis = upstream(packages.get(_CORE, "")), f"package {_CORE}"
    if _L4T.fullmatch(l4t):
        return Release(l4t, jetpack_of(l4t), basis)
    jetpack = upstream(packages.get(_JETPACK, ""))
    if any(row["release"] == jetpack for row in _jetpacks()):
        return Release("", jetpack, f"package {_JETPACK}")
    return Release("", "", "")


def parse_release(text: str) -> str:
    """Return the version in the text of nv_tegra_release: 36.4.3 of R36, REVISION 4.3."""
    match = next((match for line in short_lines(text) if (match := _LINE.match(line))), None)
    if match is None:
        return ""
    version = f"{match['release']}.{match['revision']}"
    return version if version.count(".") == 2 else f"{version}.0"


def jetpack_of(l4t: str) -> str:
    """Return the JetPack of an L4T version; empty when the tables know none."""
    version = _numbers(l4t)
    for row in _jetpacks():
        for match in _RANGE.finditer(row["l4t"]):
            first = _numbers(match["first"])
            if first <= version <= _numbers(match["last"] or match["first"]):
                return row["release"]
    return ""


def _jetpacks() -> list[Row]:
    """Return the rows of all JetPacks."""
    return [row for row in read_table("reference/releases") if row["product"] == PRODUCT]


def _numbers(version: str) -> tuple[int, ...]:
    """Return a version as three numbers."""
    return tuple(int(part) for part in (*version.split("."), "0"))[:3]
