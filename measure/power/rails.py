"""Find the power rails of a device by their labels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterator

from measure.power.quantisation import power_step
from measure.power.railmap import shunt_ohm

if TYPE_CHECKING:
    from measure.device.machine import Machine

NOT_CONNECTED = ("", "NC")
CHANNELS = (1, 2, 3)
"""What an INA3221 measures; its channel 7 is the sum of the shunts."""

_CHIPS = ("/sys/bus/i2c/drivers/ina3221/*", "/sys/bus/i2c/drivers/ina3221x/*")
_DEVICES = "/sys/bus/i2c/devices/*"
_CHIP = re.compile(r"\d+-[0-9a-f]{4}")


@dataclass(frozen=True)
class Rail:
    """One channel of a current monitor; paths are those of the device."""

    name: str
    """Label: VDD_IN, VDD_GPU_SOC."""

    chip: str
    """I2C address: 1-0040."""

    channel: int
    """From 1."""

    voltage_path: str
    """File with mV."""

    current_path: str
    """File with mA."""

    shunt_ohm: float | None
    lsb_w: float | None
    """Smallest step of power at the voltage the rail has now."""

    kind: str
    """hwmon, or iio up to L4T 32."""


def discover_rails(machine: Machine, module: str = "") -> list[Rail]:
    """Return the connected rails of every INA3221, in order of chip and channel.

    Parameters
    ----------
    machine
        The device.
    module
        Key of the module, for shunts that the driver does not tell.
    """
    rails = [
        rail
        for chip, folder in sorted(_chips(machine).items())
        for rail in (*_hwmon(machine, module, chip, folder), *_iio(machine, module, chip, folder))
    ]
    return list({(rail.chip, rail.channel): rail for rail in rails}.values())


def _chips(machine: Machine) -> dict[str, str]:
    """Return the folder of each INA3221 by its address."""
    folders = [
        folder
        for folder in machine.glob(_DEVICES)
        if (machine.read(f"{folder}/name") or "").startswith("ina3221")
    ]
    folders += [folder for pattern in _CHIPS for folder in machine.glob(pattern)]
    named = {folder.rsplit("/", 1)[1]: folder for folder in folders}
    return {chip: folder for chip, folder in named.items() if _CHIP.fullmatch(chip)}


def _hwmon(machine: Machine, module: str, chip: str, folder: str) -> Iterator[Rail]:
    # The number of hwmonN differs from boot to boot.
    for hwmon in machine.glob(f"{folder}/hwmon/hwmon*"):
        for channel in CHANNELS:
            label = machine.read(f"{hwmon}/in{channel}_label")
            if label is None or label in NOT_CONNECTED:
                continue
            micro_ohm = machine.read_int(f"{hwmon}/shunt{channel}_resistor")
            yield _rail(
                machine,
                (label, chip, channel, "hwmon"),
                (f"{hwmon}/in{channel}_input", f"{hwmon}/curr{channel}_input"),
                micro_ohm / 1e6 if micro_ohm else shunt_ohm(module, label),
            )


def _iio(machine: Machine, module: str, chip: str, folder: str) -> Iterator[Rail]:
    for device in machine.glob(f"{folder}/iio:device*"):
        for channel in CHANNELS:
            number = channel - 1
            label = machine.read(f"{device}/rail_name_{number}")
            if label is None or label in NOT_CONNECTED:
                continue
            yield _rail(
                machine,
                (label, chip, channel, "iio"),
                (f"{device}/in_voltage{number}_input", f"{device}/in_current{number}_input"),
                shunt_ohm(module, label),
            )


def _rail(
    machine: Machine,
    identity: tuple[str, str, int, str],
    paths: tuple[str, str],
    shunt: float | None,
) -> Rail:
    name, chip, channel, kind = identity
    millivolts = machine.read_int(paths[0])
    step = power_step(shunt, millivolts / 1000) if shunt and millivolts else None
    return Rail(name, chip, channel, *paths, shunt, step, kind)
