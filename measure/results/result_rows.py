"""Rows of the table of results: one a job, and one for each core where several ran."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Mapping, Sequence

from measure.results import cells
from measure.results.endurance import Endurance, endurance_of
from measure.results.journal_view import JournalView, Record, network_key
from measure.results.power_figures import PowerFigures, power_figures
from measure.results.release import release_cells
from measure.results.segment_figures import clock, dla_mhz, latency, loads, queries
from measure.results.throughput_figures import Throughput, throughput
from measure.statistics.percentiles import PERCENTILES, queries_needed

if TYPE_CHECKING:
    from measure.statistics.interval import Interval

Row = Dict[str, str]
Segment = Mapping[str, Any]

_BOUNDS = ("low", "high")


def result_rows(view: JournalView, job: Record, paths: Mapping[str, str]) -> list[Row]:
    """Return the rows of a job; none where no load segment is valid.

    Parameters
    ----------
    view
        The journal.
    job
        One of its jobs.
    paths
        Paths of the published files by those in the run's folder.
    """
    segments = view.segments(job["job"])
    valid = loads(segments, valid=True)
    if not valid:
        return []
    rates = [one["images_per_second"] for one in valid]
    found = _throughput(view, rates, valid)
    power = power_figures(segments, view.rails, job["engine"], view.first_pairs)
    endurance = endurance_of(segments, found.interval, view.rails, view.settings)
    conditions = _conditions(view, job, segments, valid, paths)
    flags = [*found.flags, *power.flags, *endurance.flags]
    row = {
        **conditions,
        "aggregation": _aggregation(job),
        **_throughput_cells(found),
        **_latency_cells(valid),
        **_power_cells(power),
        **_endurance_cells(endurance),
        "flags": cells.words(_flags(view, job, valid, flags)),
    }
    return [row, *_core_rows(view, job, valid, conditions, paths)]


def result_key(view: JournalView, job: Record) -> str:
    """Return the key of a job's result."""
    return f"{view.key}-{job['job']}"


def _throughput(
    view: JournalView, rates: Sequence[float], segments: Sequence[Segment]
) -> Throughput:
    blocks = segments[0].get("blocks") or ()
    return throughput(rates, view.first_pairs, int(view.run.get("seed") or 0), blocks)


def _core_rows(
    view: JournalView,
    job: Record,
    valid: Sequence[Segment],
    conditions: Row,
    paths: Mapping[str, str],
) -> list[Row]:
    """Return a row for each DLA core of several; power can't be told apart between them."""
    if job["engine"] != "dla" or len(job["cores"]) < 2:
        return []
    rows = []
    for core in job["cores"]:
        rates = [rate for one in valid if (rate := _core_rate(one, core))]
        if len(rates) < len(valid):
            continue
        instance = _instance_of(valid[0], core)
        interval = throughput(rates, view.first_pairs, int(view.run.get("seed") or 0))
        rows.append(
            {
                **conditions,
                "result": f"{conditions['result']}-core{core}",
                "aggregation": "per_core",
                **_throughput_cells(interval),
                "flags": cells.words(_flags(view, job, valid, interval.flags)),
                "command": cells.command(instance.get("command")),
                "log": paths.get(str(instance.get("log") or ""), ""),
                "note": f"DLA core {core} while all {len(job['cores'])} ran.",
            }
        )
    return rows


def _core_rate(segment: Segment, core: int) -> float | None:
    """Return the images per second of one core in the common window."""
    instance = _instance_of(segment, core)
    if instance.get("images") is None or not segment.get("seconds"):
        return None
    return float(instance["images"]) / float(segment["seconds"])


def _instance_of(segment: Segment, core: int) -> Mapping[str, Any]:
    """Return what ran on a DLA core; nothing if the segment does not say."""
    instances = segment.get("instances") or ()
    return next((one for one in instances if one.get("dla_core") == core), {})


def _aggregation(job: Record) -> str:
    if job["engine"] == "gpu+dla":
        return "together"
    return "sum" if len(job["cores"]) > 1 else "single"


def _conditions(
    view: JournalView,
    job: Record,
    segments: Sequence[Segment],
    valid: Sequence[Segment],
    paths: Mapping[str, str],
) -> Row:
    """Return the cells that say under which conditions the figures hold."""
    run = view.run
    build = next(iter(view.builds(job)), {})
    stop = view.last("stop", job["job"]) or {}
    shape = list(job.get("input_shape") or ())
    instances = valid[0].get("instances") or [{}]
    first = instances[0]
    return {
        "result": result_key(view, job),
        "run": view.key,
        "build": cells.text(build.get("build")),
        "network": network_key(job["network"]),
        "model": cells.text(job["network"]),
        "input_width": cells.count(shape[3]) if len(shape) == 4 else "",
        "input_height": cells.count(shape[2]) if len(shape) == 4 else "",
        "batch": cells.count(job.get("batch") or None),
        "engine": job["engine"],
        "dla_cores": cells.count(len(job["cores"])),
        **{name: cells.text(job.get(name)) for name in ("precision", "quantization", "weights")},
        "module": cells.text(run.get("module")),
        "power_mode": cells.text(job.get("power_mode")),
        "power_mode_id": cells.count(_mode_id(view, job)),
        "clock_policy": cells.text(job.get("clock_policy")),
        **release_cells(run),
        "tensorrt": cells.text(run.get("tensorrt")),
        "gpu_mhz": cells.number(cells.mean(clock(one, "gpu_mhz") for one in valid)),
        "dla_mhz": cells.number(cells.mean(dla_mhz(one, job["cores"]) for one in valid)),
        "emc_mhz": cells.number(cells.mean(clock(one, "emc_mhz") for one in valid)),
        "cpus_online": _same([clock(one, "cpus_online") for one in valid]),
        **{name: cells.count(build.get(name)) for name in _LAYERS},
        "transfers": transfers(run, job, first),
        "segments_valid": cells.count(len(valid)),
        "segments_total": cells.count(len(loads(segments, valid=False))),
        "tj_mean_c": cells.number(cells.mean(one.get("tj_mean_c") for one in valid)),
        "stop_reason": cells.text(stop.get("why")),
        "command": cells.command(first.get("command")),
        "log": paths.get(str(first.get("log") or ""), ""),
        "source": cells.text(run.get("source")),
        "locator": cells.text(run.get("locator")),
        "note": cells.text(job.get("note")),
    }


_LAYERS = ("dla_layers", "gpu_layers", "dla_subgraphs")


def transfers(run: Record, job: Record, instance: Record) -> str:
    """Return whether the time of an inference holds copies: included, excluded or unknown."""
    stated = job.get("transfers") or instance.get("transfers") or run.get("transfers")
    if stated:
        return str(stated)
    words = instance.get("command") or ()
    words = words.split() if isinstance(words, str) else words
    if "--includeDataTransfers" in words:
        return "included"
    # On a CPU there is nothing to copy to.
    if "--noDataTransfers" in words or job["engine"] == "cpu":
        return "excluded"
    return "unknown"


def _mode_id(view: JournalView, job: Record) -> int | None:
    wanted = job.get("power_mode")
    found = [one for one in view.of_type("mode") if one.get("key") == wanted and wanted]
    return found[-1].get("mode_id") if found else None


def _same(values: Sequence[float | None]) -> str:
    """Return the number that all segments have; nothing where they differ."""
    found = set(values)
    return cells.number(found.pop()) if len(found) == 1 else ""


def _throughput_cells(found: Throughput) -> Row:
    return {
        **_interval_cells("images_per_second", "", found.interval),
        "interval_basis": found.basis,
    }


def _latency_cells(valid: Sequence[Segment]) -> Row:
    row = {f"latency_p{p}_ms": cells.number(latency(valid, p)) for p in PERCENTILES}
    return {**row, "queries": cells.count(queries(valid))}


def _power_cells(power: PowerFigures) -> Row:
    return {
        "power_definition_note": power.note,
        **_interval_cells("load_power", "_w", power.load),
        "idle_power_w": cells.number(power.idle_w),
        **_interval_cells("module_delta", "_w", power.module_delta),
        **_interval_cells("rail_delta", "_w", power.rail_delta),
        "host_w": cells.number(power.host_w),
        "soc_share_w": cells.number(power.soc_share_w),
        **_interval_cells("marginal_j", "", power.marginal),
        **_interval_cells("images_per_s_per_w_a", "", power.per_watt_a),
        **_interval_cells("images_per_s_per_w_b", "", power.per_watt_b),
        "u_sys_rel": cells.number(power.u_sys_rel),
        "lsb_w": cells.number(power.lsb_w),
    }


def _endurance_cells(endurance: Endurance) -> Row:
    return {
        "endurance_s": cells.number(endurance.seconds),
        "endurance_images_per_second": cells.number(endurance.images_per_second),
        "endurance_end_images_per_second": cells.number(endurance.end_images_per_second),
        "endurance_power_w": cells.number(endurance.power_w),
    }


def _interval_cells(stem: str, unit: str, interval: Interval | None) -> Row:
    if interval is None:
        return {}
    row = {f"{stem}{unit}": cells.number(interval.value)}
    for name in _BOUNDS:
        row[f"{stem}_{name}{unit}"] = cells.number(getattr(interval, name))
    return row


def _flags(
    view: JournalView, job: Record, valid: Sequence[Segment], more: Sequence[str]
) -> list[str]:
    """Return what to keep in mind about a result."""
    found = {*more, *(flag for one in valid for flag in one.get("flags") or ())}
    found |= set(view.run.get("flags") or ()) | set(job.get("flags") or ())
    soak = view.last("soak", job["job"]) or {}
    stop = view.last("stop", job["job"]) or {}
    timed = [number for one in valid if (number := queries([one])) is not None]
    tests = {
        "quick": bool(view.run.get("quick")),
        "custom_settings": bool(view.settings.get("custom")),
        "no_steady_state": soak.get("steady") is False,
        "wide_ci": stop.get("why") == "cap",
        "few_queries_p99": bool(timed) and min(timed) < queries_needed(99),
    }
    return [*found, *(flag for flag, holds in tests.items() if holds)]
