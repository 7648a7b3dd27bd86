"""The long load of a job: after all pairs, never twice, and never in the way of the figure."""

from __future__ import annotations

import io
import os
import signal
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from measure.backends.base import LoadOutcome, Problem
from measure.backends.engine_cache import EngineCache
from measure.errors import INTERRUPTED, SOME_FAILED
from measure.modes.outcome import RebootPending, Restored
from measure.modes.switching import RebootNeeded
from measure.run.durations import durations
from measure.run.groups import measure_group
from measure.run.interrupt import Interrupt, Interrupted
from measure.run.job_run import MOST_ENDURANCES, JobRun
from measure.run.jobs import Extras
from measure.run.progress import Progress
from measure.run.runner import Runner
from tests.measure.run.stage import MODEL, SHORT, Told, job, of, tools
from tests.measure.run.test_runner import Keeper, Models, applied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from measure.run.segments import Tools

ENDURANCE = Extras(endurance=True)
LONG_S = 7.0
SETTINGS = replace(SHORT, endurance_s=LONG_S)
THERMAL = Problem("thermal", "the kernel holds clocks back")


@dataclass
class Long(Told):
    """A backend whose long loads give what they are told; none takes its time."""

    long: list[float | Problem] = field(default_factory=lambda: [100.0])
    on_long: Callable[[], None] = lambda: None
    longs: list[str] = field(default_factory=list)

    def load(
        self, job: Any, builds: Any, seconds: float, warmup_s: float, period_s: float = 0.0
    ) -> LoadOutcome:
        """Return a load as told."""
        if seconds != LONG_S:
            return super().load(job, builds, seconds, warmup_s, period_s)
        self.on_long()
        self.longs.append(job.network)
        rate = self.long[min(len(self.longs), len(self.long)) - 1]
        return super(Long, replace(self, rates=[rate], loads=[])).load(job, builds, 1.0, 0.0)


class Stage:
    """What several processes of one run measure, one after the other."""

    def __init__(self, folder: Path, interrupt: Interrupt) -> None:
        self.folder = folder
        self.interrupt = interrupt
        self.said = io.StringIO()
        self.tools: Tools | None = None

    def run(self, told: Long, keeper: Keeper | None = None, mode: str = "") -> int:
        """Begin the run, or go on with it."""
        if self.tools is not None:
            self.tools.journal.close()
        self.interrupt.requested = False
        self.tools = tools(self.folder, told, self.interrupt, SETTINGS)
        models: Any = Models()
        engines = EngineCache(self.folder / "engines", {})
        progress = Progress(1, self.said)
        jobs = [job(power_mode=mode)]
        return Runner(
            self.tools, jobs, keeper or Keeper(), models, engines, progress, ENDURANCE
        ).run()

    def of(self, kind: str, role: str = "") -> list[dict[str, Any]]:
        """Return the records of one type, and of one role if that is given."""
        assert self.tools is not None
        return [one for one in of(self.tools, kind) if one.get("role", "") == role or not role]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Return a stage on which signals are heard."""
    with Interrupt() as interrupt:
        made = Stage(tmp_path, interrupt)
        yield made
        assert made.tools is not None
        made.tools.journal.close()


def press_ctrl_c() -> None:
    """Be the user who wants the end, and the load that is broken off."""
    os.kill(os.getpid(), signal.SIGINT)
    raise Interrupted


def test_it_comes_when_the_pairs_of_all_jobs_are_done(tmp_path: Path) -> None:
    """Ten minutes between the pairs of a job would part what they have in common."""
    told = Long(rates=[100.0, 200.0, 100.0, 50.0, 100.0])
    with Interrupt() as interrupt:
        made = tools(tmp_path, told, interrupt, SETTINGS)
        runs = [JobRun(made, job(name), ENDURANCE) for name in ("a", "b")]
        for run in runs:
            run.build(MODEL, EngineCache(tmp_path / "engines", {}))
        measure_group(runs, Progress(1, io.StringIO()))
        roles = [(one["type"], one.get("role")) for one in made.journal.records]

    assert told.longs == ["a", "b"]
    assert roles[-2:] == [("segment", "endurance")] * 2
    assert ("segment", "load") not in roles[
        max(i for i, one in enumerate(roles) if "stop" in one) :
    ]
    assert [run.is_left for run in runs] == [False, False]


def test_one_that_counts_is_enough(stage: Stage) -> None:
    """It stands in the journal as a segment of its own kind, and the pairs are as without it."""
    assert stage.run(Long(long=[90.0])) == 0

    (long,) = stage.of("segment", "endurance")
    assert (long["valid"], long["images_per_second"], long["checksum"]) == (True, 90.0, "aa")
    assert [one["segment"] for one in stage.of("segment", "load")] == [1, 2]
    assert long["segment"] == 4
    (stop,) = stage.of("stop")
    assert (stop["why"], stop["segments_valid"]) == ("narrow", 2)
    assert stop["images_per_second"] == pytest.approx(100.0)
    assert "(narrow); endurance: 90 images/s" in stage.said.getvalue()


def test_one_that_does_not_count_is_measured_once_more(stage: Stage) -> None:
    told = Long(long=[THERMAL, 95.0])

    assert stage.run(told) == 0
    assert [one["valid"] for one in stage.of("segment", "endurance")] == [False, True]
    assert stage.of("endurance") == []


def test_it_is_given_up_with_its_reason(stage: Stage) -> None:
    """The figure of the pairs stays, the exit code tells, and nothing tries again."""
    assert stage.run(Long(long=[THERMAL])) == SOME_FAILED
    again = stage.run(Long())

    assert again == SOME_FAILED
    long = stage.of("segment", "endurance")
    assert [one["reasons"][0]["code"] for one in long] == ["thermal"] * MOST_ENDURANCES
    assert [(one["why"], one["text"]) for one in stage.of("endurance")] == [
        ("failed", THERMAL.text)
    ]
    assert [one["why"] for one in stage.of("stop")] == ["narrow"]
    assert f"endurance: - ({THERMAL.text})" in stage.said.getvalue()


def test_another_output_at_its_end_is_no_result(stage: Stage) -> None:
    """It has the same gates as any load."""
    assert stage.run(Long(sums=["aa", "aa", "aa", "bb", "aa"])) == 0

    codes = [
        [reason["code"] for reason in one["reasons"]] for one in stage.of("segment", "endurance")
    ]
    assert codes == [["output_changed"], []]


def test_ctrl_c_in_it_leaves_the_figure(stage: Stage) -> None:
    """The pairs are done, and only the long load is measured when the run goes on."""
    assert stage.run(Long(on_long=press_ctrl_c)) == INTERRUPTED
    broken_off = stage.of("segment", "endurance")
    told = Long()
    assert stage.run(told) == 0

    assert [one["reasons"][0]["code"] for one in broken_off] == ["interrupted"]
    assert [one["why"] for one in stage.of("stop")] == ["narrow"]
    assert told.loads == []
    assert told.longs == ["net"]
    assert [one["valid"] for one in stage.of("segment", "endurance")] == [False, True]
    assert len(stage.of("soak")) == 1
    assert [one["outcome"] for one in stage.of("end")] == ["interrupted", "complete"]


def test_it_is_never_measured_twice(stage: Stage) -> None:
    assert stage.run(Long()) == 0
    told = Long()
    assert stage.run(told) == 0

    assert told.longs == []


def test_nothing_of_it_without_a_figure(stage: Stage) -> None:
    """A job that failed has nothing that could hold."""
    told = Long(rates=[THERMAL])

    assert stage.run(told) == SOME_FAILED
    assert told.longs == []


def test_an_engine_that_is_gone_leaves_the_figure(stage: Stage) -> None:
    """When only the long load is left, a build that fails is the end of that alone."""
    stage.run(Long(on_long=press_ctrl_c))

    assert stage.run(Long(build_problem=Problem("out_of_memory", "no memory"))) == SOME_FAILED
    assert [one["text"] for one in stage.of("endurance")] == ["no memory"]
    assert [one["why"] for one in stage.of("stop")] == ["narrow"]


@pytest.mark.parametrize(
    "outcome", [RebootNeeded("only after a reboot"), applied("30W", "12 CPUs online")]
)
def test_a_mode_that_is_refused_leaves_the_figure(stage: Stage, outcome: Any) -> None:
    """The mode was in force when the pairs were measured."""
    stage.run(Long(on_long=press_ctrl_c), mode="30w")

    assert stage.run(Long(), Keeper(applies=[outcome]), mode="30w") == SOME_FAILED
    assert [one["why"] for one in stage.of("endurance")] == ["refused"]
    assert [one["why"] for one in stage.of("stop")] == ["narrow"]


def test_a_mode_that_is_never_reached_again_is_given_up(stage: Stage) -> None:
    """Else the board would reboot for it for ever."""
    stage.run(Long(on_long=press_ctrl_c), mode="30w")
    stage.run(Long(), Keeper(applies=[RebootPending("MODE_30W", 1)]), mode="30w")
    restored = Restored(True, "MAXN", clocks=True, reason="not reached after 2 reboots")
    told = Long()

    assert stage.run(told, Keeper(state="SWITCHING", resumes=restored), "30w") == SOME_FAILED
    assert told.longs == []
    assert [one["text"] for one in stage.of("endurance")] == ["not reached after 2 reboots"]


def test_what_is_left_of_a_job_takes_less_and_less(tmp_path: Path) -> None:
    """Progress counts each part when it is done, and a job that goes on only what is left."""
    expected = durations(SETTINGS, "onnxruntime", False, ENDURANCE)
    left: list[float] = []
    with Interrupt() as interrupt:
        made = tools(tmp_path, Long(), interrupt, SETTINGS)
        run = JobRun(made, job(), ENDURANCE)
        left.append(run.left_s)
        run.build(MODEL, EngineCache(tmp_path / "engines", {}))
        left.append(run.left_s)
        run.prepare()
        left.append(run.left_s)
        run.pair(run.next_pair)
        left.append(run.left_s)
        run.pair(run.next_pair)
        left.append(run.left_s)
        again = JobRun(made, job(), ENDURANCE).left_s
        run.endurance()
        left.append(run.left_s)

    steps = [before - after for before, after in pairwise(left)]
    parts = [expected.build_s, expected.soak_s, *[expected.pair_s] * 2, expected.endurance_s]
    assert left[0] == pytest.approx(expected.job_s)
    assert steps == pytest.approx(parts)
    assert left[-1] == 0
    assert again == pytest.approx(expected.build_s + expected.endurance_s)


class Counting(Progress):
    """Keeps what it is told."""

    def __init__(self) -> None:
        super().__init__(1, io.StringIO())
        self.parts: list[float] = []

    def add(self, seconds: float) -> None:
        """Keep it."""
        self.parts.append(seconds)


def test_progress_goes_on_with_each_part_of_a_group(tmp_path: Path) -> None:
    """A group of three jobs takes more than an hour; each pair counts when it is done."""
    expected = durations(SETTINGS, "onnxruntime", False, ENDURANCE)
    progress = Counting()
    with Interrupt() as interrupt:
        made = tools(tmp_path, Long(), interrupt, SETTINGS)
        runs = [JobRun(made, job(name), ENDURANCE) for name in ("a", "b")]
        for run in runs:
            run.build(MODEL, EngineCache(tmp_path / "engines", {}))
        measure_group(runs, progress)

    pairs = [expected.pair_s] * (2 * SETTINGS.min_pairs)
    ends = [expected.endurance_s] * 2
    assert progress.parts == pytest.approx([*[expected.soak_s] * 2, *pairs, *ends])
    assert sum(progress.parts) == pytest.approx(2 * (expected.job_s - expected.build_s))
