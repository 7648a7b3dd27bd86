from __future__ import annotations

from typing import TYPE_CHECKING

from measure.device.thermal import (
    hottest,
    read_alarms,
    read_cooling,
    read_passive_trips,
    read_temperatures,
    read_throttle_events,
)
from tests.measure.device.devices import device

if TYPE_CHECKING:
    from pathlib import Path

THERMAL = "/sys/class/thermal"


def zones(*rows: tuple[str, str]) -> dict[str, str]:
    """Return the files of zones with a type and a temperature."""
    files = {}
    for number, (name, value) in enumerate(rows):
        files[f"{THERMAL}/thermal_zone{number}/type"] = name + "\n"
        files[f"{THERMAL}/thermal_zone{number}/temp"] = value
    return files


def test_temperatures(tmp_path: Path) -> None:
    """Zones have short names; a sensor without power, a constant and garbage are no temperature."""
    files = zones(
        ("cpu-thermal", "48500\n"),
        ("GPU-therm", "46000"),
        ("tj-thermal", "49000"),
        ("cv0-thermal", ""),
        ("cv1-thermal", "-256000"),
        ("PMIC-Die", "100000"),
        ("soc0-thermal", "9" * 30),
        ("cpu-thermal", "50000"),
    )

    assert read_temperatures(device(tmp_path, files)) == {"cpu": 50.0, "gpu": 46.0, "tj": 49.0}


def test_hottest() -> None:
    """The junction counts, else the hottest zone."""
    assert hottest({"cpu": 60.0, "tj": 55.0}) == 55.0
    assert hottest({"cpu": 60.0, "gpu": 55.0}) == 60.0
    assert hottest({}) is None


def test_trips(tmp_path: Path) -> None:
    """The lowest trip that holds back counts; those of fans, of no zone and at zero don't."""
    zone = f"{THERMAL}/thermal_zone0"
    files = zones(("cpu-thermal", "48000"), ("", "1"))
    rows = (("passive", "99000"), ("passive", "95000"), ("active", "40000"), ("passive", "0"))
    for number, (kind, value) in enumerate((*rows, ("passive", "x"))):
        files[f"{zone}/trip_point_{number}_type"] = kind
        files[f"{zone}/trip_point_{number}_temp"] = value
    files[f"{THERMAL}/thermal_zone1/trip_point_0_type"] = "passive"
    files[f"{THERMAL}/thermal_zone1/trip_point_0_temp"] = "1000"

    assert read_passive_trips(device(tmp_path, files)) == {"cpu": 95.0}


def bind(files: dict[str, str], number: int, trip: int, kind: str) -> None:
    """Let a cooling device set in at a trip of the first zone."""
    zone = f"{THERMAL}/thermal_zone0"
    files[f"{zone}/cdev{number}_trip_point"] = f"{trip}\n"
    files[f"{zone}/cdev{number}/type"] = f"{kind}\n"


def test_trip_of_a_hot_surface(tmp_path: Path) -> None:
    """At 70 °C an Orin warns of its surface, which is a passive trip and holds nothing back."""
    files = zones(("cpu-thermal", "75000"))
    rows = (("passive", "99000"), ("critical", "104500"), ("passive", "70000"))
    for number, (kind, value) in enumerate(rows):
        files[f"{THERMAL}/thermal_zone0/trip_point_{number}_type"] = kind
        files[f"{THERMAL}/thermal_zone0/trip_point_{number}_temp"] = value
    bind(files, 0, 0, "cpufreq-cpu0")
    bind(files, 1, 0, "pwm-fan")
    bind(files, 2, 2, "hot-surface-alert")

    assert read_passive_trips(device(tmp_path, files)) == {"cpu": 99.0}

    bind(files, 3, 2, "gpu-throttle-alert")
    assert read_passive_trips(device(tmp_path, files)) == {"cpu": 70.0}


def test_cooling(tmp_path: Path) -> None:
    """What holds back has a state, a fan or a warning doesn't; of one name the most counts."""
    files = {}
    rows = [("pwm-fan", "3"), ("cpu-throttle-alert", "1"), ("cpu-throttle-alert", "0"), ("x", "")]
    rows += [("hot-surface-alert", "1")]
    for number, (kind, state) in enumerate(rows):
        files[f"{THERMAL}/cooling_device{number}/type"] = kind
        files[f"{THERMAL}/cooling_device{number}/cur_state"] = state

    assert read_cooling(device(tmp_path, files)) == {"cpu-throttle-alert": 1}


def test_events(tmp_path: Path) -> None:
    """Events are those of the driver of that name, whatever its number."""
    files = {
        "/sys/class/hwmon/hwmon7/name": "soctherm_oc\n",
        "/sys/class/hwmon/hwmon7/oc1_event_cnt": "0\n",
        "/sys/class/hwmon/hwmon7/oc3_event_cnt": "4\n",
        "/sys/class/hwmon/hwmon1/name": "ina3221\n",
        "/sys/class/hwmon/hwmon1/oc2_event_cnt": "9\n",
    }

    assert read_throttle_events(device(tmp_path, files)) == {"oc1": 0, "oc3": 4}


def test_alarms(tmp_path: Path) -> None:
    """Alarms are named by rail; a channel that isn't connected has none."""
    monitor = "/sys/class/hwmon/hwmon3"
    files = {
        f"{monitor}/name": "ina3221\n",
        f"{monitor}/in1_label": "VDD_IN\n",
        f"{monitor}/curr1_crit_alarm": "0\n",
        f"{monitor}/curr1_max_alarm": "1\n",
        f"{monitor}/in2_label": "NC\n",
        f"{monitor}/curr2_crit_alarm": "1\n",
        f"{monitor}/curr3_crit_alarm": "1\n",
    }

    assert read_alarms(device(tmp_path, files)) == {"VDD_IN crit": 0, "VDD_IN max": 1}
