"""Jobs on one network: in turn, so that they share temperature and input voltage."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Callable, TypeVar

if TYPE_CHECKING:
    from measure.run.job_run import JobRun
    from measure.run.progress import Progress

Said = TypeVar("Said")


def measure_group(runs: list[JobRun], progress: Progress) -> None:
    """Measure the pairs of all jobs, then the long load of each that wants one."""
    active = []
    for run in runs:
        if run.stop_record is None:
            progress.step(f"warming up {run.job.title}")
            if counted(run, progress, run.prepare):
                active.append(run)
    _measure_in_turn(active, progress)
    for run in runs:
        if run.wants_endurance:
            progress.step(f"{run.job.title}: endurance")
            counted(run, progress, run.endurance)


def _measure_in_turn(active: list[JobRun], progress: Progress) -> None:
    """Measure pairs, each second round backwards: G D, D G, G D."""
    last: JobRun | None = None
    forwards = True
    while active:
        # Pairs of one number ran next to each other, also where a run was broken off in between.
        number = max(run.next_pair for run in active)
        for run in active[:] if forwards else active[::-1]:
            if last is not None and last is not run:
                last.leave()
            last = run
            progress.step(run.job.title)
            if not counted(run, progress, partial(run.pair, number)):
                active.remove(run)
        forwards = not forwards


def counted(run: JobRun, progress: Progress, work: Callable[[], Said]) -> Said:
    """Do a part of a job, and count as done what it was expected to take."""
    left_s = run.left_s
    said = work()
    progress.add(left_s - run.left_s)
    return said
