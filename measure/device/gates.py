"""The conditions of a segment, and which of them didn't hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Iterator, Mapping, Sequence

from measure.device.ceilings import dla_step_below
from measure.device.power_mode import TOLERANCE, contradictions, mode_key
from measure.device.state import readings_in

if TYPE_CHECKING:
    from measure.device.power_mode import PowerMode
    from measure.device.state import DeviceState, Reading

CONSECUTIVE = 3
"""Readings in a row below the cap that count: a single one may hit a change of state."""
LARGEST_LAG = 0.02
"""How far a GPU at its cap may measure below it: 1289 MHz were seen where 1300.5 were set."""
LARGEST_LEAK = 0.01
"""Part of the GPU's time that a run of the DLA alone may take."""
_EVENTS = {
    "oc1": ("under_voltage", "under-voltage"),
    "oc2": ("over_current", "average over-current"),
    "oc3": ("over_current", "instantaneous over-current"),
}


@dataclass(frozen=True)
class Reason:
    """Why a segment doesn't count."""

    code: str
    """under_voltage, gpu_clock, boot_changed …"""
    text: str
    """One sentence with what was seen."""


@dataclass(frozen=True)
class _Seen:
    """What was seen of a device around and during a segment."""

    before: DeviceState
    after: DeviceState
    readings: Sequence[Reading]
    mode: PowerMode | None
    engine: str
    cores: Sequence[int]
    gpu_allowed: bool
    ceilings: Mapping[str, float] = field(default_factory=dict)
    window: tuple[int, int] | None = None

    def ceiling(self, part: str, domain: str) -> float | None:
        """Return the highest clock of a part of the module, where the mode doesn't cap it."""
        if self.mode is None or self.mode.caps.get(domain) is not None:
            return None
        return self.ceilings.get(part)

    @property
    def all(self) -> list[DeviceState | Reading]:
        """All states in order of time."""
        return [self.before, *self.readings, self.after]

    @property
    def at_work(self) -> Sequence[Reading]:
        """The readings while the engine ran: before that it is loaded, which the GPU may help."""
        return readings_in(self.readings, self.window)

    def dla_clocks(self, core: int) -> list[float]:
        """Return the clocks seen of a core at work, or around it where none was read meanwhile.

        An idle core may have any clock.
        """
        return _clocks(self.at_work, core) or _clocks(self.all, core)


def check(
    before: DeviceState,
    after: DeviceState,
    readings: Sequence[Reading],
    mode: PowerMode | None,
    engine: str,
    *,
    cores: Sequence[int] = (),
    gpu_allowed: bool = False,
    ceilings: Mapping[str, float] | None = None,
    window: tuple[int, int] | None = None,
) -> list[Reason]:
    """Return every reason for which a segment doesn't count; none where all conditions held.

    Parameters
    ----------
    before, after
        The state at the segment's start and end.
    readings
        What was read while it ran.
    mode
        The power mode that is wanted; None where the device has none.
    engine
        dla, gpu, gpu+dla or cpu.
    cores
        The DLA cores in use.
    gpu_allowed
        Whether the engine for the DLA has layers on the GPU.
    ceilings
        The module's highest clocks of gpu and dla in MHz, for modes without a cap.
    window
        From when to when the engine ran, on the clock of the readings; all the time if None.
    """
    seen = _Seen(before, after, readings, mode, engine, cores, gpu_allowed, ceilings or {}, window)
    return [Reason(code, text) for gate in _GATES for code, text in gate(seen)]


def flags(
    before: DeviceState,
    after: DeviceState,
    readings: Sequence[Reading],
    engine: str,
    cores: Sequence[int] = (),
) -> list[str]:
    """Return flags: what could not be checked, such as oc_unknown, and whether a desktop ran.

    Parameters
    ----------
    before, after, readings, engine, cores
        As for ``check``.
    """
    seen = _Seen(before, after, readings, None, engine, cores, False)
    no_clock = all(reading.gpu_mhz is None for reading in readings)
    no_load = all(reading.gpu_load is None for reading in readings)
    raised = {
        "gpu_clk_unknown": "gpu" in engine and no_clock,
        "gpu_load_unknown": engine == "dla" and no_load,
        "temperature_unknown": not any(state.temperatures for state in seen.all),
        "dla_clk_unknown": any(not seen.dla_clocks(core) for core in cores),
        "emc_clk_unknown": None in (before.emc_mhz, after.emc_mhz),
        "oc_unknown": not (before.throttle and after.throttle),
        "desktop": before.desktop or after.desktop,
    }
    return [flag for flag, is_raised in raised.items() if is_raised]


_Found = Iterator["tuple[str, str]"]


def _events(seen: _Seen) -> _Found:
    """Find events of under-voltage and over-current."""
    for name, (code, title) in _EVENTS.items():
        began, ended = seen.before.throttle.get(name), seen.after.throttle.get(name)
        if began is not None and ended is not None and ended > began:
            yield code, f"{ended - began} events of {title} ({name}) during the segment"


def _heat(seen: _Seen) -> _Found:
    """Find what was held back for heat, and zones where that begins."""
    for name in sorted({name for state in seen.all for name in state.cooling}):
        most = max(state.cooling.get(name, 0) for state in seen.all)
        if most > 0:
            yield "thermal", f"{name} held back, state {most}"
    for zone, trip in sorted(seen.before.trips.items()):
        highest = max(state.temperatures.get(zone, trip - 1) for state in seen.all)
        if highest >= trip:
            yield "thermal", f"zone {zone} reached {highest:.1f} °C, it holds back at {trip:.1f} °C"


def _gpu_clock(seen: _Seen) -> _Found:
    """Find a cap of the GPU that moved, one that no mode set, and a pinned clock below the cap."""
    cap = seen.before.gpu_max_mhz
    if cap is None:
        return
    caps = [state.gpu_max_mhz for state in seen.all]
    moved = [value for value in caps if value is not None and not _near(value, cap)]
    if moved:
        yield "gpu_clock", f"the GPU's cap moved from {cap:.0f} to {moved[0]:.0f} MHz"
    if "gpu" not in seen.engine:
        return
    ceiling = seen.ceiling("gpu", "gpu")
    if ceiling is not None and cap < ceiling * (1 - TOLERANCE):
        title = seen.mode.title if seen.mode else ""
        yield "gpu_clock", f"the GPU is capped at {cap:.0f} MHz, {title} allows {ceiling:.0f} MHz"
    if not seen.before.is_pinned:
        return
    low: list[float] = []
    for reading in seen.readings:
        below = reading.gpu_mhz is not None and reading.gpu_mhz < cap * (1 - LARGEST_LAG)
        low = [*low, reading.gpu_mhz or 0.0] if below else []
        if len(low) == CONSECUTIVE:
            yield (
                "gpu_clock",
                f"the GPU ran at {low[-1]:.0f} MHz in {CONSECUTIVE} readings, not at {cap:.0f} MHz",
            )
            return


def _dla_clock(seen: _Seen) -> _Found:
    """Find a DLA core in use below its cap, the module's ceiling or its own highest clock."""
    for core in seen.cores:
        clocks = seen.dla_clocks(core)
        if not clocks:
            continue
        cap = seen.mode.caps.get(f"dla{core}_core") if seen.mode else None
        ceiling = seen.ceiling("dla", f"dla{core}_core") or 0.0
        wanted = dla_step_below(cap) if cap else max(*_clocks(seen.all, core), ceiling)
        if min(clocks) < wanted * (1 - TOLERANCE):
            yield (
                "dla_clock",
                f"DLA core {core} ran at {min(clocks):.0f} MHz, {wanted:.0f} MHz were due",
            )


def _clocks(states: Sequence[DeviceState | Reading], core: int) -> list[float]:
    """Return the clocks of a core in some states; 0 is that of one that is off."""
    clocks = ((state.dla_mhz or {}).get(core) for state in states)
    return [clock for clock in clocks if clock]


def _memory_clock(seen: _Seen) -> _Found:
    """Find a pinned clock of the memory that isn't at its cap, or moved."""
    began, ended = seen.before.emc_mhz, seen.after.emc_mhz
    if began is None or ended is None or not seen.before.is_pinned:
        return
    cap = seen.mode.caps.get("emc") if seen.mode else None
    wanted = cap or began
    for clock in (began, ended):
        if not _near(clock, wanted):
            yield "emc_clock", f"the memory ran at {clock:.0f} MHz, {wanted:.0f} MHz were due"
            return


def _gpu_leak(seen: _Seen) -> _Found:
    """Find work of the GPU during a run of the DLA alone."""
    loads = [reading.gpu_load for reading in seen.at_work if reading.gpu_load is not None]
    if seen.engine != "dla" or seen.gpu_allowed or not loads:
        return
    mean = sum(loads) / len(loads)
    if mean >= LARGEST_LEAK:
        yield "gpu_leak", f"the GPU was busy {mean:.1%} of the time in a run of the DLA alone"


def _alarms(seen: _Seen) -> _Found:
    """Find alarms of the power monitors."""
    for name in sorted({*seen.before.alarms, *seen.after.alarms}):
        if seen.before.alarms.get(name) or seen.after.alarms.get(name):
            yield "ina_alarm", f"the power monitor raises its alarm {name}"


def _identity(seen: _Seen) -> _Found:
    """Find a restart, and a change of mode or CPUs."""
    before, after = seen.before, seen.after
    if before.boot_id != after.boot_id:
        yield "boot_changed", "the device restarted during the segment"
    if (before.mode_id, before.mode) != (after.mode_id, after.mode):
        now = after.mode or "unknown"
        yield "mode_changed", f"the power mode was {before.mode or 'unknown'} and became {now}"
    if before.cpu_list != after.cpu_list:
        yield (
            "cpu_mask_changed",
            f"the CPUs {before.cpu_list} were online at the start, {after.cpu_list} at the end",
        )


def _mode(seen: _Seen) -> _Found:
    """Find what is impossible in the wanted mode."""
    if seen.mode is None:
        return
    for state in (seen.before, seen.after):
        if state.mode is not None and mode_key(state.mode) != seen.mode.key:
            yield "mode_contradicted", f"nvpmodel names {state.mode}, not {seen.mode.title}"
            return
    gpu = [state.gpu_mhz for state in seen.all if state.gpu_mhz is not None]
    found = contradictions(
        seen.mode,
        cpus_online=seen.after.cpus_online,
        gpu_mhz=max(gpu, default=None),
        dla_mhz={core: max(seen.dla_clocks(core), default=0.0) for core in seen.cores},
        emc_mhz=seen.after.emc_mhz,
    )
    for sentence in found:
        yield "mode_contradicted", sentence


def _near(value: float, wanted: float) -> bool:
    """Say whether two clocks are the same but for rounding."""
    return abs(value - wanted) <= wanted * TOLERANCE


_GATES = (
    _events,
    _heat,
    _gpu_clock,
    _dla_clock,
    _memory_clock,
    _gpu_leak,
    _alarms,
    _identity,
    _mode,
)
