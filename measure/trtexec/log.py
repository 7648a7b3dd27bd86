"""What a log of trtexec says about a run: throughput, latencies, conditions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from measure.build_log.run import Run

IMPLICIT = "implicit"
EXPLICIT = "explicit"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Statistics:
    """A line of the summary in milliseconds; ``None`` where it has no such value."""

    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    median: float | None = None
    percentiles: dict[str, float] = field(default_factory=dict)
    """Value by percentage as printed, "99"."""


@dataclass
class TrtexecRun:
    """One run of trtexec.

    Parameters
    ----------
    run
        The same run as the reader of build logs sees it: version, settings, placement, failures.
    options
        Option dump, by its sections: ``options["Inference Options"]["Batch"]``.
    batch_kind
        implicit: a query is an image and qps are images/s; explicit: a query is a batch.
    images_per_query
        Images of a query as trtexec counts queries: 1 for an implicit batch; ``None`` if unknown.
    throughput_text
        Throughput as printed; empty if none was.
    throughput_qps
        As printed, or from queries and time where zero was printed.
    walltime_s
        Time between the first query after warm-up and the end of the last.
    statistics
        By name: latency, end_to_end, enqueue, h2d, compute, d2h.
    warnings
        Codes of what weakens the figure; ``notes`` has the sentences.
    """

    run: Run
    options: dict[str, dict[str, str]] = field(default_factory=dict)
    batch_kind: str = UNKNOWN
    batch: int | None = None
    batch_basis: str = ""
    images_per_query: int | None = None
    throughput_text: str = ""
    throughput_qps: float | None = None
    queries: int | None = None
    warmup_queries: int | None = None
    walltime_s: float | None = None
    total_compute_s: float | None = None
    statistics: dict[str, Statistics] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Say whether the last banner said so."""
        return self.run.outcome == "passed"

    @property
    def derived_qps(self) -> float | None:
        """Return queries by time, which the printed throughput must agree with."""
        if self.queries is None or not self.walltime_s:
            return None
        return self.queries / self.walltime_s

    @property
    def images_per_second(self) -> float | None:
        """Return images/s; ``None`` where the batch or the throughput is unknown."""
        if self.throughput_qps is None or self.images_per_query is None:
            return None
        return self.throughput_qps * self.images_per_query

    @property
    def failure(self) -> str:
        """Return the key of the first failure that is understood, else nothing."""
        return next(iter(self.run.failed.failures), "")


@dataclass
class TrtexecLog:
    """All runs of one log."""

    name: str
    runs: list[TrtexecRun]
    notes: list[str] = field(default_factory=list)


def read_trtexec_log(path: str, batch: int | None = None) -> TrtexecLog:
    """Read a log, plain or gzip.

    Parameters
    ----------
    batch
        Images of a query with explicit batch, for a log that does not tell.
    """
    raise NotImplementedError
