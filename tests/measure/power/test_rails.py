"""Rails found by their labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from measure.power.railmap import rail_map
from measure.power.rails import discover_rails
from tests.fake_jetson.jetson import make_jetson
from tests.measure.power.rails_folder import (
    DRIVERS,
    agx_orin,
    hwmon_chip,
    iio_chip,
    machine_in,
    put,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_hwmon(tmp_path: Path) -> None:
    """By chip and channel; what is not connected and the sum of the shunts are no rails."""
    rails = discover_rails(agx_orin(tmp_path))

    assert [(rail.name, rail.chip, rail.channel) for rail in rails] == [
        ("VDD_GPU_SOC", "1-0040", 1),
        ("VDD_CPU_CV", "1-0040", 2),
        ("VIN_SYS_5V0", "1-0040", 3),
        ("VDDQ_VDD2_1V8AO", "1-0041", 2),
    ]
    folder = f"{DRIVERS}/1-0040/hwmon/hwmon4"
    first = rails[0]
    assert first.voltage_path == f"{folder}/in1_input"
    assert first.current_path == f"{folder}/curr1_input"
    assert (first.shunt_ohm, first.kind) == (0.002, "hwmon")
    assert first.lsb_w == pytest.approx(0.02 * 19.8)


def test_iio(tmp_path: Path) -> None:
    """Channels are counted from 0, and the driver does not tell the shunt."""
    channels = {1: ("GPU", 19_000, 25), 2: ("CPU", 19_000, 33), 3: ("NC", 0, 0)}
    folder = iio_chip(tmp_path, "1-0040", channels)
    iio_chip(tmp_path, "1-0041", {1: ("CV", 19_000, 8)}, power=False)

    gpu, cpu, cv = discover_rails(machine_in(tmp_path), "jetson-agx-xavier")

    assert gpu.voltage_path == f"{folder}/in_voltage0_input"
    assert gpu.current_path == f"{folder}/in_current0_input"
    assert (gpu.name, gpu.chip, gpu.channel, gpu.kind) == ("GPU", "1-0040", 1, "iio")
    assert gpu.shunt_ohm == 0.005
    assert gpu.lsb_w == pytest.approx(0.008 * 19)
    assert (cpu.name, cpu.channel) == ("CPU", 2)
    assert cv.name == "CV"


def test_shunt_that_nothing_tells(tmp_path: Path) -> None:
    hwmon_chip(tmp_path, "7-0040", {1: ("VDD_IN", 5000, 800)}, shunt=None)
    machine = machine_in(tmp_path)

    (unknown,) = discover_rails(machine)
    (known,) = discover_rails(machine, "jetson-orin-nx-16gb")

    assert (unknown.shunt_ohm, unknown.lsb_w) == (None, None)
    assert known.shunt_ohm == 0.005
    assert known.lsb_w == pytest.approx(0.04)


def test_voltage_that_cannot_be_read(tmp_path: Path) -> None:
    folder = hwmon_chip(tmp_path, "7-0040", {1: ("VDD_IN", 5000, 800)})
    (tmp_path / folder.lstrip("/") / "in1_input").unlink()

    (rail,) = discover_rails(machine_in(tmp_path))

    assert (rail.shunt_ohm, rail.lsb_w) == (0.002, None)


def test_found_among_devices_too(tmp_path: Path) -> None:
    """Where the driver's folder is not listed; each chip once, others not at all."""
    agx_orin(tmp_path)
    (tmp_path / "sys/bus/i2c/devices").mkdir(parents=True)
    for address in ("1-0040", "1-0041"):
        link = tmp_path / "sys/bus/i2c/devices" / address
        link.symlink_to(tmp_path / DRIVERS.lstrip("/") / address)
    put(tmp_path, "/sys/bus/i2c/devices/2-0050/name", "24c02")
    put(tmp_path, f"{DRIVERS}/bind", "")

    assert len(discover_rails(machine_in(tmp_path))) == 4


def test_no_rails(tmp_path: Path) -> None:
    assert discover_rails(machine_in(tmp_path)) == []


@pytest.mark.parametrize(
    ("module", "trt", "kind"),
    [("jetson-agx-orin-64gb", "10.3.0", "hwmon"), ("jetson-agx-xavier", "8.2.1", "iio")],
)
def test_fake_jetson(tmp_path: Path, module: str, trt: str, kind: str) -> None:
    """Both layouts of the fake device have the rails that the table knows."""
    jetson = make_jetson(tmp_path / "device", board=module, trt=trt)

    rails = discover_rails(machine_in(jetson.root), module)

    assert {rail.kind for rail in rails} == {kind}
    assert rail_map(module, [rail.name for rail in rails]).dla is not None
    assert all(rail.lsb_w for rail in rails)
