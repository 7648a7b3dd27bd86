"""The state of a device at one moment."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Mapping, Sequence

from measure.device.clock import now_ns
from measure.device.clocks import (
    CPUS_ONLINE,
    read_cpu_clocks,
    read_cpus_online,
    read_debug_clock,
    read_dla_clocks,
    read_gpu_clock,
    read_gpu_load,
)
from measure.device.nvpmodel import read_modes
from measure.device.thermal import (
    read_alarms,
    read_cooling,
    read_passive_trips,
    read_temperatures,
    read_throttle_events,
)
from measure.device.users import has_desktop

if TYPE_CHECKING:
    from measure.device.machine import Machine

BOOT_ID = "/proc/sys/kernel/random/boot_id"


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
    dla_mhz: dict[int, float] | None = None
    """Core: its clock; read more rarely than the rest, as it needs root."""


@dataclass(frozen=True)
class DeviceState:
    """A snapshot of everything that a segment depends on; None where it can't be read."""

    boot_id: str | None = None
    mode_id: int | None = None
    mode: str | None = None
    """Name of the power mode as nvpmodel prints it."""
    cpus_online: int | None = None
    cpu_list: str | None = None
    """Which CPUs are online: 0-7."""
    cpu_max_mhz: float | None = None
    gpu_mhz: float | None = None
    gpu_min_mhz: float | None = None
    gpu_max_mhz: float | None = None
    gpu_load: float | None = None
    """0 to 1."""
    dla_mhz: dict[int, float] | None = None
    """Core: its clock."""
    emc_mhz: float | None = None
    temperatures: dict[str, float] = field(default_factory=dict)
    trips: dict[str, float] = field(default_factory=dict)
    """Zone: where it starts to hold clocks back."""
    throttle: dict[str, int] = field(default_factory=dict)
    """oc1 under-voltage, oc2 average and oc3 instantaneous over-current: events since boot."""
    cooling: dict[str, int] = field(default_factory=dict)
    alarms: dict[str, int] = field(default_factory=dict)
    """Alarms of the power monitors."""
    desktop: bool = False
    """Whether a desktop runs, which draws on the GPU."""

    @property
    def is_pinned(self) -> bool | None:
        """Whether the GPU's clock can't move; None when that isn't known."""
        if self.gpu_min_mhz is None or self.gpu_max_mhz is None:
            return None
        return self.gpu_min_mhz >= self.gpu_max_mhz

    def as_dict(self) -> dict[str, Any]:
        """Return what the journal stores."""
        stored = asdict(self)
        if self.dla_mhz is not None:
            stored["dla_mhz"] = {str(core): clock for core, clock in self.dla_mhz.items()}
        return stored

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> DeviceState:
        """Return the state that the journal stored; what a later version added is left out."""
        known = {field.name: stored[field.name] for field in fields(cls) if field.name in stored}
        if known.get("dla_mhz"):
            known["dla_mhz"] = {int(core): clock for core, clock in known["dla_mhz"].items()}
        return cls(**known)


def readings_in(readings: Sequence[Reading], window: tuple[int, int] | None) -> Sequence[Reading]:
    """Return the readings of a window; all where there is no window, or no reading in it."""
    start, end = window or (0, math.inf)
    return [one for one in readings if start <= one.t_ns <= end] or readings


def read_state(machine: Machine) -> DeviceState:
    """Return the state of a device; it takes a few short-lived programs."""
    current = read_modes(machine).current
    gpu = read_gpu_clock(machine)
    cpus = [clock.highest for clock in read_cpu_clocks(machine).values() if clock.highest]
    return DeviceState(
        boot_id=machine.read(BOOT_ID) or None,
        mode_id=current.id if current else None,
        mode=current.name if current else None,
        cpus_online=read_cpus_online(machine),
        cpu_list=machine.read(CPUS_ONLINE),
        cpu_max_mhz=max(cpus, default=None),
        gpu_mhz=gpu.current if gpu else None,
        gpu_min_mhz=gpu.lowest if gpu else None,
        gpu_max_mhz=gpu.highest if gpu else None,
        gpu_load=read_gpu_load(machine),
        dla_mhz=read_dla_clocks(machine),
        emc_mhz=read_debug_clock(machine, "emc"),
        temperatures=read_temperatures(machine),
        trips=read_passive_trips(machine),
        throttle=read_throttle_events(machine),
        cooling=read_cooling(machine),
        alarms=read_alarms(machine),
        desktop=has_desktop(machine),
    )


def read_quickly(machine: Machine, *, with_dla: bool = False) -> Reading:
    """Return what can be read often.

    Parameters
    ----------
    machine
        The device.
    with_dla
        Whether to read the DLA's clocks too, which takes the root program.
    """
    gpu = read_gpu_clock(machine)
    return Reading(
        t_ns=now_ns(),
        gpu_mhz=gpu.current if gpu else None,
        gpu_max_mhz=gpu.highest if gpu else None,
        gpu_load=read_gpu_load(machine),
        temperatures=read_temperatures(machine),
        cooling=read_cooling(machine),
        dla_mhz=read_dla_clocks(machine) if with_dla else None,
    )
