"""The versions of TensorRT and of the DLA software that releases are known to have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.facts.versions import in_range, parse_version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.lint.rules import View

DRIVE = "tensorrt-drive"
JETSON = "tensorrt-jetson"
SOFTWARE = "dla-software"


@dataclass(frozen=True)
class KnownVersions:
    """Known versions by the kind of their numbers."""

    by_kind: dict[str, frozenset[str]]
    drive_only: frozenset[str]
    """TensorRT of DRIVE OS releases that nothing else has."""

    def __getitem__(self, kind: str) -> frozenset[str]:
        """Return the known versions of a kind; of any kind those of TensorRT."""
        if kind == "any":
            return self.by_kind[JETSON] | self.by_kind[DRIVE]
        return self.by_kind[kind]

    def is_known(self, version: str, kind: str) -> bool:
        """Return whether a version, as long as it is written, is one of a kind."""
        parts = parse_version(version)
        return any(_is_alike(parts, parse_version(known)) for known in self[kind])

    def between(self, until: str, since: str, kind: str) -> str:
        """Return the oldest known version after the end of a range and before a start, if any."""
        return _oldest(
            version
            for version in self[kind]
            if not in_range(version, "", until) and not in_range(version, since, "")
        )

    def in_both(self, one: tuple[str, str], other: tuple[str, str], kind: str) -> str:
        """Return the oldest known version two ranges share, if any."""
        return _oldest(
            version
            for version in self[kind]
            if in_range(version, *one) and in_range(version, *other)
        )


def known_versions(view: View) -> KnownVersions:
    """Return the versions the releases and the TensorRT versions of the package name."""
    documented = _plain(version for (version,) in view.whole("tensorrt-versions", "tensorrt"))
    columns = ("product", "tensorrt_min", "dla_software")
    releases = view.whole("releases", *columns)
    jetson = _plain(tensorrt for product, tensorrt, _ in releases if product == "JetPack")
    drive = _plain(tensorrt for product, tensorrt, _ in releases if product != "JetPack")
    return KnownVersions(
        by_kind={
            JETSON: documented | jetson,
            DRIVE: documented | drive,
            SOFTWARE: _plain(software for _, _, software in releases),
        },
        drive_only=drive - jetson - documented,
    )


def _plain(versions: Iterable[str | None]) -> frozenset[str]:
    """Return versions without what follows their numbers: 8.4 of 8.4 EA, 9 of 9.x."""
    return frozenset(version.split()[0].removesuffix(".x") for version in versions if version)


def _is_alike(parts: tuple[int, ...], others: tuple[int, ...]) -> bool:
    length = min(len(parts), len(others))
    return parts[:length] == others[:length]


def _oldest(versions: Iterable[str]) -> str:
    return min(versions, key=parse_version, default="")
