from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from measure.device.doctor.conditions import (
    check_clocks,
    check_heat,
    check_load,
    check_mode,
    check_users,
)
from measure.device.nvpmodel import CONF
from measure.device.users import read_load
from tests.measure.device.devices import device
from tests.measure.device.test_nvpmodel import ORIN
from tests.measure.device.test_state import FILES
from tests.measure.device.test_users import processes

if TYPE_CHECKING:
    from pathlib import Path

    from measure.device.doctor.report import Check

THIRTY = "echo 'NV Power Mode: MODE_30W'; echo 2"
ZONE = "/sys/class/thermal/thermal_zone0"


def modes(folder: Path, files: dict[str, str], script: str) -> dict[str, Check]:
    """Return the checks of modes."""
    return {check.key: check for check in check_mode(device(folder, files, {"nvpmodel": script}))}


class TestMode:
    """The power mode in force."""

    def test_fine(self, tmp_path: Path) -> None:
        """A mode that nothing contradicts is named, with those a restart stands before."""
        files = {CONF: ORIN, "/sys/devices/system/cpu/online": "0\n"}
        found = modes(tmp_path, files, THIRTY)

        assert {check.verdict for check in found.values()} == {"ok"}
        assert found["power_mode"].found == "MODE_30W (mode 2)"
        assert found["power_modes"].found == (
            "MAXN, 30W; MAXN only after a restart, with --allow-reboot"
        )

    def test_not_in_force(self, tmp_path: Path) -> None:
        """A mode that the device contradicts stops."""
        found = modes(tmp_path, FILES, THIRTY)["power_mode"]

        assert found.verdict == "stop"
        assert found.found == (
            "nvpmodel says MODE_30W (mode 2), but 8 CPUs online, the mode 30W has 1"
        )
        assert found.command == "sudo reboot"

    def test_clock_of_the_dla(self, tmp_path: Path) -> None:
        """What jetson_clocks shows root of the DLA is held against the mode too."""
        clocks = "echo 'DLA1_CORE:   Online=1 MinFreq=0 MaxFreq=1600000000 CurrentFreq=0'"
        programs = {"nvpmodel": THIRTY, "jetson_clocks": clocks}
        check, _ = check_mode(device(tmp_path, {CONF: ORIN}, programs))

        assert check.verdict == "stop"
        assert "DLA core 1 ran at 1600 MHz, the mode 30W caps it at 1370 MHz" in check.found

    def test_unknown(self, tmp_path: Path) -> None:
        """A mode that nobody names stops; the modes of the file are listed all the same."""
        found = modes(tmp_path, {CONF: ORIN}, "exit 1")

        assert found["power_mode"].verdict == "stop"
        assert "exit code 1" in found["power_mode"].found
        assert found["power_modes"].found == "MAXN, 30W"

    def test_without_file(self, tmp_path: Path) -> None:
        """A mode without a file is known by name only, and by no number where none is printed."""
        found = modes(tmp_path, {}, "echo 'NV Power Mode: X'")

        assert found["power_mode"].found == "X (no number)"
        assert found["power_modes"].verdict == "warn"
        assert CONF in found["power_modes"].found

    def test_nothing(self, tmp_path: Path) -> None:
        """Without file and program there is one line."""
        assert [check.key for check in check_mode(device(tmp_path))] == ["power_mode"]


@pytest.mark.parametrize(
    ("lowest", "verdict", "words"),
    [
        ("306000000", "ok", "moves between 306 and 612 MHz"),
        ("612000000", "warn", "pinned at 612 MHz"),
        ("x", "warn", "can't be read"),
    ],
)
def test_clocks(tmp_path: Path, lowest: str, verdict: str, words: str) -> None:
    """Clocks that somebody pinned can't be given back as they were."""
    files = {**FILES, "/sys/class/devfreq/17000000.gpu/min_freq": lowest}
    check = check_clocks(device(tmp_path, files))

    assert check.verdict == verdict
    assert words in check.found


class TestHeat:
    """Temperatures and what is held back."""

    @pytest.mark.parametrize(
        ("temperature", "verdict", "words"),
        [
            ("51000", "ok", "51.0 °C"),
            ("90000", "warn", "tj 90 of 99 °C"),
            ("", "warn", "no sensor"),
        ],
    )
    def test_temperature(self, tmp_path: Path, temperature: str, verdict: str, words: str) -> None:
        """A hot module is to be cooled first."""
        files = {**FILES, f"{ZONE}/temp": temperature}
        check, _ = check_heat(device(tmp_path, files))

        assert check.verdict == verdict
        assert words in check.found

    @pytest.mark.parametrize(
        ("files", "verdict", "words"),
        [
            ({}, "ok", "nothing is held back"),
            ({"/sys/class/thermal/cooling_device0/cur_state": "2"}, "stop", "cpu-throttle-alert"),
            ({"/sys/class/hwmon/hwmon3/curr1_crit_alarm": "1"}, "stop", "alarm VDD_IN crit"),
            ({"/sys/class/hwmon/hwmon2/oc1_event_cnt": "3"}, "warn", "oc1 3"),
        ],
    )
    def test_throttling(
        self, tmp_path: Path, files: dict[str, str], verdict: str, words: str
    ) -> None:
        """What is held back now stops; what happened before is to be noted."""
        _, check = check_heat(device(tmp_path, {**FILES, **files}))

        assert (check.key, check.verdict) == ("throttling", verdict)
        assert words in check.found


class TestUsers:
    """Who else uses the device."""

    def test_nobody(self, tmp_path: Path) -> None:
        """A quiet device is fine."""
        machine = processes(tmp_path, (1, "systemd", "/dev/null"))

        assert [check.found for check in check_users(machine)] == ["none", "none"]

    def test_accelerators(self, tmp_path: Path) -> None:
        """Other users stop; they are named, up to a few; a desktop among them can be stopped."""
        rows = [(10 + number, f"user{number}", "/dev/nvhost-gpu") for number in range(5)]
        others, packages = check_users(processes(tmp_path, *rows, (20, "Xorg", "/dev/null")))

        assert others.verdict == "stop"
        assert others.found.endswith("user0 (10), user1 (11), user2 (12), user3 (13), 1 more")
        assert others.command == "sudo systemctl isolate multi-user.target"
        assert packages.verdict == "ok"

    def test_desktop(self, tmp_path: Path) -> None:
        """A desktop alone is to be noted."""
        others, _ = check_users(processes(tmp_path, (20, "gnome-shell", "/dev/null")))

        assert (others.verdict, others.key) == ("warn", "users")
        assert "gnome-shell (20)" in others.found

    def test_hidden(self, tmp_path: Path) -> None:
        """Where not all can be seen, it is said who would see them."""
        others, _ = check_users(processes(tmp_path, (20, "secret", "")))

        assert others.verdict == "ok"
        assert "1 processes can't be looked into without root" in others.found
        assert others.command.startswith("sudo ")

    def test_packages(self, tmp_path: Path) -> None:
        """Whoever installs stops a measurement."""
        _, packages = check_users(processes(tmp_path, (20, "apt-get", "/dev/null")))

        assert packages.verdict == "stop"
        assert packages.found == "running: apt-get (20)"


@pytest.mark.parametrize(
    ("text", "verdict"), [("0.10 0 0", "ok"), ("0.30 0 0", "stop"), ("garbage", "warn")]
)
def test_load(tmp_path: Path, text: str, verdict: str) -> None:
    """A busy machine is judged as its kind demands."""
    load = read_load(device(tmp_path, {"/proc/loadavg": text}))

    assert check_load(load, "stop").verdict == verdict
    assert check_load(load, "warn").verdict == verdict.replace("stop", "warn")
