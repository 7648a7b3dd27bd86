"""A mode is in force when nothing that can be read contradicts it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from measure.device.power_mode import PowerMode
from measure.device.state import DeviceState
from measure.modes.read_back import contradict, read_back
from tests.measure.modes.board import machine_of

if TYPE_CHECKING:
    from tests.measure.modes.board import Board

MODE = PowerMode(2, "MODE_30W", "30w", {"gpu": 612.0, "emc": 3199.0, "cpu": 1728.0}, cpu_online=8)


@pytest.mark.parametrize(
    ("state", "found"),
    [
        (DeviceState(mode="MODE_30W", mode_id=2, cpus_online=8, gpu_max_mhz=612.0), []),
        (DeviceState(mode="30W"), []),
        (DeviceState(mode="MODE_30W", mode_id=2, gpu_mhz=306.0), []),
        (DeviceState(), ["nvpmodel names no mode, MODE_30W was asked for"]),
        (DeviceState(mode="MAXN"), ["nvpmodel names MAXN, MODE_30W was asked for"]),
        (
            DeviceState(mode="MODE_30W", mode_id=3),
            ["nvpmodel names the number 3, MODE_30W has the number 2"],
        ),
        (
            DeviceState(mode="MODE_30W", cpus_online=12),
            ["12 CPUs online, the mode 30W has 8"],
        ),
        (
            DeviceState(mode="MODE_30W", gpu_mhz=306.0, gpu_max_mhz=813.0),
            ["GPU ran at 813 MHz, the mode 30W caps it at 612 MHz"],
        ),
        (
            DeviceState(mode="MODE_30W", gpu_mhz=813.0),
            ["GPU ran at 813 MHz, the mode 30W caps it at 612 MHz"],
        ),
        (
            DeviceState(mode="MODE_30W", emc_mhz=3300.0),
            ["memory ran at 3300 MHz, the mode 30W caps it at 3199 MHz"],
        ),
        (
            DeviceState(mode="MODE_30W", cpu_max_mhz=2201.6),
            ["CPU ran at 2202 MHz, the mode 30W caps it at 1728 MHz"],
        ),
        (DeviceState(mode="MODE_30W", dla_mhz={0: 1600.0}), []),
    ],
)
def test_contradictions(state: DeviceState, found: list[str]) -> None:
    """Name, number, CPUs and caps count; the clock of an idle DLA says nothing."""
    assert contradict(state, MODE) == found


def test_takes_its_time(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """CPUs may take a moment to go, so it is looked at again before the mode is refused."""
    machine = machine_of(board)
    wanted = PowerMode(0, "MAXN", "maxn")
    waited = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        board.mode = 0

    monkeypatch.setattr(time, "sleep", sleep)

    found = read_back(machine, wanted, settle_s=5.0)

    assert found.contradictions == ()
    assert found.state.mode == "MAXN"
    assert waited == [0.25]


def test_gives_up(board: Board) -> None:
    """After the time is up what contradicts is told."""
    found = read_back(machine_of(board), PowerMode(0, "MAXN", "maxn"), settle_s=0.01)

    assert found.contradictions == ("nvpmodel names MODE_50W, MAXN was asked for",)
