"""The plan and the results of a run, for people and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Mapping, Sequence

from measure.run.durations import in_words
from measure.run.settings import OVERRIDES

if TYPE_CHECKING:
    from measure.run.jobs import Job
    from measure.run.rig import Rig

Row = Mapping[str, str]
"""Cells by column; a missing one is empty."""
_FIGURES = (
    ("images_per_second", "images/s"),
    ("images_per_s_per_w_a", "images/s/W (module_delta)"),
    ("images_per_s_per_w_b", "images/s/W (rail_delta)"),
)
PLAN_SCHEMA = "dla-atlas/plan/1"
RUN_SCHEMA = "dla-atlas/run/1"


def plan_as_text(jobs: Sequence[Job], job_s: float, rig: Rig, notes: Sequence[str]) -> str:
    """Return the jobs, a line each, with the time they take together."""
    width = max((len(job.title) for job in jobs), default=0)
    lines = [f"{job.title:<{width}}  {in_words(job_s):>10}" for job in jobs]
    total = in_words(len(jobs) * job_s)
    power = "with power" if rig.has_power else "without power"
    count = "1 job" if len(jobs) == 1 else f"{len(jobs)} jobs"
    lines.append(f"{count} with {rig.backend}, {power}: about {total}, more if needed")
    return "\n".join([*lines, *notes]) + "\n"


def plan_as_json(jobs: Sequence[Job], job_s: float, rig: Rig, notes: Sequence[str]) -> str:
    """Return the jobs with their expected seconds."""
    each_s = round(job_s)
    plan = {
        "schema": PLAN_SCHEMA,
        "backend": rig.backend,
        "power": rig.has_power,
        "jobs": [{**job.as_dict(), "expected_s": each_s} for job in jobs],
        "expected_s": len(jobs) * each_s,
        "notes": list(notes),
    }
    return json.dumps(plan, indent=2) + "\n"


def results_as_text(
    tables: Mapping[str, Sequence[Row]], run: str, *, broken_off: bool = False
) -> str:
    """Return each figure with its half-width, why it was enough, its flags, and what comes next.

    Parameters
    ----------
    broken_off
        Whether the user ended the run before its plan was done.
    """
    results = tables["results"]
    lines = [_result(row) for row in results]
    if not results:
        why = ": tables/segments.csv says why each segment does not count"
        lines.append(f"no figure{why if tables['segments'] else ''}")
    lines.append(f"run {run}")
    if results:
        lines.append(f"compare with the published figures: python3 -m measure compare {run}")
    if broken_off:
        lines.append(f"go on with it: python3 -m measure run --resume {run}")
    elif results:
        is_quick = any(row["quick"] == "yes" for row in tables["runs"])
        lines.append(_next_step(results, run, is_quick=is_quick))
    return "\n".join(lines) + "\n"


def results_as_json(tables: Mapping[str, Sequence[Row]], run: str) -> str:
    """Return the rows of the results."""
    rows = [dict(row) for row in tables["results"]]
    return json.dumps({"schema": RUN_SCHEMA, "run": run, "results": rows}, indent=2) + "\n"


def _next_step(results: Sequence[Row], run: str, *, is_quick: bool) -> str:
    """Return how to publish the run, or why it is not for the site."""
    # A CPU's figures only show that the pipeline works; quick ones do that, too.
    accelerated = [row for row in results if row["engine"] != "cpu"]
    if is_quick and accelerated:
        return "a quick run of a DLA or GPU is not published; --full measures by the protocol"
    if any("custom_settings" in row["flags"].split() for row in accelerated):
        return f"made with other settings than the protocol's ({OVERRIDES}): not for the site"
    return f"put the run on the site, where the repository is: make publish RUN={run}"


def _result(row: Row) -> str:
    """Return a figure in a line."""
    where = row["engine"].upper()
    if row["dla_cores"] != "0":
        where += f" x{row['dla_cores']}"
    words = [row["model"], where, row["precision"], row["weights"], f"batch {row['batch']}"]
    words += [row["power_mode"]] if row.get("power_mode") else []
    words += [row["aggregation"]] if row["aggregation"] != "single" else []
    figures = [_figure(row, name, unit) for name, unit in _FIGURES if row.get(name)]
    if row.get("endurance_s"):
        seconds, rate = (
            float(row[name]) for name in ("endurance_s", "endurance_images_per_second")
        )
        figures.append(f"{rate:.6g} images/s over {in_words(seconds)} (endurance)")
    flags = f" [{row['flags']}]" if row.get("flags") else ""
    return f"{', '.join(words)}: {'; '.join(figures)} ({row['stop_reason']}){flags}"


def _figure(row: Row, name: str, unit: str) -> str:
    """Return a value with the half-width of its interval."""
    low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
    if not low or not high:
        return f"{float(row[name]):.6g} {unit}, no interval"
    return f"{float(row[name]):.6g} ± {(float(high) - float(low)) / 2:.2g} {unit}"
