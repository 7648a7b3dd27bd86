"""A device that is nothing but power rails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.device.machine import Machine

if TYPE_CHECKING:
    from pathlib import Path

Channels = dict[int, tuple[str, int, int]]
"""Channel: label, mV, mA."""

DRIVERS = "/sys/bus/i2c/drivers/ina3221"


def machine_in(root: Path) -> Machine:
    return Machine(root, ())


def put(root: Path, path: str, text: object) -> Path:
    """Write a file of the device."""
    place = root / path.lstrip("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"{text}\n")
    return place


def hwmon_chip(
    root: Path, address: str, channels: Channels, *, shunt: int | None = 2000, number: int = 4
) -> str:
    """Write an INA3221 as L4T 34 and later show it, and return its folder."""
    folder = f"{DRIVERS}/{address}/hwmon/hwmon{number}"
    put(root, f"{DRIVERS}/{address}/name", "ina3221")
    put(root, f"{folder}/in7_label", "sum of shunt voltages")
    put(root, f"{folder}/in7_input", 40)
    for channel, (label, millivolts, milliamperes) in channels.items():
        put(root, f"{folder}/in{channel}_label", label)
        put(root, f"{folder}/in{channel}_input", millivolts)
        put(root, f"{folder}/curr{channel}_input", milliamperes)
        if shunt is not None:
            put(root, f"{folder}/shunt{channel}_resistor", shunt)
    return folder


def iio_chip(root: Path, address: str, channels: Channels, *, power: bool = True) -> str:
    """Write an INA3221 as L4T 32 shows it, and return its folder."""
    folder = f"{DRIVERS}x/{address}/iio:device0"
    for channel, (label, millivolts, milliamperes) in channels.items():
        number = channel - 1
        put(root, f"{folder}/rail_name_{number}", label)
        put(root, f"{folder}/in_voltage{number}_input", millivolts)
        put(root, f"{folder}/in_current{number}_input", milliamperes)
        if power:
            put(root, f"{folder}/in_power{number}_input", millivolts * milliamperes // 1000)
    return folder


def agx_orin(root: Path) -> Machine:
    """Write the rails of an AGX Orin."""
    top = {
        1: ("VDD_GPU_SOC", 19_800, 160),
        2: ("VDD_CPU_CV", 19_800, 20),
        3: ("VIN_SYS_5V0", 5_000, 800),
    }
    hwmon_chip(root, "1-0040", top)
    bottom = {1: ("NC", 0, 0), 2: ("VDDQ_VDD2_1V8AO", 5_000, 60), 3: ("", 0, 0)}
    hwmon_chip(root, "1-0041", bottom, number=3)
    return machine_in(root)
