"""Comparisons within what users report: the same network, device and conditions twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generator.facts.published import Published
from generator.facts.throughput import reported_halves

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.atlas import Atlas
    from generator.package import Record

ON_DLA = ("dla", "dla_and_gpu")

CLOCKS = "MHz"
"""What a report that gives clocks of one engine instead of a power mode has in that column."""

PACED = "not at the throughput"
"""What the column of the power's scope says where power was not taken at the rate of the row."""

FLOATING = ("fp32", "fp16")


class Pair(NamedTuple):
    """Two reports under like conditions and what the first is in terms of the second."""

    one: Record
    other: Record
    factor: float


class Together(NamedTuple):
    """A report of busy neighbours beside what its engines reach alone."""

    report: Record
    alone: float
    share: float


class Efficiency(NamedTuple):
    """Images per joule of DLA and GPU by one report, and the published ratio for that mode."""

    pair: Pair
    power_mode: str
    published: Record | None


def against_gpu(reports: list[Record]) -> list[Pair]:
    """Return each report on the DLA with its GPU twin; the factor is time over the GPU's time."""
    gpu = [report for report in reports if report["engine"] == "gpu" and not report["dla_cores"]]
    return _pairs((row for row in reports if row["engine"] in ON_DLA), gpu)


def unplaced(reports: list[Record]) -> list[Pair]:
    """Return reports that asked for the DLA and got only the GPU, beside the plain GPU."""
    gpu = [report for report in reports if report["engine"] == "gpu"]
    plain = [report for report in gpu if not report["dla_cores"]]
    return _pairs((report for report in gpu if report["dla_cores"]), plain)


def half_precision(reports: list[Record], engines: tuple[str, ...]) -> list[Pair]:
    """Return FP16 reports on these engines with their INT8 twins; the factor is FP16 over INT8."""
    rows = [report for report in reports if report["engine"] in engines and _ran_as_asked(report)]
    pairs = []
    for report in rows:
        if report["precision"] == "fp16":
            like = [
                row
                for row in rows
                if row["precision"] == "int8" and row["engine"] == report["engine"]
            ]
            pairs += _pairs([report], like, same_precision=False)
    return pairs


def _ran_as_asked(report: Record) -> bool:
    return report["engine"] != "gpu" or not report["dla_cores"]


def one_core(atlas: Atlas) -> list[Pair]:
    """Return reports of one core with the published sum of all; the factor is their ratio."""
    return [
        Pair(report, record, report["images_per_second"] / record["images_per_second"])
        for report, record in reported_halves(Published(atlas))
    ]


def together(reports: list[Record]) -> list[Together]:
    """Return reports of engines busy at once with the sum of what each reaches alone."""
    found = []
    for report in reports:
        if report["engine"] != "concurrent" or not report["images_per_second"]:
            continue
        has_gpu = report["engine_as_reported"].startswith("GPU")
        alone = _alone(reports, report, "gpu") if has_gpu else 0.0
        cores = report["dla_cores"] or 0
        dla = _alone(reports, report, "dla") if cores else 0.0
        if alone is not None and dla is not None:
            total = alone + cores * dla
            found.append(Together(report, total, report["images_per_second"] / total))
    return found


def efficiency(atlas: Atlas, pairs: list[Pair]) -> list[Efficiency]:
    """Return images per joule of the DLA over the GPU's where both rails and rates are given."""
    found = []
    for pair in pairs:
        dla, gpu = pair.one, pair.other
        scope = dla["power_scope"] or ""
        known = all(row["images_per_second"] and row["power_w"] for row in (dla, gpu))
        if known and scope == gpu["power_scope"] and PACED not in scope:
            ratio = _per_joule(dla) / _per_joule(gpu)
            mode = (dla["power_mode_as_reported"] or "").lower()
            published = atlas.find(
                "perf-per-watt", network=dla["network"], power_mode=mode, weights=dla["weights"]
            )
            found.append(Efficiency(Pair(dla, gpu, ratio), mode, published))
    return found


def accuracy_kept(accuracies: list[Record]) -> list[Pair]:
    """Return each INT8 accuracy with the best floating-point one of the same report."""
    pairs = []
    for record in accuracies:
        if record["precision"] != "int8":
            continue
        like = [
            row
            for row in accuracies
            if _experiment(row) == _experiment(record)
            and (row["precision"] in FLOATING or row["engine"] == "reference")
        ]
        if like:
            best = max(like, key=lambda row: float(row["value"]))
            pairs.append(Pair(record, best, record["value"] / best["value"]))
    return pairs


def _pairs(
    reports: Iterable[Record],
    candidates: list[Record],
    *,
    same_precision: bool = True,
) -> list[Pair]:
    pairs = []
    for report in reports:
        like = [
            row
            for row in candidates
            if _conditions(row) == _conditions(report)
            and (not same_precision or row["precision"] == report["precision"])
        ]
        like.sort(key=lambda row: row["locator"] != report["locator"])
        value = _time_factor(report, like[0]) if like else None
        if value is not None:
            pairs.append(Pair(report, like[0], value))
    return pairs


def _conditions(report: Record) -> tuple[object, ...]:
    mode = report["power_mode_as_reported"] or ""
    same = ("source", "network_as_reported", "input", "batch", "device", "weights")
    return (*(report[name] for name in same), "" if CLOCKS in mode else mode)


def _time_factor(one: Record, other: Record) -> float | None:
    if one["latency_ms"] and other["latency_ms"]:
        return float(one["latency_ms"] / other["latency_ms"])
    if one["images_per_second"] and other["images_per_second"]:
        return float(other["images_per_second"] / one["images_per_second"])
    return None


def _alone(reports: list[Record], busy: Record, engine: str) -> float | None:
    kinds = ("gpu",) if engine == "gpu" else ON_DLA
    for report in reports:
        if (
            report["engine"] in kinds
            and report["precision"] == busy["precision"]
            and report["images_per_second"]
            and _conditions(report) == _conditions(busy)
        ):
            return float(report["images_per_second"])
    return None


def _per_joule(report: Record) -> float:
    return float(report["images_per_second"] / report["power_w"])


def _experiment(record: Record) -> tuple[object, ...]:
    return tuple(record[name] for name in ("source", "network_as_reported", "dataset", "metric"))
