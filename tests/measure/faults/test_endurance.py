"""The long load on a fake Jetson: throttled, broken off, killed, and gone on with."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

import pytest

from measure.run.job_run import JobRun
from tests.measure.faults.measuring import ONE_CORE, Bench

if TYPE_CHECKING:
    from pathlib import Path

LONG = {"endurance_s": 0.9}
WORDS = (*ONE_CORE, "--endurance")
ENDING = """
import os, signal, sys
from measure.__main__ import main
from measure.backends.trtexec_run import Instances

wait = Instances._wait_for_ends

def end(self, running, seconds):
    # Only the long load takes so much; all its processes have been let go by now.
    if seconds > 0.9:
        os.kill(os.getpid(), signal.{signal})
    return wait(self, running, seconds)

Instances._wait_for_ends = end
sys.exit(main(sys.argv[1:]))
"""


def test_with_power_and_all_engines(tmp_path: Path) -> None:
    """Each job ends with a long load, which has a row among the segments and cells of its own."""
    words = ("--engines", "dla0,dla,gpu", "--modes", "current", "--endurance")
    with Bench(tmp_path, settings=LONG) as bench:
        plan = bench.run(*words, "--plan")
        done = bench.run(*words)
        rows = [row for row in bench.results if row["aggregation"] != "per_core"]
        long = [one for one in bench.tables["segments"] if one["role"] == "endurance"]
        types = [one.get("role", one["type"]) for one in bench.records]

    assert done.code == 0, done.err
    assert "each job ends with an endurance load of 1 s" in plan.out
    assert [one["valid"] for one in long] == ["yes"] * 3
    assert {row["result"] for row in rows} == {one["result"] for one in long}
    for row in rows:
        assert 0.4 < float(row["endurance_s"]) < 5
        assert float(row["endurance_power_w"]) > float(row["idle_power_w"])
        assert float(row["endurance_images_per_second"]) > 0
        assert row["segments_valid"] == "2"
    assert types.index("endurance") > max(i for i, kind in enumerate(types) if kind == "stop")
    assert "(endurance)" in done.out


def test_throttling_in_it_costs_the_long_load_and_not_the_figure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The segments are kept as invalid with the reason, and the result says that it is so."""
    with Bench(tmp_path, settings=LONG) as bench:
        endurance = JobRun.endurance

        def heat(run: JobRun) -> None:
            bench.fake.path("/sys/class/thermal/cooling_device4/cur_state").write_text("3\n")
            endurance(run)

        monkeypatch.setattr(JobRun, "endurance", heat)
        done = bench.run(*WORDS)
        (row,) = bench.results
        loads = [one for one in bench.of("segment") if one["role"] == "load"]
        long = [one for one in bench.of("segment") if one["role"] == "endurance"]
        changed = bench.changed()

    assert done.code == 5, done.err
    assert [one["valid"] for one in (*loads, *long)] == [True, True, False, False]
    assert all("thermal" in {reason["code"] for reason in one["reasons"]} for one in long)
    assert (row["segments_valid"], row["stop_reason"]) == ("2", "narrow")
    assert "endurance_invalid" in row["flags"].split()
    assert row["endurance_images_per_second"] == ""
    assert "held back" in done.err
    assert changed == []


@pytest.mark.parametrize(("number", "code"), [("SIGINT", 130), ("SIGKILL", -signal.SIGKILL)])
def test_a_run_that_ends_in_it_goes_on_with_it_alone(
    tmp_path: Path, number: str, code: int
) -> None:
    """The figure is there at once, nothing is measured twice, and no load goes on alone."""
    with Bench(tmp_path, settings=LONG) as bench:
        process = bench.start(*bench.words(WORDS), before=("-c", ENDING.format(signal=number)))
        _, err = process.communicate(timeout=120)
        (journal,) = bench.journals
        before, (figure,) = journal.read_bytes(), bench.results
        resumed = bench.call("run", "--models", str(bench.models), "--resume", journal.parent.name)
        records, (row,) = bench.records, bench.results
        changed, running = bench.changed(), bench.fake.running()

    assert process.returncode == code, err
    assert (figure["segments_valid"], figure["stop_reason"]) == ("2", "narrow")
    assert (figure["endurance_s"], figure["flags"]) == ("", row["flags"])
    assert resumed.code == 0, resumed.err
    whole = before[: before.rfind(b"\n") + 1]
    assert journal.read_bytes().startswith(whole)
    later = [record for record in records if record["seq"] > len(whole.splitlines())]
    assert [one["role"] for one in later if one["type"] == "segment"] == ["endurance"]
    assert not [one for one in later if one["type"] in ("soak", "stop")]
    assert row["images_per_second"] == figure["images_per_second"]
    assert float(row["endurance_images_per_second"]) > 0
    assert (changed, running) == ([], [])
    assert json.loads(whole.splitlines()[1])["settings"]["endurance_s"] == LONG["endurance_s"]
