"""Power modes that need a reboot: the run goes on after it, and the board ends as it began."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from measure.journal.journal import Journal
from measure.modes.state import STATE_FOLDER
from measure.root.grant import Grant
from tests.fake_jetson.jetson import wait_until
from tests.measure.faults.measuring import Bench, Measured, check_outcome, proves

if TYPE_CHECKING:
    from pathlib import Path

IN_30W = ("--engines", "dla0", "--modes", "30w", "--allow-reboot")
RESUMES = ("run", "--resume-after-boot")
"""What the unit calls."""
MOST_BOOTS = 12


def go_through_reboots(bench: Bench, measured: Measured) -> tuple[Measured, int]:
    """Boot as often as the run asks for it, and resume it each time as its unit does."""
    boots = 0
    while bench.fake.wants_reboot and boots < MOST_BOOTS:
        bench.fake.reboot()
        boots += 1
        measured = bench.call(*RESUMES)
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

    check_outcome("mode_behind_a_reboot", begun.code, begun.err)
    assert ended.code == 0, ended.err
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

    check_outcome("reboot_loop", ended.code, stops[0]["text"])
    assert boots < MOST_BOOTS
    assert [one["why"] for one in stops] == ["refused"]
    assert changed == []


def test_what_the_unit_calls() -> None:
    unit = Grant("ann", "/home/ann/atlas", "/usr/bin/python3").unit

    assert f'"/usr/bin/python3" -m measure {" ".join(RESUMES)}\n' in unit


@proves("busy_after_a_reboot")
def test_a_board_that_never_rests_is_put_back(tmp_path: Path) -> None:
    """Nobody is there to do it after a boot, so what can't go on puts the board back by itself."""
    with Bench(tmp_path, settings={"boot_patience_s": 0.0}) as bench:
        begun = bench.run(*IN_30W)
        bench.fake.path("/proc/loadavg").write_text("4.20 2.10 0.70 5/412 2210\n")
        ended, boots = go_through_reboots(bench, begun)
        changed, segments = bench.changed(), bench.of("segment")
        bench.fake.path("/proc/loadavg").write_text("0.08 0.05 0.01 1/412 2210\n")
        again = bench.call("run", "--resume")
        last, _ = go_through_reboots(bench, again)
        results = bench.results

    assert begun.code == 0, begun.err
    check_outcome("busy_after_a_reboot", ended.code, ended.err)
    assert "load (load): 4.20" in ended.err
    assert (boots, changed, segments) == (2, [], [])
    assert (again.code, last.code, len(results)) == (0, 0, 1), last.err


def test_a_run_that_goes_on_already_is_left_alone(tmp_path: Path) -> None:
    """Somebody was quicker than the unit: the board is his."""
    with Bench(tmp_path) as bench:
        bench.run(*IN_30W)
        bench.fake.reboot()
        (journal,) = bench.journals
        with Journal.open(journal):
            measured = bench.call(*RESUMES)
        mode, changed = bench.fake.mode, bench.changed()

    assert measured.code == 4
    assert mode == "MODE_30W"
    assert "state file" in changed


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

    check_outcome("power_cut", ended.code, ended.err)
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

    check_outcome("state_file_damaged", measured.code, measured.err)
    assert str(path) in measured.err
    assert not bench.of("segment")
