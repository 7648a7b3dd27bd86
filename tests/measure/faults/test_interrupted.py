"""Ctrl-C in every phase, two runs at once, and processes that are killed."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING

import pytest

from measure.modes.state import RESTORING, STATE_FILE, STATE_FOLDER
from tests.fake_jetson.jetson import wait_until
from tests.measure.faults.measuring import ONE_CORE, Bench, check_outcome, proves

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

PATIENCE_S = 120.0


def kinds(bench: Bench) -> list[str]:
    """Return the types of the records so far, those of segments with their role."""
    if not bench.journals:
        return []
    lines = bench.journals[-1].read_bytes().split(b"\n")[:-1]
    records = [json.loads(line) for line in lines]
    return [f"{one['type']} {one.get('role', '')}".strip() for one in records]


PHASES: dict[str, Callable[[Bench], bool]] = {
    "applying the mode": lambda bench: "note" in kinds(bench),
    "building": lambda bench: bench.fake.calls("trtexec-build") > 0,
    "computing the first output": lambda bench: bench.fake.calls("trtexec-load") > 0,
    "soaking": lambda bench: bench.fake.calls("trtexec-load") > 1,
    "idle": lambda bench: "soak" in kinds(bench),
    "loading": lambda bench: "segment idle" in kinds(bench) and bool(bench.fake.running()),
    "between segments": lambda bench: "segment load" in kinds(bench),
    "the host's part": lambda bench: kinds(bench).count("segment load") == 2,
}


def start(bench: Bench, *words: str) -> subprocess.Popen[str]:
    """Start a run as a process of its own."""
    return bench.start(*bench.words(words or ONE_CORE))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("phase", PHASES)
@proves("ctrl_c")
def test_ctrl_c_ends_cleanly_and_puts_the_board_back(
    tmp_path: Path, phase: str, number: signal.Signals
) -> None:
    """Exit code 130, no process left, mode and clocks as before, what was measured kept."""
    # The last phase is so long that no busy machine gets to the run's end before the signal.
    with Bench(tmp_path, build_s=0.3, load_s=0.1, settings={"host_s": 100.0}) as bench:
        process = start(bench, "--engines", "dla", "--modes", "50w")
        reached = wait_until(lambda: PHASES[phase](bench))
        process.send_signal(number)
        _, err = process.communicate(timeout=PATIENCE_S)
        changed, running = bench.changed(), bench.fake.running()
        ends = [one["outcome"] for one in bench.of("end")]

    assert reached
    check_outcome("ctrl_c", process.returncode, err)
    assert ends == ["interrupted"]
    assert (changed, running) == ([], [])


def holds(path: Path, word: str) -> bool:
    """Say whether a file that comes and goes is there and holds a word."""
    try:
        return word in path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_nothing_interrupts_putting_the_board_back(tmp_path: Path, number: signal.Signals) -> None:
    """Whoever presses Ctrl-C again, or closes the connection, finds the board as it was."""
    with Bench(tmp_path, switch_s=1.0) as bench:
        state = bench.fake.path(STATE_FOLDER) / STATE_FILE
        process = start(bench, "--engines", "dla0", "--modes", "50w")
        reached = wait_until(lambda: holds(state, RESTORING))
        process.send_signal(number)
        process.send_signal(number)
        _, err = process.communicate(timeout=PATIENCE_S)
        changed = bench.changed()
        ends = [one["outcome"] for one in bench.of("end")]

    assert reached
    assert (process.returncode, ends, changed) == (0, ["complete"], []), err


def test_a_run_that_was_broken_off_goes_on(tmp_path: Path) -> None:
    """After Ctrl-C the rest is measured, and what is done is not done again."""
    with Bench(tmp_path) as bench:
        process = start(bench)
        assert wait_until(lambda: "segment load" in kinds(bench))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE_S)
        (journal,) = bench.journals
        before = journal.read_bytes()
        measured = bench.call("run", "--models", str(bench.models), "--resume", journal.parent.name)
        numbers = [one["segment"] for one in bench.of("segment")]

    assert measured.code == 0, measured.err
    assert journal.read_bytes().startswith(before)
    assert len(numbers) == len(set(numbers))
    assert len(bench.results) == 1
    assert bench.changed() == []


@proves("two_runs_at_once")
def test_a_second_run_is_turned_away(tmp_path: Path) -> None:
    """Exit code 4, and the first one is not disturbed."""
    with Bench(tmp_path) as bench:
        first = start(bench)
        assert wait_until(lambda: "mode" in kinds(bench))
        second = bench.run(*ONE_CORE)
        first.communicate(timeout=PATIENCE_S)
        journals = bench.journals

    check_outcome("two_runs_at_once", second.code, second.err)
    assert first.returncode == 0
    assert str(first.pid) in second.err
    assert len(journals) == 1


def test_a_killed_run_takes_what_it_started_along(tmp_path: Path) -> None:
    """No trtexec goes on, the next run says what to do, and `restore` puts the board back."""
    with Bench(tmp_path) as bench:
        process = start(bench)
        assert wait_until(lambda: bool(bench.fake.running()))
        bench.kill(process)
        gone = wait_until(lambda: not bench.fake.running())
        pinned = bench.changed()
        another = bench.run(*ONE_CORE)
        restored = bench.call("restore")

    assert gone
    assert pinned == ["clocks pinned", "state file"]
    assert another.code == 3
    assert "left the board changed" in another.err
    assert restored.code == 0, restored.err
    assert bench.changed() == []


@proves("sampler_killed")
def test_a_sampler_that_is_killed_costs_a_segment(tmp_path: Path) -> None:
    """The segment is invalid with the reason; another one is measured in its place."""
    with Bench(tmp_path, settings={"load_s": 1.5}) as bench:
        process = start(bench)
        assert wait_until(lambda: "segment idle" in kinds(bench))
        assert wait_until(lambda: bool(bench.fake.running()))
        for pid in samplers(bench):
            os.kill(pid, signal.SIGKILL)
        _, err = process.communicate(timeout=PATIENCE_S)
        invalid = [one for one in bench.of("segment") if not one["valid"]]

    check_outcome("sampler_killed", process.returncode, err)
    assert len(invalid) == 1
    assert "sampler" in str(invalid[0]["reasons"])
    assert len(bench.results) == 1


def samplers(bench: Bench) -> list[int]:
    """Return the processes that sample this device's rails."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
        except OSError:
            continue
        text = b" ".join(words).decode(errors="replace")
        if "measure.power" in text and str(bench.folder) in text:
            found.append(int(name))
    return found
