"""Clocks: what sysfs and ``jetson_clocks --show`` say of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from measure.device.lines import short_lines

if TYPE_CHECKING:
    from measure.device.machine import Machine

CPUS_ONLINE = "/sys/devices/system/cpu/online"
NO_LIMIT = (1 << 64) - 1
"""Value of a highest clock that stands for no limit."""

_DEBUG = "/sys/kernel/debug"
DEBUG_CLOCKS = {
    "dla0_core": (
        f"{_DEBUG}/bpmp/debug/clk/nafll_dla0_core/rate",
        f"{_DEBUG}/clk/dla0_core/clk_rate",
        f"{_DEBUG}/bpmp/debug/clk/nafll_dla/rate",
    ),
    "dla1_core": (
        f"{_DEBUG}/bpmp/debug/clk/nafll_dla1_core/rate",
        f"{_DEBUG}/clk/dla1_core/clk_rate",
        f"{_DEBUG}/bpmp/debug/clk/nafll_dla/rate",
    ),
    "emc": (f"{_DEBUG}/bpmp/debug/clk/emc/rate", f"{_DEBUG}/clk/emc/clk_rate"),
}
"""Key: files with the clock in Hz, by release; Xavier with L4T 32 has one for both cores."""

_RANGE = re.compile(r"(?P<first>[0-9]{1,5})(-(?P<last>[0-9]{1,5}))?")
_MOST_CPUS = 4096
_PART = re.compile(
    r"(?P<name>cpu[0-9]{1,4}|GPU|EMC|[A-Z]+[0-9]?_[A-Z0-9_]+)(:| )(?P<rest>.*Freq=.*)"
)
_VALUE = re.compile(r"(?P<name>[A-Za-z]+)=(?P<value>\S+)")
_NUMBER = re.compile(r"[0-9]{1,20}")
_MODE = re.compile(r"NV Power Mode\s*:\s*(?P<name>\S.*)")
_ONLINE = re.compile(r"Online CPUs\s*:\s*(?P<list>[0-9,-]+)")
_TPCS = re.compile(r"Active GPU TPCs\s*:\s*(?P<count>[0-9]{1,4})")
_HZ_PER_MHZ = 1e6
_KHZ_PER_MHZ = 1e3


@dataclass(frozen=True)
class Clock:
    """One clock in MHz; None where it isn't known or has no limit."""

    current: float | None = None
    lowest: float | None = None
    highest: float | None = None
    online: bool = True

    @property
    def is_pinned(self) -> bool | None:
        """Whether the clock can't move; None when that isn't known."""
        if self.lowest is None or self.highest is None:
            return None
        return self.lowest >= self.highest


@dataclass(frozen=True)
class ShownClocks:
    """What ``jetson_clocks --show`` printed."""

    cpus: dict[int, Clock] = field(default_factory=dict)
    clocks: dict[str, Clock] = field(default_factory=dict)
    """Clock: gpu, emc, dla0_core, dla1_falcon …"""
    cpus_online: int | None = None
    gpu_tpcs: int | None = None
    """Parts of the GPU that are on."""
    mode: str = ""
    """Name of the power mode."""


def count_cpus(text: str) -> int | None:
    """Return how many CPUs a list such as "0-3,8" names; None if it is none."""
    cpus: set[int] = set()
    for part in text.split(","):
        match = _RANGE.fullmatch(part.strip())
        if match is None:
            return None
        first = int(match["first"])
        last = int(match["last"] or first)
        if last < first or last >= _MOST_CPUS:
            return None
        cpus.update(range(first, last + 1))
    return len(cpus)


def read_cpus_online(machine: Machine) -> int | None:
    """Return how many CPUs are online."""
    return count_cpus(machine.read(CPUS_ONLINE) or "")


def read_cpu_clocks(machine: Machine) -> dict[int, Clock]:
    """Return the clocks of the CPUs by number; an offline one has no clock files."""
    found = {}
    for folder in machine.glob("/sys/devices/system/cpu/cpu[0-9]*/cpufreq"):
        number = int(re.findall(r"[0-9]+", folder)[-1])
        current, lowest, highest = (
            _mhz(machine.read_int(f"{folder}/scaling_{name}_freq"), _KHZ_PER_MHZ)
            for name in ("cur", "min", "max")
        )
        if highest is not None:
            found[number] = Clock(current, lowest, highest)
    return found


def read_gpu_clock(machine: Machine) -> Clock | None:
    """Return the GPU's clock; None where the device shows none."""
    for pattern in (
        "/sys/class/devfreq/17000000.*",
        "/sys/class/devfreq/*.gpu",
        "/sys/class/devfreq/gpu-gpc-*",
    ):
        for folder in machine.glob(pattern):
            current, lowest, highest = (
                _mhz(machine.read_int(f"{folder}/{name}_freq"), _HZ_PER_MHZ)
                for name in ("cur", "min", "max")
            )
            if current is not None or highest is not None:
                return Clock(current, lowest, highest)
    return None


def read_gpu_load(machine: Machine) -> float | None:
    """Return which part of the GPU's time is taken, 0 to 1."""
    # Both are links, and some releases lack one or the other.
    links = ("/sys/devices/gpu.0/load", "/sys/devices/platform/gpu.0/load")
    for path in (*links, *machine.glob("/sys/class/devfreq/17000000.*/device/load")):
        load = machine.read_int(path)
        if load is not None and 0 <= load <= 1000:
            return load / 1000
    return None


def read_debug_clock(machine: Machine, key: str) -> float | None:
    """Return a clock in MHz that only root may read; None where the device doesn't show it.

    Parameters
    ----------
    machine
        The device.
    key
        One of DEBUG_CLOCKS, which the root program knows too.
    """
    for path in DEBUG_CLOCKS[key]:
        rate = machine.read_int(path)
        if rate is not None:
            return _mhz(rate, _HZ_PER_MHZ)
    finished = machine.privileged("read", key)
    text = finished.output.strip()
    return _mhz(int(text), _HZ_PER_MHZ) if finished.ok and _NUMBER.fullmatch(text) else None


def read_dla_clocks(machine: Machine) -> dict[int, float] | None:
    """Return the clock of each DLA core; None where none can be read."""
    clocks = {core: read_debug_clock(machine, f"dla{core}_core") for core in (0, 1)}
    found = {core: clock for core, clock in clocks.items() if clock is not None}
    return found or None


def read_shown_clocks(machine: Machine) -> ShownClocks:
    """Return what ``jetson_clocks --show`` prints; to any but root it prints nothing of use."""
    return parse_show(machine.run("jetson_clocks", "--show").output)


def parse_show(text: str) -> ShownClocks:
    """Read what ``jetson_clocks --show`` prints on any release; other lines are skipped."""
    cpus: dict[int, Clock] = {}
    clocks: dict[str, Clock] = {}
    online = tpcs = None
    mode = ""
    for line in short_lines(text):
        part, named = _PART.fullmatch(line), _MODE.fullmatch(line)
        listed, counted = _ONLINE.fullmatch(line), _TPCS.fullmatch(line)
        if part and part["name"].startswith("cpu"):
            cpus[int(part["name"][len("cpu") :])] = _clock(part["rest"], _KHZ_PER_MHZ)
        elif part:
            clocks[part["name"].lower()] = _clock(part["rest"], _HZ_PER_MHZ)
        elif named:
            mode = named["name"].strip()
        elif listed:
            online = count_cpus(listed["list"])
        elif counted:
            tpcs = int(counted["count"])
    return ShownClocks(cpus, clocks, online, tpcs, mode)


def _clock(text: str, per_mhz: float) -> Clock:
    """Return the clock in a line's pairs of names and values."""
    values = {match["name"]: match["value"] for match in _VALUE.finditer(text)}
    current, lowest, highest = (
        _mhz(int(values[name]), per_mhz)
        if name in values and _NUMBER.fullmatch(values[name])
        else None
        for name in ("CurrentFreq", "MinFreq", "MaxFreq")
    )
    return Clock(current, lowest, highest, values.get("Online", "1") != "0")


def _mhz(value: int | None, per_mhz: float) -> float | None:
    """Return a clock in MHz; None for no limit and for what is no clock."""
    if value is None or not 0 <= value < NO_LIMIT:
        return None
    return value / per_mhz
