from __future__ import annotations

import json
from typing import TYPE_CHECKING

from measure.device.clocks import DEBUG_CLOCKS
from measure.device.nvpmodel import CONF
from measure.device.state import DeviceState, read_quickly, read_state
from tests.measure.device.devices import device
from tests.measure.device.test_nvpmodel import ORIN

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    CONF: ORIN,
    "/proc/sys/kernel/random/boot_id": "0f3c\n",
    "/sys/devices/system/cpu/online": "0-7",
    "/sys/devices/system/cpu/cpu0/cpufreq/scaling_max_freq": "1728000",
    "/sys/class/devfreq/17000000.gpu/cur_freq": "612000000",
    "/sys/class/devfreq/17000000.gpu/min_freq": "612000000",
    "/sys/class/devfreq/17000000.gpu/max_freq": "612000000",
    "/sys/devices/gpu.0/load": "250",
    DEBUG_CLOCKS["dla0_core"][0]: "1369600000",
    DEBUG_CLOCKS["emc"][0]: "2133000000",
    "/sys/class/thermal/thermal_zone0/type": "tj-thermal",
    "/sys/class/thermal/thermal_zone0/temp": "51000",
    "/sys/class/thermal/thermal_zone0/trip_point_0_type": "passive",
    "/sys/class/thermal/thermal_zone0/trip_point_0_temp": "99000",
    "/sys/class/thermal/cooling_device0/type": "cpu-throttle-alert",
    "/sys/class/thermal/cooling_device0/cur_state": "0",
    "/sys/class/hwmon/hwmon2/name": "soctherm_oc",
    "/sys/class/hwmon/hwmon2/oc1_event_cnt": "0",
    "/sys/class/hwmon/hwmon3/name": "ina3221",
    "/sys/class/hwmon/hwmon3/in1_label": "VDD_IN",
    "/sys/class/hwmon/hwmon3/curr1_crit_alarm": "0",
}
QUERY = "echo 'NV Power Mode: MODE_30W'; echo 2"


def test_snapshot(tmp_path: Path) -> None:
    """A snapshot holds all that a segment depends on."""
    state = read_state(device(tmp_path, FILES, {"nvpmodel": QUERY}))

    assert state == DeviceState(
        boot_id="0f3c",
        mode_id=2,
        mode="MODE_30W",
        cpus_online=8,
        cpu_list="0-7",
        cpu_max_mhz=1728.0,
        gpu_mhz=612.0,
        gpu_min_mhz=612.0,
        gpu_max_mhz=612.0,
        gpu_load=0.25,
        dla_mhz={0: 1369.6},
        emc_mhz=2133.0,
        temperatures={"tj": 51.0},
        trips={"tj": 99.0},
        throttle={"oc1": 0},
        cooling={"cpu-throttle-alert": 0},
        alarms={"VDD_IN crit": 0},
    )
    assert state.is_pinned


def test_nothing_to_read(tmp_path: Path) -> None:
    """What can't be read is unknown."""
    state = read_state(device(tmp_path))

    assert state == DeviceState()
    assert state.is_pinned is None


def test_through_the_journal(tmp_path: Path) -> None:
    """A snapshot comes back from JSON as it was; keys of later versions are left out."""
    known = read_state(device(tmp_path, FILES, {"nvpmodel": QUERY}))
    for state in (known, DeviceState()):
        stored = {**json.loads(json.dumps(state.as_dict())), "later": 1}

        assert DeviceState.from_dict(stored) == state


def test_quick_reading(tmp_path: Path) -> None:
    """The quick part leaves the DLA out unless it is asked for."""
    machine = device(tmp_path, FILES)
    quick, full = read_quickly(machine), read_quickly(machine, with_dla=True)

    assert (quick.gpu_mhz, quick.gpu_max_mhz, quick.gpu_load) == (612.0, 612.0, 0.25)
    assert (quick.temperatures, quick.cooling) == ({"tj": 51.0}, {"cpu-throttle-alert": 0})
    assert quick.dla_mhz is None
    assert full.dla_mhz == {0: 1369.6}
    assert full.t_ns > quick.t_ns
    assert read_quickly(device(tmp_path / "none")).gpu_mhz is None
