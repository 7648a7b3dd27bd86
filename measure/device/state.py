"""The state of a device at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, Optional


@dataclass(frozen=True)
class Reading:
    """What can be read often and without root."""

    t_ns: int
    """When, on the clock of measure.device.clock."""
    gpu_mhz: Optional[float] = None
    gpu_max_mhz: Optional[float] = None
    gpu_load: Optional[float] = None
    """0 to 1."""
    temperatures: Dict[str, float] = field(default_factory=dict)
    """Zone: degrees Celsius; a zone that is power-gated is left out."""
    cooling: Dict[str, int] = field(default_factory=dict)
    """Cooling device: its state, above 0 while it holds something back."""


@dataclass(frozen=True)
class DeviceState:
    """A snapshot of everything that a segment depends on; None where it can't be read."""

    boot_id: Optional[str] = None
    mode_id: Optional[int] = None
    mode: Optional[str] = None
    """Name of the power mode as nvpmodel prints it."""
    cpus_online: Optional[int] = None
    cpu_max_mhz: Optional[float] = None
    gpu_mhz: Optional[float] = None
    gpu_max_mhz: Optional[float] = None
    gpu_load: Optional[float] = None
    """0 to 1."""
    dla_mhz: Optional[Dict[int, float]] = None
    """Core: its clock."""
    emc_mhz: Optional[float] = None
    temperatures: Dict[str, float] = field(default_factory=dict)
    throttle: Dict[str, int] = field(default_factory=dict)
    """oc1 under-voltage, oc2 average and oc3 instantaneous over-current: events since boot."""
    cooling: Dict[str, int] = field(default_factory=dict)
    alarms: Dict[str, int] = field(default_factory=dict)
    """Alarms of the power monitors."""
