"""Bring the device to a steady temperature under the load that is to be measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from measure.device.clock import now_ns
from measure.device.thermal import hottest
from measure.device.watch import Watch

if TYPE_CHECKING:
    from measure.backends.base import Build
    from measure.run.jobs import Job
    from measure.run.segments import Tools


def soak(tools: Tools, job: Job, builds: tuple[Build, ...]) -> dict[str, Any]:
    """Run the load until the temperature stays within a limit over a window; return the record.

    Where no temperature can be read, one window under load is all that can be done.
    """
    settings = tools.settings
    began_ns = now_ns()
    steady: bool | None = False
    readings: list[list[float]] = []
    problems: list[dict[str, str]] = []
    while not steady and (now_ns() - began_ns) / 1e9 < settings.soak_max_s:
        watch = Watch(tools.rig.machine, settings.watch_period_s).start()
        try:
            outcome = tools.backend.load(job, builds, settings.soak_window_s, 0.0)
        finally:
            seen = watch.stop()
        found = [(one.t_ns, hottest(one.temperatures)) for one in seen]
        known = [(t_ns, value) for t_ns, value in found if value is not None]
        readings += [[round((t_ns - began_ns) / 1e9, 3), value] for t_ns, value in known]
        if outcome.problems:
            problems = [{"code": one.code, "text": one.text} for one in outcome.problems]
            break
        if not known:
            steady = None
            break
        steady = abs(_change([value for _, value in known])) < settings.soak_change_c
    return {
        "type": "soak",
        "job": job.job,
        "seconds": round((now_ns() - began_ns) / 1e9, 3),
        "steady": steady,
        "readings": readings,
        "problems": problems,
    }


def _change(values: list[float]) -> float:
    """Return by how much the last quarter of a window is hotter than the first, on average."""
    quarter = max(1, len(values) // 4)
    return (sum(values[-quarter:]) - sum(values[:quarter])) / quarter
