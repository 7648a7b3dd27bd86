"""Find the power rails of a Jetson by their labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, List, Optional

if TYPE_CHECKING:
    from measure.device.machine import Machine


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

    power_path: Optional[str]
    """File with mW, where the driver has one."""

    shunt_ohm: Optional[float]
    lsb_w: Optional[float]
    """Smallest step of power at the voltage the rail has now."""

    kind: str
    """hwmon, or iio up to L4T 32."""


def discover_rails(machine: Machine) -> List[Rail]:
    """Return the connected rails of every INA3221, in order of chip and channel."""
    raise NotImplementedError
