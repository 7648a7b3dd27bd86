"""The device and the software a model is checked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable

from measure.errors import UserError
from measure.tables import Row, read_table
from measure.versions import in_range, parse_version

PRECISIONS = ("int8", "fp16")
DEFAULT_SOC = "orin"
JETSON = "tensorrt-jetson"
DRIVE = "tensorrt-drive"
_KINDS = {"JetPack": JETSON, "DRIVE OS": DRIVE}

USABLE = ("usable", "usable_with_conditions")
NO_HARDWARE = "no_dla_hardware"
NOT_USABLE = "not_usable"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Target:
    """What decides which rules hold."""

    soc: str
    """orin, xavier or thor."""
    tensorrt: str
    """Version of TensorRT, 10.3.0.30."""
    version_kind: str
    """tensorrt-jetson or tensorrt-drive: DRIVE OS has version numbers that no Jetson has."""
    release: str
    """Key of the release, jetpack-6.2; empty when only TensorRT was named."""
    precision: str
    """int8 (built with FP16 allowed too) or fp16."""
    standalone: bool = False
    """Whether a DLA loadable without TensorRT is wanted."""
    dla: str = "usable"
    """usable, usable_with_conditions, not_usable, no_dla_hardware or unknown."""
    dla_reason: str = ""
    """Why the DLA isn't simply usable."""


def resolve_target(
    release: str | None = None,
    tensorrt: str | None = None,
    soc: str | None = None,
    precision: str | None = None,
    standalone: bool = False,
) -> Target:
    """Return the target a user means.

    Parameters
    ----------
    release
        jetpack-6.2, drive-os-6.0.9.0; the newest JetPack with a usable DLA when neither it
        nor a TensorRT version is given.
    tensorrt
        A version of TensorRT, also to say which one runs under a release.
    soc
        orin, xavier or thor; that of the release, or Orin.
    precision
        int8 or fp16; int8 when left out.
    standalone
        Whether a DLA loadable without TensorRT is wanted.
    """
    chosen_precision = (precision or PRECISIONS[0]).lower()
    if chosen_precision not in PRECISIONS:
        raise UserError(f"{precision!r} is no precision of the DLA; choose {_list(PRECISIONS)}")
    if soc is not None:
        soc = _known_soc(soc)
    if release is None and tensorrt is not None:
        soc = soc or DEFAULT_SOC
        dla, reason = _dla_state(tensorrt, soc, None)
        kind = _kind_of_version(tensorrt)
        return Target(soc, tensorrt, kind, "", chosen_precision, standalone, dla, reason)
    row = _newest_usable(soc or DEFAULT_SOC) if release is None else release_row(release)
    soc = _soc_of_release(row, soc)
    tensorrt = tensorrt or _version_of_release(row)
    dla, reason = _dla_state(tensorrt, soc, row)
    kind = _KINDS[row["product"]]
    return Target(soc, tensorrt, kind, release_key(row), chosen_precision, standalone, dla, reason)


def release_key(row: Row) -> str:
    """Return the key of a release: jetpack-6.2, drive-os-6.0.9.0, jetpack-5.0-dp."""
    return f"{row['product']} {row['release']}".lower().replace(" ", "-")


def usable_versions(soc: str, version_kind: str | None = None) -> list[Target]:
    """Return a target for each TensorRT version with a usable DLA on a SoC, oldest first."""
    found: dict[tuple[tuple[int, ...], str], Target] = {}
    for row in read_table("reference/releases"):
        kind = _KINDS[row["product"]]
        if (
            row["dla"] in USABLE
            and soc in row["socs"].split()
            and version_kind in (None, kind)
            and has_dla(soc)
        ):
            target = resolve_target(release=release_key(row), soc=soc)
            found.setdefault((parse_version(target.tensorrt), kind), target)
    return [found[key] for key in sorted(found)]


def has_dla(soc: str) -> bool:
    """Say whether any module with this SoC has a DLA core."""
    return any(
        row["soc"] == soc and row["dla_cores"] not in ("", "0")
        for row in read_table("reference/modules")
    )


def _known_soc(text: str) -> str:
    """Return the SoC if the modules know it."""
    socs = sorted({row["soc"] for row in read_table("reference/modules")})
    if text.lower() not in socs:
        raise UserError(f"{text!r} is no SoC of the data; choose {_list(socs)}")
    return text.lower()


def release_row(release: str) -> Row:
    """Return the row of a release."""
    rows = {release_key(row): row for row in read_table("reference/releases")}
    key = "-".join(release.lower().split())
    if key not in rows:
        raise UserError(f"{release!r} is no release of the data; choose {_list(rows)}")
    return rows[key]


def _newest_usable(soc: str) -> Row:
    """Return the newest JetPack on which the DLA of a SoC is simply usable."""
    rows = [
        row
        for row in read_table("reference/releases")
        if row["product"] == "JetPack" and row["dla"] == USABLE[0] and soc in row["socs"].split()
    ]
    if not rows:
        raise UserError(f"no JetPack has a usable DLA on {soc}; name a release or a TensorRT")
    return rows[-1]


def _soc_of_release(row: Row, soc: str | None) -> str:
    """Return the SoC of a release: the one asked for, or Orin where it is one of several."""
    socs = row["socs"].split()
    if soc is None:
        return DEFAULT_SOC if DEFAULT_SOC in socs else socs[0]
    if soc not in socs:
        raise UserError(f"{release_key(row)} isn't made for {soc}; choose {_list(socs)}")
    return soc


def _version_of_release(row: Row) -> str:
    """Return the TensorRT version of a release, the lowest where it has had several."""
    if not row["tensorrt_min"]:
        raise UserError(f"the TensorRT of {release_key(row)} isn't known; name it with --tensorrt")
    return row["tensorrt_min"]


def _kind_of_version(tensorrt: str) -> str:
    """Tell DRIVE OS versions of TensorRT, which no Jetson has, from the others."""
    version = parse_version(tensorrt)
    kinds = {
        _KINDS[row["product"]]
        for row in read_table("reference/releases")
        if row["tensorrt_min"] and parse_version(row["tensorrt_min"])[: len(version)] == version
    }
    return DRIVE if kinds == {DRIVE} else JETSON


def _dla_state(tensorrt: str, soc: str, release: Row | None) -> tuple[str, str]:
    """Return whether the DLA can be used, and why not."""
    parse_version(tensorrt)
    if not has_dla(soc):
        return NO_HARDWARE, f"No module with {soc.capitalize()} has a DLA."
    if release is not None and tensorrt == release["tensorrt_min"]:
        return release["dla"], release["note"] if release["dla"] != USABLE[0] else ""
    version = _version_row(tensorrt)
    if version is None:
        return UNKNOWN, f"TensorRT {tensorrt} is older than the releases in the data."
    if parse_version(tensorrt)[0] > parse_version(version["tensorrt"].split(".")[0])[0]:
        return UNKNOWN, f"TensorRT {tensorrt} is newer than the releases in the data."
    if version["dla"] == "usable_with_conditions" and not _is_released(version, soc):
        return NOT_USABLE, version["dla_note"]
    return version["dla"], version["dla_note"] if version["dla"] != USABLE[0] else ""


def _version_row(tensorrt: str) -> Row | None:
    """Return the row that holds for a version: its own, or that of the last one before it."""
    found: Row | None = None
    for row in read_table("reference/tensorrt-versions"):
        if in_range(tensorrt, row["tensorrt"].split()[0].replace(".x", ""), ""):
            found = row
    return found


def _is_released(version: Row, soc: str) -> bool:
    """Say whether a release brings a version with a conditional DLA to a SoC."""
    return any(
        row["dla"] in USABLE
        and soc in row["socs"].split()
        and row["tensorrt_min"]
        and in_range(version["tensorrt"], row["tensorrt_min"], "")
        for row in read_table("reference/releases")
        if row["dla"] == version["dla"]
    )


def _list(words: Iterable[str]) -> str:
    """Join words for a message."""
    return ", ".join(words)
