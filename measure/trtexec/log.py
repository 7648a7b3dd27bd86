"""What a log of trtexec says about its runs: throughput, latencies, batch, conditions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from measure.build_log.build_log import read_build_log
from measure.build_log.failures import PASSED
from measure.trtexec.batch import Batch, BindingReader, batch_of
from measure.trtexec.options import Conditions, OptionReader, Sections, read_conditions
from measure.trtexec.summary import PROFILED, Summary, SummaryReader

if TYPE_CHECKING:
    from measure.build_log.grammar import Line
    from measure.build_log.run import Run

DISAGREES = "qps_disagrees"
RECOMPUTED = "qps_recomputed"
BATCH_UNCLEAR = "batch_unclear"

_AGREEMENT = 1e-3
"""Part by which the printed throughput may differ from queries by time."""


@dataclass
class TrtexecRun:
    """One run of trtexec.

    Parameters
    ----------
    run
        The same run as the reader of build logs sees it: version, settings, placement, failures.
    options
        Option dump, by its sections: ``options["Inference Options"]["Batch"]``.
    throughput_qps
        As printed, or from queries and time where zero was printed.
    queries
        As printed, or from the times where zero was printed.
    warnings
        Codes of what weakens the figure; ``notes`` has sentences on some.
    """

    run: Run
    summary: Summary = field(default_factory=Summary)
    options: Sections = field(default_factory=dict)
    conditions: Conditions = field(default_factory=Conditions)
    batch: Batch = field(default_factory=Batch)
    inputs: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Sizes of the inputs that the engine ran with."""
    throughput_qps: float | None = None
    queries: int | None = None
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def version(self) -> str:
        """Return the TensorRT version; empty if the log does not tell."""
        return self.run.version

    @property
    def passed(self) -> bool:
        """Say whether the last banner said so."""
        return self.run.outcome == PASSED

    @property
    def throughput_text(self) -> str:
        """Return the throughput as it was printed; empty if none was."""
        return self.summary.throughput_text

    @property
    def walltime_s(self) -> float | None:
        """Return the time that the queries took."""
        return self.summary.walltime_s

    @property
    def derived_qps(self) -> float | None:
        """Return queries by time, which the printed throughput must agree with."""
        if self.queries is None or not self.walltime_s:
            return None
        return self.queries / self.walltime_s

    @property
    def images_per_second(self) -> float | None:
        """Return images/s; ``None`` where the batch or the throughput is unknown."""
        images = self.batch.images_per_query
        if self.throughput_qps is None or images is None:
            return None
        return self.throughput_qps * images

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


class _Readers:
    """What reads the lines of one run."""

    def __init__(self) -> None:
        self.summary = SummaryReader()
        self.options = OptionReader()
        self.bindings = BindingReader()

    def read(self, line: Line) -> None:
        self.summary.read(line)
        self.options.read(line)
        self.bindings.read(line)


def read_trtexec_log(path: str, batch: int | None = None) -> TrtexecLog:
    """Read a log, plain or gzip; memory grows with what it says, not with its length.

    Parameters
    ----------
    batch
        Images of a query with an explicit batch, for a log that does not tell.
    """
    readers: dict[int, _Readers] = {}

    def listen(run: Run, line: Line) -> None:
        readers.setdefault(run.first_line, _Readers()).read(line)

    log = read_build_log(path, listen)
    runs = [_finished(run, readers.get(run.first_line, _Readers()), batch) for run in log.runs]
    return TrtexecLog(log.name, runs, log.notes)


def _finished(run: Run, readers: _Readers, caller: int | None) -> TrtexecRun:
    """Put together what was read of a run."""
    summary, sections = readers.summary.summary, readers.options.sections
    command, inputs = run.settings.command, readers.bindings.inputs
    batch = batch_of(sections, command, run.version, inputs, caller)
    found = TrtexecRun(
        run,
        summary,
        sections,
        read_conditions(sections, command, run.version),
        batch,
        inputs,
        summary.throughput_qps,
        summary.queries,
        list(summary.warnings),
    )
    if batch.note:
        found.warnings.append(BATCH_UNCLEAR)
        found.notes.append(batch.note)
    if PROFILED in found.warnings:
        found.notes.append(
            "no throughput: the layers were timed in the same run, which slows the engine; "
            "measure without --dumpProfile, or with --separateProfileRun"
        )
    _repair_zero(found)
    _compare(found)
    return found


def _repair_zero(found: TrtexecRun) -> None:
    """Count again where 7.x multiplied by a batch of zero, as it does for explicit batches."""
    if found.summary.throughput_qps != 0:
        return
    found.queries = found.queries or _queries_by_compute(found.summary)
    found.throughput_qps = found.derived_qps
    found.warnings.append(RECOMPUTED)
    found.notes.append(
        "throughput was printed as zero, as TensorRT 7 does for explicit batches; "
        + (
            "it was recomputed from the times"
            if found.throughput_qps is not None
            else "the log has too little to recompute it: give the file of --exportTimes"
        )
    )


def _queries_by_compute(summary: Summary) -> int | None:
    """Return how many queries add up to the total time at their mean."""
    compute = summary.statistics.get("compute")
    if not compute or not compute.mean or not summary.total_compute_s:
        return None
    return round(summary.total_compute_s * 1000 / compute.mean)


def _compare(found: TrtexecRun) -> None:
    """Compare the printed throughput with queries by time."""
    qps, derived = found.throughput_qps, found.derived_qps
    if qps and derived is not None and abs(derived / qps - 1) > _AGREEMENT:
        found.warnings.append(DISAGREES)
        found.notes.append(
            f"the log prints {found.throughput_text} qps, but its queries and time give "
            f"{derived:.6g}: parts of two runs may be mixed"
        )
