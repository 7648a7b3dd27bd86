from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from measure.backends.base import Problem
from measure.backends.engine_cache import EngineCache
from measure.run.groups import measure_group
from measure.run.interrupt import Interrupt
from measure.run.job_run import MOST_ALIKE, JobRun
from measure.run.jobs import Extras
from measure.run.progress import Progress
from tests.measure.run.stage import MODEL, SHORT, Told, job, of, tools

if TYPE_CHECKING:
    from pathlib import Path

    from measure.run.jobs import Job


def measured(folder: Path, told: Told, *jobs: Job, **changes: Any) -> Any:
    """Measure jobs and return the tools, with the journal open."""
    with Interrupt() as interrupt:
        made = tools(folder, told, interrupt, replace(SHORT, **changes))
        runs = [JobRun(made, one, Extras(marginal=True)) for one in jobs or (job(),)]
        built = [run for run in runs if run.build(MODEL, EngineCache(folder / "engines", {}))]
        measure_group(built, Progress(1, io.StringIO()))
        return made


def test_narrow(tmp_path: Path) -> None:
    """Rates that agree need no more than the least number of segments."""
    made = measured(tmp_path, Told(rates=[100.0, 100.0]))

    assert len(of(made, "segment")) == 2
    stop = of(made, "stop")[0]
    assert (stop["why"], stop["segments_valid"], stop["images_per_second"]) == ("narrow", 2, 100.0)
    assert of(made, "build")[0]["network"] == "net"
    assert of(made, "soak")[0]["checksum"] == "aa"


def test_cap(tmp_path: Path) -> None:
    """Rates that scatter end at the cap."""
    made = measured(tmp_path, Told(rates=[100.0, 200.0, 50.0]))

    (stop,) = of(made, "stop")
    assert stop["why"] == "cap"
    assert stop["images_per_second"] == pytest.approx(100.0)  # as the row has it: geometric
    assert len(of(made, "segment")) == SHORT.max_pairs


def test_invalid_segments_are_measured_again(tmp_path: Path) -> None:
    """A segment that does not count is kept, and another one is measured."""
    made = measured(tmp_path, Told(rates=[100.0, Problem("crashed", "gone"), 100.0]))

    assert [one["valid"] for one in of(made, "segment")] == [True, False, True]
    assert of(made, "stop")[0]["why"] == "narrow"


def test_the_same_failure_again_and_again(tmp_path: Path) -> None:
    """A job is given up after the same failure in a row, with its reason."""
    made = measured(tmp_path, Told(rates=[Problem("crashed", "gone")]))

    assert len(of(made, "segment")) == MOST_ALIKE
    stop = of(made, "stop")[0]
    assert (stop["why"], stop["text"], stop["images_per_second"]) == ("failed", "gone", None)


def failures(count: int) -> list[float | Problem]:
    """Return failures of which no two in a row are alike."""
    return [Problem(f"kind{number % 2}", "gone") for number in range(count)]


def test_no_valid_segment_at_all(tmp_path: Path) -> None:
    """Failures of all kinds end at last."""
    made = measured(tmp_path, Told(rates=failures(9)))

    assert of(made, "stop")[0]["text"] == "no segment is valid"
    assert len(of(made, "segment")) == SHORT.max_pairs + SHORT.min_pairs


def test_few_valid_segments(tmp_path: Path) -> None:
    """What could be measured is kept, though it was less than wanted."""
    made = measured(tmp_path, Told(rates=[100.0, *failures(9)]))

    stop = of(made, "stop")[0]
    assert (stop["why"], stop["segments_valid"], stop["half_width"]) == ("cap", 1, None)


def test_mode_contradicted(tmp_path: Path) -> None:
    """A device that isn't in the mode is refused at once."""
    told = Told(rates=[Problem("mode_contradicted", "12 CPUs online, the mode 30W has 8")])
    made = measured(tmp_path, told)

    stop = of(made, "stop")[0]
    assert (stop["why"], stop["text"]) == ("refused", "12 CPUs online, the mode 30W has 8")
    assert len(of(made, "segment")) == 1


def test_build_that_fails(tmp_path: Path) -> None:
    """A job whose engine can't be built ends with the class of the failure."""
    made = measured(tmp_path, Told(build_problem=Problem("no_dla", "0 not available")))

    assert of(made, "build")[0]["failure"] == "no_dla"
    assert of(made, "stop")[0]["text"] == "0 not available"
    assert not of(made, "segment")


def test_soak_that_fails(tmp_path: Path) -> None:
    """A job that can't even be warmed up ends there."""

    class Failing(Told):
        def load(self, *arguments: Any, **named: Any) -> Any:
            """Fail."""
            outcome = super().load(*arguments, **named)
            return type(outcome)((), 0, 0, (Problem("hung", "too long"),))

    made = measured(tmp_path, Failing())

    assert of(made, "stop")[0]["text"] == "too long"


def test_engines_take_turns(tmp_path: Path) -> None:
    """Each second round goes backwards, and numbers show where another job came between."""
    told = Told(rates=[100.0, 90.0, 95.0, 99.0, 91.0, 102.0])
    made = measured(tmp_path, told, job("a"), job("b"), min_pairs=3)

    assert [name for name, _ in told.loads] == ["a", "b", "b", "a", "a", "b"]
    numbers: dict[str, list[int]] = {one["job"]: [] for one in of(made, "segment")}
    for one in of(made, "segment"):
        numbers[one["job"]].append(one["segment"])
    assert numbers == {job("a").job: [1, 3, 4], job("b").job: [1, 2, 4]}


def test_rounds_have_one_number(tmp_path: Path) -> None:
    """Where a run was broken off between two jobs, those that run in turn again are pairs again."""
    told = Told(rates=[100.0, 90.0, 95.0, 99.0, 91.0, 102.0])
    with Interrupt() as interrupt:
        made = tools(tmp_path, told, interrupt, replace(SHORT, min_pairs=3))
        runs = [JobRun(made, job(name), Extras()) for name in ("a", "b")]
        for run in runs:
            run.build(MODEL, EngineCache(tmp_path / "engines", {}))
        runs[0].prepare()
        runs[0].pair(1)
        measure_group(runs, Progress(1, io.StringIO()))
        loads = [(load["job"], load["pair"]) for load in of(made, "segment")]

    one, other = job("a").job, job("b").job
    assert loads[:5] == [(one, 1), (one, 2), (other, 2), (other, 3), (one, 3)]


def test_goes_on_where_it_ended(tmp_path: Path) -> None:
    """What the journal holds isn't measured again."""
    told = Told(rates=[100.0, 100.0])
    first = measured(tmp_path, told)
    kept = [one for one in first.journal.records if one["type"] in ("build", "soak", "segment")]
    again = tmp_path / "again"
    with Interrupt() as interrupt:
        made = tools(again, Told(rates=[100.0]), interrupt)
        for record in kept[:-1]:
            own = ("seq", "chain", "at", "t_ns", "boot")
            made.journal.append({key: value for key, value in record.items() if key not in own})
        run = JobRun(made, job(), Extras())
        assert run.segments
        assert run.stop_record is None
        assert run.build(MODEL, EngineCache(again / "engines", {}))
        measure_group([run], Progress(1, io.StringIO()))

    assert [one["segment"] for one in of(made, "segment")] == [1, 3]
    assert [one["pair"] for one in of(made, "segment")] == [1, 2]
    assert run.stop_record is not None


def test_interrupted_is_not_the_end(tmp_path: Path) -> None:
    """A job that the user broke off is one that is left."""
    with Interrupt() as interrupt:
        run = JobRun(tools(tmp_path, Told(), interrupt), job(), Extras())
        run.stop("interrupted")
        before = run.stop_record
        run.stop("cap")
        after = run.stop_record

    assert before is None
    assert after is not None
    assert after["why"] == "cap"


@pytest.mark.parametrize("sums", [["aa", "aa", "bb", "bb", "bb"]])
def test_outputs_are_compared_with_the_first(tmp_path: Path, sums: list[str | None]) -> None:
    """A DLA that starts to compute nonsense ends the job."""
    made = measured(tmp_path, Told(rates=[100.0], sums=sums))

    assert [one["valid"] for one in of(made, "segment")] == [True, False, False, False]
    assert of(made, "stop")[0]["why"] == "failed"
