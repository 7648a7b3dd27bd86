"""What must hold before a run begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Iterable, Sequence

from measure.device.clock import now_ns
from measure.device.doctor import host
from measure.device.doctor.report import STOP
from measure.device.doctor.survey import examine
from measure.errors import ConditionError
from measure.run.rig import TRTEXEC

if TYPE_CHECKING:
    from pathlib import Path

    from measure.device.doctor.report import Check
    from measure.run.jobs import Job
    from measure.run.rig import Rig

_OF_DLA = ("tensorrt", "dla_cores", "dla_nodes")
"""Checks that only stop a run with the DLA; that there is a TensorRT was seen before."""


_LOOK_AGAIN_S = 10.0


def check_conditions(rig: Rig, jobs: Iterable[Job], runs: Path, load: float | None = None) -> None:
    """Refuse to start where the doctor says stop.

    Parameters
    ----------
    rig, jobs, runs
        What is measured with, what, and where to.
    load
        The load average to judge; the present one when None.

    Raises
    ------
    ConditionError
        Naming every check that says so, what was found and what to do.
    """
    if rig.backend == TRTEXEC:
        checks: Sequence[Check] = examine(
            rig.machine, runs, dla_cores=rig.dla_cores, load=load
        ).checks
    else:
        checks = list(host.check_all(runs, False))
    uses_dla = any(job.cores for job in jobs)
    stops = [
        check
        for check in checks
        if check.verdict == STOP and (uses_dla or check.key not in _OF_DLA)
    ]
    if stops:
        raise ConditionError("; ".join(_sentence(check) for check in stops))


def wait_for_conditions(
    rig: Rig, jobs: Iterable[Job], runs: Path, patience_s: float, sleep: Callable[[float], None]
) -> None:
    """Wait until nothing forbids to start: a device that was just booted is busy for a while.

    Raises
    ------
    ConditionError
        When something still does after that time.
    """
    listed, load = list(jobs), rig.load
    end_ns = now_ns() + int(patience_s * 1e9)
    while True:
        try:
            return check_conditions(rig, listed, runs, load)
        except ConditionError:
            left_s = (end_ns - now_ns()) / 1e9
            if left_s <= 0:
                raise
            sleep(min(_LOOK_AGAIN_S, left_s))
            load = None


def _sentence(check: Check) -> str:
    """Return a check's name, what was found and the remedy."""
    command = f" ({check.command})" if check.command else ""
    remedy = f": {check.remedy}{command}" if check.remedy else ""
    return f"{check.title} ({check.key}): {check.found}{remedy}"
