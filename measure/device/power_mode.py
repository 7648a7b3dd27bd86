"""Power modes: what one allows, and what contradicts that one is in force."""

from __future__ import annotations

from dataclasses import dataclass, field


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
