"""Who else uses the device."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Container

if TYPE_CHECKING:
    from measure.device.machine import Machine

PACKAGE_PROGRAMS = frozenset(
    ("apt", "apt-get", "aptd", "dpkg", "packagekitd", "unattended-upgr", "update-manager")
)
"""Names as the kernel cuts them, after 15 signs."""
_WAITS_FOR_SHUTDOWN = "unattended-upgrade-shutdown"
"""Runs all the time on Ubuntu and upgrades nothing; the kernel cuts both names to the same."""
DESKTOP_PROGRAMS = frozenset(("Xorg", "Xwayland", "gnome-shell", "gdm-x-session", "lightdm"))

_ACCELERATOR = re.compile(r"/dev/(nvhost-|nvgpu)")
_LOAD = re.compile(r"[0-9]{1,6}\.[0-9]{1,4}")


@dataclass(frozen=True)
class Process:
    """A process of the device."""

    pid: int
    name: str


@dataclass(frozen=True)
class Users:
    """What runs besides the measurement."""

    accelerators: tuple[Process, ...]
    """Those that hold a device file of GPU or DLA open."""
    packages: tuple[Process, ...]
    """Those that install or update packages."""
    desktop: tuple[Process, ...]
    """Those of a desktop."""
    hidden: int
    """Processes whose open files can't be seen without root."""


def read_users(machine: Machine, own: Container[int] = ()) -> Users:
    """Return what else runs.

    Parameters
    ----------
    machine
        The device.
    own
        Processes of this measurement; this one is always among them.
    """
    accelerators, packages, desktop, hidden = [], [], [], 0
    me = -1 if machine.is_folder else os.getpid()
    for folder in machine.glob("/proc/[0-9]*"):
        pid = int(folder.rpartition("/")[2])
        if pid == me or pid in own:
            continue
        process = Process(pid, machine.read(f"{folder}/comm") or "?")
        links = machine.links(f"{folder}/fd")
        if links is None:
            hidden += 1
        elif any(_ACCELERATOR.match(target) for target in links):
            accelerators.append(process)
        if process.name in PACKAGE_PROGRAMS and not _only_waits(machine, folder):
            packages.append(process)
        if process.name in DESKTOP_PROGRAMS:
            desktop.append(process)
    return Users(tuple(accelerators), tuple(packages), tuple(desktop), hidden)


def has_desktop(machine: Machine) -> bool:
    """Say whether a desktop runs."""
    names = (machine.read(path) for path in machine.glob("/proc/[0-9]*/comm"))
    return any(name in DESKTOP_PROGRAMS for name in names)


def _only_waits(machine: Machine, folder: str) -> bool:
    """Say whether a process waits for the shutdown to end an upgrade that may run by then."""
    return _WAITS_FOR_SHUTDOWN in (machine.read(f"{folder}/cmdline") or "")


def read_load(machine: Machine) -> float | None:
    """Return the load average over one minute."""
    words = (machine.read("/proc/loadavg") or "").split()
    return float(words[0]) if words and _LOAD.fullmatch(words[0]) else None
