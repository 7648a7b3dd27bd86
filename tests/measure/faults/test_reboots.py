"""Power modes that need a reboot: the run goes on after it, and the board ends as it began."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from measure.modes.state import STATE_FOLDER
from tests.fake_jetson.jetson import wait_until
from tests.measure.faults.measuring import Bench, Measured, proves

if TYPE_CHECKING:
    from pathlib import Path

IN_30W = ("--engines", "dla0", "--modes", "30w", "--allow-reboot")
MOST_BOOTS = 12


def go_through_reboots(bench: Bench, measured: Measured) -> tuple[Measured, int]:
    """Boot as often as the run asks for it, and resume it each time as its unit does."""
    boots = 0
    while bench.fake.wants_reboot and boots < MOST_BOOTS:
        bench.fake.reboot()
        boots += 1
        measured = bench.call("run", "--models", str(bench.models), "--resume")
    return measured, boots


@proves("mode_behind_a_reboot")
def test_a_mode_behind_a_reboot_is_measured_and_left_again(tmp_path: Path) -> None:
    """One boot into the mode, one back; the figure is of that mode."""
    with Bench(tmp_path) as bench:
        begun = bench.run(*IN_30W)
        enabled, mode = bench.fake.state["units"], bench.fake.mode
        ended, boots = go_through_reboots(bench, begun)
        (row,) = bench.results
        changed = bench.changed()

    assert (begun.code, ended.code) == (0, 0), ended.err
    assert (enabled, mode) == (["dla-measure-resume.service"], "MAXN")
    assert boots == 2
    assert (row["power_mode"], row["cpus_online"]) == ("30w", "8")
    assert changed == []


@proves("reboot_loop")
def test_a_reboot_that_never_brings_the_mode_is_given_up(tmp_path: Path) -> None:
    """A boot loop ends by itself: the jobs are refused, the unit is disabled."""
    with Bench(tmp_path, reboot_keeps_mode=True) as bench:
        ended, boots = go_through_reboots(bench, bench.run(*IN_30W))
        stops = bench.of("stop")
        changed = bench.changed()

    assert ended.code == 5, ended.err
    assert boots < MOST_BOOTS
    assert [one["why"] for one in stops] == ["refused"]
    assert "was not reached after" in stops[0]["text"]
    assert changed == []


@proves("power_cut")
def test_a_power_cut_while_measuring_costs_a_segment(tmp_path: Path) -> None:
    """The board comes up without clocks pinned; the run pins them again and goes on."""
    with Bench(tmp_path) as bench:
        process = bench.start(*bench.words(("--engines", "dla0", "--modes", "50w")))
        assert wait_until(lambda: bool(bench.of("segment")))
        bench.kill(process)
        bench.fake.reboot()
        ended = bench.call("run", "--models", str(bench.models), "--resume")
        (row,) = bench.results
        changed = bench.changed()

    assert ended.code == 0, ended.err
    assert row["power_mode"] == "50w"
    assert changed == []


def damage_state(bench: Bench, text: str) -> Path:
    """Write something else into the state file."""
    path = bench.fake.path(STATE_FOLDER) / "state.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@proves("state_file_damaged")
def test_a_damaged_state_file_stops_a_run(tmp_path: Path) -> None:
    """Nobody knows how the board was, so nothing is touched; the file is named."""
    stored: dict[str, Any] = {"state": "RUNNING"}
    with Bench(tmp_path) as bench:
        path = damage_state(bench, json.dumps(stored)[:-3])
        measured = bench.run(*IN_30W)

    assert measured.code in (2, 3)
    assert str(path) in measured.err
    assert not bench.of("segment")
