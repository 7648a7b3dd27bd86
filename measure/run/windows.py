"""What was counted while all instances of a segment ran."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any, Iterable, Mapping, NamedTuple, Sequence

from measure.backends.base import Instance, Problem
from measure.statistics.percentiles import PERCENTILES
from measure.trtexec.times import percentile


class Window(NamedTuple):
    """From the start of the last instance to the end of the first, in nanoseconds."""

    start_ns: int
    end_ns: int

    @property
    def seconds(self) -> float:
        """Return how long it is; not positive if there is none."""
        return (self.end_ns - self.start_ns) / 1e9


def common_window(instances: Sequence[Instance]) -> Window:
    """Return the time in which all instances ran."""
    return Window(max(one.first_ns for one in instances), min(one.last_ns for one in instances))


def window_problems(instances: Sequence[Instance], least: float) -> list[Problem]:
    """Say whether each instance shares enough of its time with the others."""
    window = common_window(instances)
    for one in instances:
        own_s = (one.last_ns - one.first_ns) / 1e9
        if window.seconds <= 0 or window.seconds < least * own_s:
            core = "" if one.dla_core is None else f" core {one.dla_core}"
            text = (
                f"{one.engine}{core} ran for {own_s:.3g} s, "
                f"{max(window.seconds, 0.0):.3g} s of them together with the others"
            )
            return [Problem("no_common_window", text)]
    return []


def power_window(window: Window, settle_s: float, tail_s: float) -> Window:
    """Return the part of a window in which power counts."""
    return Window(window.start_ns + int(settle_s * 1e9), window.end_ns - int(tail_s * 1e9))


def queries_in(instance: Instance, window: Window) -> int:
    """Count the queries that ended in a window."""
    ends = instance.ends_ns
    return bisect_right(ends, window.end_ns) - bisect_right(ends, window.start_ns)


def instance_record(instance: Instance, window: Window) -> dict[str, Any]:
    """Return what the journal stores of an instance."""
    queries = queries_in(instance, window)
    return {
        "engine": instance.engine,
        "dla_core": instance.dla_core,
        "queries": queries,
        "images": queries * instance.images_per_query,
        "first_ns": instance.first_ns,
        "last_ns": instance.last_ns,
        "command": list(instance.command),
        "log": instance.log,
        "log_sha256": instance.log_sha256,
        "times": instance.times,
        "times_sha256": instance.times_sha256,
    }


def block_rates(instances: Iterable[Instance], window: Window, block_s: float) -> list[float]:
    """Return images/s of all instances in each whole block of a window.

    A query that spans two blocks counts in each by its share: whole queries would make steps of
    their own where a block holds few of them.
    """
    block_ns = int(block_s * 1e9)
    count = max(0, (window.end_ns - window.start_ns) // block_ns)
    edges = [window.start_ns + number * block_ns for number in range(count + 1)]
    images = [0.0] * len(edges)
    for instance in instances:
        for number, edge in enumerate(edges):
            images[number] += _queries_until(instance, edge) * instance.images_per_query
    return [round((later - one) / block_s, 3) for one, later in zip(images, images[1:])]


def _queries_until(instance: Instance, stamp_ns: int) -> float:
    """Return the queries that an instance has done at a moment, with the part of the next one."""
    ends = instance.ends_ns
    done = bisect_right(ends, stamp_ns)
    if done == len(ends):
        return done
    begin_ns = ends[done - 1] if done else instance.first_ns
    return done + (stamp_ns - begin_ns) / (ends[done] - begin_ns)


def latency_record(instances: Iterable[Instance]) -> dict[str, Any]:
    """Return percentiles over the queries of all instances, as trtexec defines them."""
    values = [value for one in instances for value in one.latencies_ms]
    record: dict[str, Any] = {"queries": len(values)}
    for percentage in PERCENTILES:
        record[f"p{percentage}"] = percentile(values, percentage)
    return record


def counted(instances: Sequence[Instance], block_s: float) -> Mapping[str, Any]:
    """Return the figures of a segment: images/s by the common window, latencies, blocks."""
    window = common_window(instances)
    records = [instance_record(one, window) for one in instances]
    images = sum(record["images"] for record in records)
    rate = images / window.seconds if window.seconds > 0 else None
    return {
        "window_ns": [window.start_ns, window.end_ns],
        "seconds": max(window.seconds, 0.0),
        "instances": records,
        "images": images,
        "images_per_second": rate,
        "latency_ms": latency_record(instances),
        "blocks": block_rates(instances, window, block_s),
    }
