"""The figures of a recorded run, as a segment holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from measure.errors import UserError
from measure.statistics.percentiles import PERCENTILES
from measure.trtexec.batch import IMPLICIT
from measure.trtexec.log import RECOMPUTED
from measure.trtexec.times import Times, percentile, read_times

if TYPE_CHECKING:
    from measure.trtexec.log import TrtexecRun

BLOCK_MS = 1000.0


def times_of(path: str, run: TrtexecRun) -> Times:
    """Return the timed queries of a run.

    Raises
    ------
    UserError
        When the file has other queries than the log.
    """
    warmup_ms = run.conditions.warmup_ms or 0.0
    times = read_times(path).without_warmup(warmup_ms)
    if not len(times):
        raise UserError(
            f"{path}: all queries are in the warm-up of {warmup_ms:g} ms; "
            "give the file of the same run"
        )
    if RECOMPUTED in run.warnings:
        if times.seconds <= 0:
            raise UserError(f"{path}: its queries took no time; give the file of the same run")
        run.queries, run.throughput_qps = len(times), len(times) / times.seconds
        return times
    expected = executions_of(run)
    if expected is not None and len(times) != expected and not times.cut:
        raise UserError(
            f"{path}: has {len(times)} timed queries, the log {expected}; "
            "give the file of the same run"
        )
    return times


def executions_of(run: TrtexecRun) -> int | None:
    """Return how often the engine ran: an implicit batch counts its images as queries."""
    if run.queries is None or run.batch.kind != IMPLICIT or not run.batch.size:
        return run.queries
    return run.queries // run.batch.size


def figures_of(run: TrtexecRun, times: Times | None) -> dict[str, Any]:
    """Return throughput, latencies and blocks of a run; the throughput is that of the log."""
    executions, seconds = executions_of(run), run.walltime_s
    if times is not None:
        executions = len(times) if executions is None else executions
        seconds = times.seconds if seconds is None else seconds
    images = None
    if executions is not None and run.batch.size is not None:
        images = executions * run.batch.size
    return {
        "seconds": seconds,
        "images": images,
        "images_per_second": run.images_per_second,
        "throughput_printed": run.throughput_text,
        "latency_ms": _latency(run, times),
        "blocks": _blocks(run, times),
    }


def _latency(run: TrtexecRun, times: Times | None) -> dict[str, Any]:
    """Return the percentiles: of all queries where their times are at hand."""
    record: dict[str, Any] = {"queries": executions_of(run)}
    if times is not None:
        record["queries"] = len(times)
        record.update({f"p{p}": percentile(times.latency_ms, p) for p in PERCENTILES})
        return record
    statistics = run.summary.statistics.get("latency")
    if statistics is None:
        return record
    record.update({f"p{p}": statistics.percentiles.get(str(p)) for p in PERCENTILES})
    if record["p50"] is None:
        record["p50"] = statistics.median
    return record


def _blocks(run: TrtexecRun, times: Times | None) -> list[float]:
    """Return images/s of each whole second."""
    if times is None or run.batch.size is None:
        return []
    return [float(count * run.batch.size) for count in times.per_block(BLOCK_MS)]
