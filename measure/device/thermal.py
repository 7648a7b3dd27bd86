"""Temperatures, and what holds clocks back: heat, over-current, alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from measure.device.machine import Machine

_ZONES = "/sys/class/thermal/thermal_zone*"
_COOLING = "/sys/class/thermal/cooling_device*"
_HWMON = "/sys/class/hwmon/hwmon*"
_MILLI = 1e3
_COLDEST_C, _HOTTEST_C = -60.0, 200.0
"""Outside of these a number is no temperature: a sensor without power reads -256."""
_CONSTANT = "pmic"
"""The zone of the power chip is a constant and no sensor."""
_JUNCTION = "tj"
_HARMLESS = ("fan", "hot-surface")
"""Words in the type of a cooling device that holds no clock back: it blows, or warns of the
surface, as an Orin does from 70 °C on."""

OVER_CURRENT = "soctherm_oc"
_POWER_MONITOR = "ina3221"
_CHANNELS = (1, 2, 3)


def read_temperatures(machine: Machine) -> dict[str, float]:
    """Return degrees Celsius by zone: cpu, gpu, soc0, tj; a sensor without power is left out."""
    found: dict[str, float] = {}
    for folder in machine.glob(_ZONES):
        name = _zone_name(machine.read(f"{folder}/type"))
        value = machine.read_int(f"{folder}/temp")
        if name and value is not None and _COLDEST_C < value / _MILLI < _HOTTEST_C:
            found[name] = max(value / _MILLI, found.get(name, _COLDEST_C))
    return found


def read_passive_trips(machine: Machine) -> dict[str, float]:
    """Return for each zone the lowest temperature at which it starts to hold clocks back."""
    found: dict[str, float] = {}
    for folder in machine.glob(_ZONES):
        name = _zone_name(machine.read(f"{folder}/type"))
        harmless = _harmless_trips(machine, folder)
        for path in machine.glob(f"{folder}/trip_point_*_type") if name else ():
            value = machine.read_int(path[: -len("type")] + "temp")
            counts = machine.read(path) == "passive" and path not in harmless
            if counts and value is not None and value > 0:
                found[name] = min(value / _MILLI, found.get(name, _HOTTEST_C))
    return found


def _harmless_trips(machine: Machine, zone: str) -> set[str]:
    """Return the trips of a zone at which nothing but harmless devices sets in."""
    holding: dict[str, bool] = {}
    for path in machine.glob(f"{zone}/cdev[0-9]*_trip_point"):
        trip = f"{zone}/trip_point_{machine.read(path)}_type"
        device = machine.read(path[: -len("_trip_point")] + "/type") or ""
        holding[trip] = holding.get(trip, False) or _holds_back(device)
    return {trip for trip, holds in holding.items() if not holds}


def _holds_back(device: str) -> bool:
    """Say whether a cooling device cools by holding a clock back."""
    return not any(word in device.lower() for word in _HARMLESS)


def hottest(temperatures: dict[str, float]) -> float | None:
    """Return the temperature of the junction, or that of the hottest zone."""
    return temperatures.get(_JUNCTION, max(temperatures.values(), default=None))


def read_cooling(machine: Machine) -> dict[str, int]:
    """Return the state of what cools by holding back, above 0 while it does."""
    found: dict[str, int] = {}
    for folder in machine.glob(_COOLING):
        name = machine.read(f"{folder}/type")
        state = machine.read_int(f"{folder}/cur_state")
        if name and _holds_back(name) and state is not None:
            found[name] = max(state, found.get(name, 0))
    return found


def read_throttle_events(machine: Machine) -> dict[str, int]:
    """Return events since boot of oc1 under-voltage, oc2 and oc3 over-current."""
    found: dict[str, int] = {}
    for folder in _hwmons(machine, OVER_CURRENT):
        for number in _CHANNELS:
            count = machine.read_int(f"{folder}/oc{number}_event_cnt")
            if count is not None:
                found[f"oc{number}"] = count
    return found


def read_alarms(machine: Machine) -> dict[str, int]:
    """Return the alarms of the power monitors by rail and limit: "VDD_IN crit"."""
    found: dict[str, int] = {}
    for folder in _hwmons(machine, _POWER_MONITOR):
        for number in _CHANNELS:
            label = machine.read(f"{folder}/in{number}_label")
            for limit in ("crit", "max"):
                alarm = machine.read_int(f"{folder}/curr{number}_{limit}_alarm")
                if alarm is not None and label and label != "NC":
                    found[f"{label} {limit}"] = alarm
    return found


def _hwmons(machine: Machine, name: str) -> list[str]:
    """Return the folders of a driver; their numbers differ from boot to boot."""
    return [folder for folder in machine.glob(_HWMON) if machine.read(f"{folder}/name") == name]


def _zone_name(text: str | None) -> str:
    """Return the name of a zone without what all names end in; empty for no sensor."""
    name = (text or "").lower().split("-therm")[0].replace("_thermal", "")
    return "" if name.startswith(_CONSTANT) else name
