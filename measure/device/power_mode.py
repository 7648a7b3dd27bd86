"""Power modes: what one allows, and what contradicts that one is in force."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping

from measure.errors import UserError
from measure.tables import read_table

TOLERANCE = 0.01
"""How far a clock may lie above its cap: tools print it rounded."""


@dataclass(frozen=True)
class PowerMode:
    """One power mode of nvpmodel."""

    id: int | None
    """Its number, which differs between boards and releases."""
    name: str
    """Its name as nvpmodel prints it, MODE_30W."""
    key: str
    """Its name as the tables write it, 30w."""
    caps: dict[str, float | None] = field(default_factory=dict)
    """Domain (cpu, gpu, dla0_core, dla1_core, dla0_falcon, emc): cap in MHz, None for no cap."""
    cpu_online: int | None = None
    """How many CPUs it leaves online."""
    tpc_pg_mask: int | None = None
    """Which parts of the GPU it switches off."""

    @property
    def title(self) -> str:
        """What a person calls it, 30W."""
        return self.key.upper().replace("-", "_")


@dataclass(frozen=True)
class Modes:
    """The power modes of a device."""

    modes: tuple[PowerMode, ...]
    """In the order of the file."""
    default: int | None
    """Number of the mode after flashing."""
    current: PowerMode | None
    """The one in force; None when nvpmodel doesn't say."""
    problem: str = ""
    """Why modes or the current one are unknown; empty when they aren't."""
    conf_sha256: str = ""
    """Hash of nvpmodel's file."""

    def by_name(self, name: str) -> PowerMode:
        """Return the mode with a name, written as nvpmodel or the tables do.

        Raises
        ------
        UserError
            When the device has no such mode; the text lists those it has.
        """
        for mode in self.modes:
            if mode.key == mode_key(name):
                return mode
        known = ", ".join(mode.title for mode in self.modes) or "none"
        raise UserError(f"{name!r} is no power mode of this device; it has {known}")


def mode_key(name: str) -> str:
    """Return a mode's name as the tables write it: 30w-all of MODE_30W_ALL."""
    key = "-".join(name.strip().lower().replace("_", "-").split())
    return key[len("mode-") :] if key.startswith("mode-") else key


def needs_reboot(current: PowerMode | None, wanted: PowerMode) -> bool:
    """Say whether a change needs a reboot: which parts of the GPU are on is settled at boot."""
    if current is None or current.tpc_pg_mask is None or wanted.tpc_pg_mask is None:
        return False
    return current.tpc_pg_mask != wanted.tpc_pg_mask


def mode_from_tables(module: str, name: str) -> PowerMode:
    """Return a mode of a module as the tables know it.

    Where several configurations of a module have the mode, a cap holds only if none of them
    allows more: what exceeds it contradicts them all.

    Raises
    ------
    UserError
        When the tables don't know the mode; the text lists those they know.
    """
    key = mode_key(name)
    rows = [row for row in read_table("reference/power-modes") if row["module"] == module]
    found = [row for row in rows if row["mode"] == key]
    if not found:
        known = ", ".join(dict.fromkeys(row["mode"] for row in rows))
        hint = f"it has {known}" if known else "they hold no mode of that module"
        raise UserError(f"the tables know no power mode {name!r} of {module!r}; {hint}")
    first = found[0]
    masks = {row["tpc_pg_mask"] for row in found}
    ids = {row["mode_id"] for row in found}
    return PowerMode(
        id=int(first["mode_id"]) if len(ids) == 1 else None,
        name=first["name"],
        key=key,
        caps=_caps_from_tables(module, key),
        cpu_online=int(first["cpu_online"]),
        tpc_pg_mask=int(masks.pop()) if len(masks) == 1 and "" not in masks else None,
    )


def _caps_from_tables(module: str, key: str) -> dict[str, float | None]:
    """Return the highest cap of each domain over all configurations of a module."""
    caps: dict[str, float | None] = {}
    for row in read_table("reference/power-mode-clocks"):
        if row["module"] != module or row["mode"] != key:
            continue
        cap = float(row["cap_mhz"]) if row["cap"] == "capped" else None
        before = caps.get(row["domain"], 0.0)
        caps[row["domain"]] = None if cap is None or before is None else max(cap, before)
    return caps


def contradictions(
    mode: PowerMode,
    cpus_online: int | None = None,
    gpu_mhz: float | None = None,
    dla_mhz: float | Mapping[int, float] | None = None,
    emc_mhz: float | None = None,
    cpu_mhz: float | None = None,
) -> list[str]:
    """Return a sentence for each observation that the mode rules out.

    A clock below its cap proves nothing, as an idle one is low.

    Parameters
    ----------
    mode
        The mode that is said to be in force.
    cpus_online
        How many CPUs were seen online.
    gpu_mhz, emc_mhz, cpu_mhz
        Highest clocks seen, or the caps read back.
    dla_mhz
        The same of the DLA: of each core, or the higher one of both.
    """
    found = []
    if None not in (cpus_online, mode.cpu_online) and cpus_online != mode.cpu_online:
        found.append(f"{cpus_online} CPUs online, the mode {mode.title} has {mode.cpu_online}")
    cores = dla_mhz if isinstance(dla_mhz, Mapping) else {0: dla_mhz}
    observed = [
        ("GPU", "gpu", gpu_mhz),
        *((f"DLA core {core}", f"dla{core}_core", clock) for core, clock in cores.items()),
        ("memory", "emc", emc_mhz),
        ("CPU", "cpu", cpu_mhz),
    ]
    for title, domain, clock in observed:
        cap = mode.caps.get(domain)
        if clock is not None and cap is not None and clock > cap * (1 + TOLERANCE):
            found.append(
                f"{title} ran at {clock:.0f} MHz, the mode {mode.title} caps it at {cap:.0f} MHz"
            )
    return found
