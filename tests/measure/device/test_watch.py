from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from measure.device import watch as module
from measure.device.clocks import DEBUG_CLOCKS
from measure.device.watch import Watch
from tests.fake_jetson.jetson import wait_until
from tests.measure.device.devices import device

if TYPE_CHECKING:
    from pathlib import Path

    from measure.device.machine import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Return a device with clocks."""
    files = {
        "/sys/class/devfreq/17000000.gpu/cur_freq": "306000000",
        DEBUG_CLOCKS["dla0_core"][0]: "1369600000",
    }
    return device(tmp_path, files)


def wait_for(watch: Watch, count: int) -> None:
    """Wait until so many readings are taken."""
    assert wait_until(lambda: len(watch.readings) >= count)


def test_readings(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readings come one after another; the DLA is read with the first and then rarely."""
    monkeypatch.setattr(module, "DLA_EVERY", 3)
    with Watch(machine, period_s=0.005) as watch:
        wait_for(watch, 7)
    readings = watch.readings

    assert [reading.dla_mhz is not None for reading in readings[:7]] == [
        number % 3 == 0 for number in range(7)
    ]
    assert all(reading.gpu_mhz == 306.0 for reading in readings)
    assert sorted(reading.t_ns for reading in readings) == [reading.t_ns for reading in readings]


def test_stop(machine: Machine) -> None:
    """A long period is cut short; the first reading is there, and none comes after the end."""
    watch = Watch(machine, period_s=3600).start()
    wait_for(watch, 1)
    began = time.monotonic()
    readings = watch.stop()

    assert time.monotonic() - began < 60
    assert len(readings) == 1
    assert watch.stop() is readings


def test_end_before_the_start(machine: Machine) -> None:
    """A watch that never ran has seen nothing."""
    assert Watch(machine).stop() == []


def test_error_inside(machine: Machine) -> None:
    """An error in the segment ends the watch too."""
    watch = Watch(machine, period_s=3600)

    with pytest.raises(KeyboardInterrupt), watch:
        raise KeyboardInterrupt
    count = len(watch.readings)
    assert watch.stop() == watch.readings[:count]
