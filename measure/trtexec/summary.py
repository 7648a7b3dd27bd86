"""The performance summary that trtexec prints, in each of its three grammars."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from measure.build_log.grammar import Line

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"

ENQUEUE_BOUND = "enqueue_bound"
H2D_BOUND = "h2d_bound"
D2H_BOUND = "d2h_bound"
UNSTABLE = "compute_unstable"
SEVERAL_STREAMS = "several_streams"
PROFILED = "profiled"

_WARNINGS = (
    ("Throughput may be bound by Enqueue Time", ENQUEUE_BOUND),
    ("Throughput may be bound by host-to-device", H2D_BOUND),
    ("Throughput may be bound by device-to-host", D2H_BOUND),
    ("compute time is unstable", UNSTABLE),
    ("Multiple inference streams are used", SEVERAL_STREAMS),
    ("The e2e network timing is not reported", PROFILED),
)

_EXPLICIT = "Calibrator won't be used in explicit"

_MS = rf"({NUMBER}) ms"
_VALUE = re.compile(rf"(min|max|mean|median|percentile\(({NUMBER})%\)) = {_MS}")
_METRICS = {
    "Latency": "latency",
    "End-to-End Host Latency": "end_to_end",
    "Enqueue Time": "enqueue",
    "H2D Latency": "h2d",
    "GPU Compute Time": "compute",
    "D2H Latency": "d2h",
}
_OLD_TITLES = {"Host Latency": "latency", "Enqueue Time": "enqueue", "GPU Compute": "compute"}
_OLD_VALUE = re.compile(
    rf"(min|max|mean|median|percentile): {_MS}(?: at ({NUMBER})%)?"
    rf"(?: \(end to end {_MS}(?: at {NUMBER}%)?\))?"
)
_WARMUP = re.compile(rf"Warmup completed (\d{{1,15}}) queries over ({NUMBER}) ms")
_TRACE = re.compile(rf"Timing trace has (\d{{1,15}}) queries over ({NUMBER}) s")
_OMITTED = re.compile(r"\.\.\. Omitting (\d{1,15}) lines")
_VARIANCE = re.compile(rf"coefficient of variance = ({NUMBER})%")
_OLD_STARTS = ("min: ", "max: ", "mean: ", "median: ", "percentile: ")
_FIELDS = {"min": "minimum", "max": "maximum", "mean": "mean", "median": "median"}


@dataclass
class Statistics:
    """A line of the summary in milliseconds; ``None`` where it has no such value."""

    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    median: float | None = None
    percentiles: dict[str, float] = field(default_factory=dict)
    """Value by percentage as printed, "99"."""


@dataclass
class Summary:
    """What trtexec says about the speed of one run; ``None`` is what it does not say.

    Parameters
    ----------
    throughput_text
        Throughput as printed; empty if none was.
    queries
        Queries of the timing trace: with an implicit batch these are images.
    walltime_s
        Time between the start of the first query behind the warm-up and the end of the last.
    statistics
        By name: latency, end_to_end, enqueue, h2d, compute, d2h.
    warnings
        Codes of what weakens the figure, in the order of the log.
    compute_variance_percent
        Coefficient of variance, printed where it is large.
    omitted_queries
        Queries left out of the listed averages, which therefore cannot be used.
    """

    throughput_text: str = ""
    throughput_qps: float | None = None
    queries: int | None = None
    walltime_s: float | None = None
    warmup_queries: int | None = None
    warmup_ms: float | None = None
    total_compute_s: float | None = None
    statistics: dict[str, Statistics] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    compute_variance_percent: float | None = None
    omitted_queries: int | None = None
    grammar: str = ""
    """First version that prints a summary of this form: 7, 8.0 or 8.4; empty without one."""
    built_s: float | None = None
    """How long the build of the engine took."""
    explicit_quantization: bool = False
    """Whether the model itself says where it is quantized."""


def finite(text: str) -> float | None:
    """Return a number as it was printed; nothing for one that no float holds."""
    number = float(text)
    return number if math.isfinite(number) else None


class SummaryReader:
    """Follow the lines of one run; the last of each counts."""

    def __init__(self) -> None:
        self.summary = Summary()
        self._section = ""
        """The title of 7.x that the values belong to."""

    def read(self, line: Line) -> None:
        """Take a line into account."""
        text = line.text
        if text in _OLD_TITLES:
            self._section, self.summary.grammar = _OLD_TITLES[text], "7"
        elif ": min = " in text:
            self._read_metric(text)
        elif self._section and text.startswith(_OLD_STARTS):
            self._read_old_value(text)
        else:
            self._read_count(text)
            self._read_warning(text)

    def _read_metric(self, text: str) -> None:
        """Read ``Latency: min = 1 ms, max = 2 ms, ..., percentile(99%) = 2 ms``."""
        title, _, values = text.partition(": ")
        if title not in _METRICS:
            return
        statistics = Statistics()
        for name, percentage, value in _VALUE.findall(values):
            _set(statistics, name, percentage, value)
        self.summary.statistics[_METRICS[title]] = statistics
        self.summary.grammar = "8.0" if "end_to_end" in self.summary.statistics else "8.4"

    def _read_old_value(self, text: str) -> None:
        """Read ``min: 1 ms (end to end 2 ms)`` below a title (7.x)."""
        found = _OLD_VALUE.fullmatch(text)
        if not found:
            return
        name, value, percentage, end_to_end = found.groups()
        _set(self._of(self._section), name, percentage, value)
        if end_to_end:
            _set(self._of("end_to_end"), name, percentage, end_to_end)

    def _of(self, metric: str) -> Statistics:
        return self.summary.statistics.setdefault(metric, Statistics())

    def _read_count(self, text: str) -> None:
        """Read throughput, times and numbers of queries."""
        summary = self.summary
        for pattern, name in _FIGURES:
            found = pattern.fullmatch(text)
            if found:
                setattr(summary, name, finite(found.group(1)))
                if name == "throughput_qps" and summary.throughput_qps is not None:
                    summary.throughput_text = found.group(1)
                return
        warmup = _WARMUP.fullmatch(text)
        if warmup:
            summary.warmup_queries = int(warmup.group(1))
            summary.warmup_ms = finite(warmup.group(2))
        trace = _TRACE.fullmatch(text)
        if trace:
            summary.queries, summary.walltime_s = int(trace.group(1)), finite(trace.group(2))
        omitted = _OMITTED.fullmatch(text)
        if omitted:
            summary.omitted_queries = int(omitted.group(1))

    def _read_warning(self, text: str) -> None:
        """Read what trtexec itself says against its figure."""
        for wording, code in _WARNINGS:
            if wording in text and code not in self.summary.warnings:
                self.summary.warnings.append(code)
        if _EXPLICIT in text:
            self.summary.explicit_quantization = True
        found = _VARIANCE.search(text)
        if found:
            self.summary.compute_variance_percent = finite(found.group(1))


def _set(statistics: Statistics, name: str, percentage: str | None, value: str) -> None:
    """Put a value where it belongs: a percentile of its percentage, or a field."""
    number = finite(value)
    if name in _FIELDS:
        setattr(statistics, _FIELDS[name], number)
    elif percentage and number is not None:
        statistics.percentiles[percentage] = number


_FIGURES = (
    (re.compile(rf"[Tt]hroughput: ({NUMBER}) qps"), "throughput_qps"),
    (re.compile(rf"(?:Total Host Walltime|walltime): ({NUMBER}) s"), "walltime_s"),
    (
        re.compile(rf"(?:Total GPU Compute Time|total compute time): ({NUMBER}) s"),
        "total_compute_s",
    ),
    (re.compile(rf"Engine built in ({NUMBER}) sec\.?"), "built_s"),
)
