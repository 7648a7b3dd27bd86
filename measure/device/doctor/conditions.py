"""Judge the state of a device: mode, clocks, heat, and who else uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, Sequence

from measure.device.clocks import Clock, read_cpus_online, read_gpu_clock, read_shown_clocks
from measure.device.doctor.report import OK, STOP, WARN, Check
from measure.device.nvpmodel import read_modes
from measure.device.power_mode import contradictions, needs_reboot
from measure.device.thermal import (
    hottest,
    read_alarms,
    read_cooling,
    read_passive_trips,
    read_temperatures,
    read_throttle_events,
)
from measure.device.users import read_users

if TYPE_CHECKING:
    from measure.device.machine import Machine
    from measure.device.power_mode import Modes, PowerMode
    from measure.device.users import Process, Users

HIGHEST_LOAD = 0.3
"""Load average over one minute above which the machine isn't idle."""
SMALLEST_MARGIN_C = 15.0
"""How far below the point where clocks are held back a measurement should begin."""
_SHOWN = 4


def check_mode(machine: Machine) -> Iterator[Check]:
    """Judge the power mode in force, and list those that can be chosen."""
    modes = read_modes(machine)
    if modes.current is None:
        remedy = "no row can say its power mode"
        yield Check("power_mode", "power mode", STOP, modes.problem, remedy, "sudo nvpmodel -q")
    else:
        yield _check_current(machine, modes.current)
    if modes.modes:
        yield _list_modes(modes)
    elif modes.current is not None:
        remedy = "modes can't be chosen by name"
        yield Check("power_modes", "power modes", WARN, modes.problem, remedy)


def _check_current(machine: Machine, mode: PowerMode) -> Check:
    """Judge whether what runs agrees with the mode that nvpmodel names."""
    key, title = "power_mode", "power mode"
    gpu = read_gpu_clock(machine)
    shown = read_shown_clocks(machine).clocks
    cores = {core: shown.get(f"dla{core}_core", Clock()).highest for core in (0, 1)}
    wrong = contradictions(
        mode,
        cpus_online=read_cpus_online(machine),
        gpu_mhz=gpu.highest if gpu else None,
        dla_mhz={core: highest for core, highest in cores.items() if highest is not None},
    )
    number = "no number" if mode.id is None else f"mode {mode.id}"
    found = f"{mode.name} ({number})"
    if wrong:
        found = f"nvpmodel says {found}, but {'; '.join(wrong)}"
        return Check(key, title, STOP, found, "the mode is not in force; restart", "sudo reboot")
    return Check(key, title, OK, found)


def _list_modes(modes: Modes) -> Check:
    """List the modes, and say which of them a restart stands before."""
    found = ", ".join(mode.title for mode in modes.modes)
    behind = [mode.title for mode in modes.modes if needs_reboot(modes.current, mode)]
    if behind:
        found += f"; {', '.join(behind)} only after a restart, with --allow-reboot"
    return Check("power_modes", "power modes", OK, found)


def check_clocks(machine: Machine) -> Check:
    """Judge whether clocks are free, so that a run can pin them and give them back."""
    key, title = "clocks", "clocks"
    gpu = read_gpu_clock(machine)
    if gpu is None or gpu.is_pinned is None:
        return Check(key, title, WARN, "the GPU's clock can't be read", "throttling may go unseen")
    if gpu.is_pinned:
        return Check(
            key,
            title,
            WARN,
            f"the GPU is pinned at {gpu.highest:.0f} MHz",
            "somebody ran jetson_clocks; what was there before can't be given back. "
            "Restore it, or restart",
            "sudo jetson_clocks --restore",
        )
    found = f"the GPU moves between {gpu.lowest:.0f} and {gpu.highest:.0f} MHz; a run pins it"
    return Check(key, title, OK, found)


def check_heat(machine: Machine) -> Iterator[Check]:
    """Judge temperatures, and what holds clocks back."""
    temperatures, trips = read_temperatures(machine), read_passive_trips(machine)
    highest = hottest(temperatures)
    key, title = "temperature", "temperature"
    if highest is None:
        yield Check(key, title, WARN, "no sensor can be read", "throttling may go unseen")
    else:
        near = [
            f"{zone} {value:.0f} of {trips[zone]:.0f} °C"
            for zone, value in sorted(temperatures.items())
            if zone in trips and value > trips[zone] - SMALLEST_MARGIN_C
        ]
        if near:
            found = f"near the point where clocks are held back: {', '.join(near)}"
            yield Check(key, title, WARN, found, "let the module cool, or cool it better")
        else:
            yield Check(key, title, OK, f"{highest:.1f} °C")
    yield _check_throttling(machine)


def _check_throttling(machine: Machine) -> Check:
    key, title = "throttling", "throttling"
    held = [name for name, state in sorted(read_cooling(machine).items()) if state]
    held += [f"alarm {name}" for name, alarm in sorted(read_alarms(machine).items()) if alarm]
    if held:
        found = f"held back now: {', '.join(held)}"
        return Check(key, title, STOP, found, "let the module cool; see to the power supply")
    events = {name: count for name, count in read_throttle_events(machine).items() if count}
    if events:
        counts = ", ".join(f"{name} {count}" for name, count in sorted(events.items()))
        remedy = "under-voltage or over-current happened before; see to the power supply"
        return Check(key, title, WARN, f"events since the start: {counts}", remedy)
    return Check(key, title, OK, "nothing is held back")


def check_users(machine: Machine) -> Iterator[Check]:
    """Judge who else uses the accelerators or changes the software."""
    users = read_users(machine)
    yield _check_accelerators(users)
    key, title = "packages", "package work"
    if users.packages:
        found = f"running: {_listed(users.packages)}"
        command = "sudo systemctl stop packagekit unattended-upgrades"
        yield Check(key, title, STOP, found, "wait for it to end, or stop it", command)
    else:
        yield Check(key, title, OK, "none")


def _check_accelerators(users: Users) -> Check:
    key, title = "users", "other users"
    desktop = "sudo systemctl isolate multi-user.target" if users.desktop else ""
    if users.accelerators:
        found = f"GPU or DLA in use by {_listed(users.accelerators)}"
        return Check(key, title, STOP, found, "stop what uses them", desktop)
    if users.desktop:
        found = f"a desktop runs: {_listed(users.desktop)}"
        return Check(key, title, WARN, found, "it draws on the GPU; stop it", desktop)
    if users.hidden:
        found = f"none seen; {users.hidden} processes can't be looked into without root"
        command = "sudo python3 -m measure doctor"
        return Check(key, title, OK, found, "root sees them all", command)
    return Check(key, title, OK, "none")


def _listed(processes: Sequence[Process]) -> str:
    """Name some processes."""
    names = [f"{process.name} ({process.pid})" for process in processes[:_SHOWN]]
    more = len(processes) - len(names)
    return ", ".join([*names, f"{more} more"] if more else names)


def check_load(load: float | None, verdict: str) -> Check:
    """Judge whether the CPUs are idle.

    Parameters
    ----------
    load
        The load average over one minute; None where it can't be read.
    verdict
        What it means when they aren't.
    """
    key, title = "load", "load"
    if load is None:
        return Check(key, title, WARN, "the load average can't be read")
    found = f"{load:.2f} over the last minute"
    if load < HIGHEST_LOAD:
        return Check(key, title, OK, found)
    return Check(key, title, verdict, found, "end other work, then wait a minute", "top")
