"""The state of a device at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reading:
    """What can be read often and without root."""

    t_ns: int
    """When, on the clock of measure.device.clock."""
    gpu_mhz: float | None = None
    gpu_max_mhz: float | None = None
    gpu_load: float | None = None
    """0 to 1."""
    temperatures: dict[str, float] = field(default_factory=dict)
    """Zone: degrees Celsius; a zone that is power-gated is left out."""
    cooling: dict[str, int] = field(default_factory=dict)
    """Cooling device: its state, above 0 while it holds something back."""


@dataclass(frozen=True)
class DeviceState:
    """A snapshot of everything that a segment depends on; None where it can't be read."""

    boot_id: str | None = None
    mode_id: int | None = None
    mode: str | None = None
    """Name of the power mode as nvpmodel prints it."""
    cpus_online: int | None = None
    cpu_max_mhz: float | None = None
    gpu_mhz: float | None = None
    gpu_max_mhz: float | None = None
    gpu_load: float | None = None
    """0 to 1."""
    dla_mhz: dict[int, float] | None = None
    """Core: its clock."""
    emc_mhz: float | None = None
    temperatures: dict[str, float] = field(default_factory=dict)
    throttle: dict[str, int] = field(default_factory=dict)
    """oc1 under-voltage, oc2 average and oc3 instantaneous over-current: events since boot."""
    cooling: dict[str, int] = field(default_factory=dict)
    alarms: dict[str, int] = field(default_factory=dict)
    """Alarms of the power monitors."""
