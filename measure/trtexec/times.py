"""The file of --exportTimes: when each query started and ended."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Times:
    """Queries in the order of the file, in milliseconds of trtexec's own clock.

    Parameters
    ----------
    starts_ms, ends_ms
        When the first transfer of a query began and when the last one ended.
    """

    starts_ms: list[float] = field(default_factory=list)
    ends_ms: list[float] = field(default_factory=list)
    enqueued_ms: list[float] = field(default_factory=list)
    compute_starts_ms: list[float] = field(default_factory=list)
    compute_ms: list[float] = field(default_factory=list)
    latency_ms: list[float] = field(default_factory=list)
    has_warmup: bool = False
    """Whether the file still has the warm-up, as those of versions before 8.5 do."""
    cut: str = ""
    """Why the file ended before its end, if it did."""

    def without_warmup(self, warmup_ms: float) -> Times:
        """Return the queries that trtexec counts: their computing began behind the warm-up."""
        raise NotImplementedError

    def queries_between(self, start_ms: float, end_ms: float) -> int:
        """Count the queries whose end lies in a window."""
        raise NotImplementedError

    @property
    def seconds(self) -> float:
        """Return the time from the first start to the last end, as trtexec takes it."""
        raise NotImplementedError


def percentile(values: list[float], percentage: float) -> float | None:
    """Return a percentile by trtexec's definition."""
    raise NotImplementedError


def read_times(path: str, tensorrt: str = "") -> Times:
    """Read the file as a stream, plain or gzip."""
    raise NotImplementedError
