"""One segment: idle, load, host or rate; watched, gated and written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable

from measure.backends.base import Backend, Build, LoadOutcome, Problem
from measure.device.clock import now_ns
from measure.results.pairs import ENDURANCE, LOAD
from measure.run.interrupt import Interrupted
from measure.run.observer import Observer
from measure.run.windows import Window, common_window, counted, power_window, window_problems
from measure.statistics.stationarity import look_at

if TYPE_CHECKING:
    from pathlib import Path

    from measure.journal.journal import Journal
    from measure.run.interrupt import Interrupt
    from measure.run.jobs import Job
    from measure.run.rig import Rig
    from measure.run.settings import Settings

CHECKSUM_UNKNOWN = "checksum_unknown"
INTERRUPTED = Problem("interrupted", "the run was ended before the segment was")
_AT_FULL_RATE = (LOAD, ENDURANCE)
"""Roles whose throughput is to be steady and whose outputs are checked."""


@dataclass(frozen=True)
class Tools:
    """What every part of a run works with."""

    rig: Rig
    backend: Backend
    journal: Journal
    settings: Settings
    interrupt: Interrupt
    folder: Path
    seed: int


@dataclass(frozen=True)
class Place:
    """Where a segment stands in its job."""

    number: int
    """From 1 in each job."""
    pair: int
    """From 1; an idle segment has the number of the pair it opens, or closes if it opens none."""
    role: str
    rate_fraction: float | None = None


class SegmentRunner:
    """Runs the segments of one job.

    Parameters
    ----------
    tools
        Of the run.
    job
        What is measured.
    builds
        Its engines.
    checksum
        Of the first outputs; None where outputs cannot be had.
    """

    def __init__(
        self, tools: Tools, job: Job, builds: tuple[Build, ...], checksum: str | None
    ) -> None:
        self._tools = tools
        self._job = job
        self._builds = builds
        self.checksum = checksum
        self._uses_gpu = any(build.uses_gpu for build in builds)

    def idle(self, place: Place) -> dict[str, Any]:
        """Measure the device while it does nothing."""
        seconds = self._tools.settings.idle_s

        def rest() -> LoadOutcome:
            start_ns = now_ns()
            self._tools.interrupt.wait(seconds)
            return LoadOutcome((), start_ns, now_ns())

        return self._run(place, rest)

    def load(self, place: Place, seconds: float, period_s: float = 0.0) -> dict[str, Any]:
        """Measure the job under full load, or one query each period."""
        tools = self._tools

        def work() -> LoadOutcome:
            return tools.backend.load(
                self._job, self._builds, seconds, tools.settings.warmup_s, period_s
            )

        return self._run(place, work)

    def host(self, place: Place, query_s: float) -> dict[str, Any]:
        """Measure what the host alone takes: a sleep of a query's time for each query."""
        tools = self._tools

        def sleep() -> LoadOutcome:
            return tools.backend.host(self._job, self._builds, query_s, tools.settings.host_s)

        return self._run(place, sleep)

    def _run(self, place: Place, work: Callable[[], LoadOutcome]) -> dict[str, Any]:
        """Watch the work, and write the segment down; also one that was broken off."""
        tools = self._tools
        name = f"{self._job.job}-{place.number:03d}.power"
        observer = Observer(
            tools.rig, tools.settings, tools.folder / "raw" / name, tools.seed + place.number
        )
        start_ns = now_ns()
        observer.start()
        try:
            outcome = work()
        except Interrupted:
            outcome = LoadOutcome((), start_ns, now_ns(), (INTERRUPTED,))
        finally:
            observer.stop()
        record = self._record(place, outcome, observer)
        tools.journal.append(record)
        tools.interrupt.check()
        return record

    def _record(self, place: Place, outcome: LoadOutcome, observer: Observer) -> dict[str, Any]:
        """Return the segment's record, with every reason against it."""
        tools, job = self._tools, self._job
        problems = list(outcome.problems)
        flags = list(outcome.flags)
        window = Window(outcome.start_ns, outcome.end_ns)
        figures: dict[str, Any] = {"window_ns": list(window), "seconds": window.seconds}
        power_part = power_window(window, tools.settings.settle_s, 0.0)
        if outcome.instances:
            problems += window_problems(outcome.instances, tools.settings.common_window_min)
            figures = dict(counted(outcome.instances, tools.settings.block_s))
            steady = look_at(figures["blocks"], tools.settings.block_s)
            flags += steady.reasons if steady and place.role in _AT_FULL_RATE else ()
            power_part = power_window(
                common_window(outcome.instances), tools.settings.settle_s, tools.settings.tail_s
            )
        if not outcome.problems:
            record, found, raised = observer.power(power_part)
            figures.update(record)
            problems += found
            flags += raised
        mode = tools.rig.mode(job.power_mode)
        ran = common_window(outcome.instances) if outcome.instances else None
        found, raised = observer.checked(job, mode, self._uses_gpu, ran)
        problems += found
        flags += raised
        if place.role in _AT_FULL_RATE and self.checksum is None:
            flags.append(CHECKSUM_UNKNOWN)
        checksum = self._output(place, problems)
        return {
            "type": "segment",
            "job": job.job,
            "segment": place.number,
            "pair": place.pair,
            "role": place.role,
            "rate_fraction": place.rate_fraction,
            "start_ns": outcome.start_ns,
            "end_ns": outcome.end_ns,
            **figures,
            **observer.as_record(ran),
            "checksum": checksum,
            "valid": not problems,
            "reasons": [{"code": one.code, "text": one.text} for one in problems],
            "flags": sorted(set(flags)),
        }

    def _output(self, place: Place, problems: list[Problem]) -> str | None:
        """Return the checksum after a load, and add a problem if it is another one than before."""
        if place.role not in _AT_FULL_RATE or self.checksum is None or problems:
            return None
        try:
            checksum = self._tools.backend.checksum(self._job, self._builds)
        except Interrupted:
            problems.append(INTERRUPTED)
            return None
        if checksum is None:
            problems.append(Problem("output_unknown", "the output could not be had to be checked"))
        elif checksum != self.checksum:
            problems.append(
                Problem("output_changed", "the output for the same input is not what it was")
            )
        return checksum
