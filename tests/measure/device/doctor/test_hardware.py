from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from measure.device.board import Board
from measure.device.doctor.hardware import check_board, check_nodes, check_rails, say_no_jetson
from tests.measure.device.devices import device

if TYPE_CHECKING:
    from pathlib import Path

ORIN = Board("jetson-agx-orin-64gb", ("nvidia,p3701-0005",), "Jetson AGX Orin", "orin", 2)
NANO = Board("jetson-orin-nano-8gb", ("nvidia,p3767-0003",), "", "orin", 0)
UNKNOWN = Board("", ("nvidia,p3701-0008",), "IGX", "orin", None)
TOP = "/sys/devices/platform/13e40000.host1x"


@pytest.mark.parametrize(
    ("board", "verdict", "words"),
    [
        (ORIN, "ok", "jetson-agx-orin-64gb (Jetson AGX Orin; nvidia,p3701-0005)"),
        (NANO, "warn", "has no DLA"),
        (Board("", ("nvidia,tegra264",), "", "thor", None), "warn", "thor (no model"),
        (UNKNOWN, "warn", "a module with orin that the tables don't know"),
        (Board("", ("nvidia,x",), "", "", None), "warn", "a board that the tables don't know"),
        (Board("", (), "x", "", None), "warn", "no compatible"),
    ],
)
def test_board(board: Board, verdict: str, words: str) -> None:
    """A module that the tables know and that has a DLA is fine."""
    check = check_board(board)

    assert (check.key, check.verdict) == ("board", verdict)
    assert words in check.found
    assert bool(check.remedy) == (verdict != "ok")


def test_no_jetson(tmp_path: Path) -> None:
    """Other machines are told so in one line, with their CPUs."""
    files = {"/sys/devices/system/cpu/online": "0-3\n"}

    assert "(4 CPUs online)" in say_no_jetson(device(tmp_path / "a", files)).found
    assert "number of CPUs unknown" in say_no_jetson(device(tmp_path / "b")).found


def nodes(*cores: int) -> dict[str, str]:
    """Return the files of DLA cores."""
    files = {f"/dev/nvhost-nvdla{core}": "" for core in cores}
    for core in cores:
        files[f"{TOP}/15880000.nvdla{core}/power/runtime_status"] = "suspended\n"
    return files


@pytest.mark.parametrize(
    ("board", "files", "cores", "verdict", "words"),
    [
        (ORIN, nodes(0, 1), 2, "ok", "core 0 suspended, core 1 suspended; 2 device files"),
        (ORIN, nodes(0), 1, "warn", "core 0 suspended; 1 device files"),
        (UNKNOWN, nodes(0), 1, "ok", "core 0 suspended"),
        (ORIN, {}, 0, "stop", "no core in sysfs; 0 device files"),
        (ORIN, {}, None, "stop", "no core in sysfs; 0 device files"),
        (ORIN, {}, 2, "warn", "no core in sysfs; 0 device files"),
        (NANO, {}, 0, "ok", "none, as the module has no DLA"),
    ],
)
def test_nodes(
    tmp_path: Path,
    board: Board,
    files: dict[str, str],
    cores: int | None,
    verdict: str,
    words: str,
) -> None:
    """A DLA that no program can open stops; a core too few, or nodes nobody knows, are noted."""
    check = check_nodes(device(tmp_path, files), board, cores)

    assert (check.key, check.verdict) == ("dla_nodes", verdict)
    assert words in check.found
    assert bool(check.command) == (verdict != "ok")


def rails(*labels: str) -> dict[str, str]:
    """Return the files of a monitor."""
    chip = "/sys/bus/i2c/devices/1-0040"
    files = {f"{chip}/name": "ina3221\n", f"{chip}/hwmon/hwmon3/name": "ina3221\n"}
    for number, label in enumerate(labels, start=1):
        files[f"{chip}/hwmon/hwmon3/in{number}_label"] = label + "\n"
        files[f"{chip}/hwmon/hwmon3/in{number}_input"] = "5000\n"
        files[f"{chip}/hwmon/hwmon3/curr{number}_input"] = "800\n"
        files[f"{chip}/hwmon/hwmon3/shunt{number}_resistor"] = "5000\n"
    return files


@pytest.mark.parametrize(
    ("board", "labels", "verdict", "found", "remedy"),
    [
        (
            Board("jetson-orin-nx-16gb", (), "", "orin", 2),
            ("VDD_IN", "VDD_CPU_GPU_CV", "VDD_SOC"),
            "ok",
            "the module is VDD_IN",
            "",
        ),
        (
            Board("jetson-orin-nx-16gb", (), "", "orin", 2),
            ("VDD_IN", "VDD_SOC"),
            "warn",
            "VDD_IN, VDD_SOC",
            "VDD_CPU_GPU_CV",
        ),
        (
            Board("jetson-orin-nx-16gb", (), "", "orin", 2),
            ("VDD_CPU_GPU_CV", "VDD_SOC"),
            "warn",
            "VDD_CPU_GPU_CV, VDD_SOC",
            "VDD_IN",
        ),
        (ORIN, (), "warn", "none found", "throughput can be measured"),
    ],
)
def test_rails(
    tmp_path: Path, board: Board, labels: tuple[str, ...], verdict: str, found: str, remedy: str
) -> None:
    """Rails that are missing cost figures of power, not those of throughput."""
    check = check_rails(device(tmp_path, rails(*labels) if labels else {}), board)

    assert (check.key, check.verdict) == ("rails", verdict)
    assert found in check.found
    assert remedy in check.remedy
