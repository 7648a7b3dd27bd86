"""Charts of the page of reported figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.charts import Chart, Mark, Reference, Series
from generator.facts.reported import CLOCKS
from generator.pages import palette
from generator.words import fixed, times

if TYPE_CHECKING:
    from generator.builder import PageBuilder
    from generator.facts.reported import Pair
    from generator.package import Record

METRICS = {
    "top1": "top-1",
    "map": "mAP",
    "ap": "AP",
    "precision": "precision",
    "recall": "recall",
}
UNCHECKED = "Reported by users, unchecked."


def cores(page: PageBuilder, pairs: list[Pair]) -> Chart | None:
    """Return what one core reached as a share of the published sum."""
    if not pairs:
        return None
    half = 100 / pairs[0].other["dla_cores"]
    marks = [
        _mark(page, pair, page.atlas.networks[pair.one["network"]]["name"], 100 * pair.factor, 1)
        for pair in pairs
    ]
    return Chart(
        "one-core",
        "One core measured is half of the published sum",
        "What a user measured on one DLA core as a share of the throughput that NVIDIA publishes "
        "for all cores, by network.",
        "Network",
        "Share of the published throughput (%)",
        [Series("One DLA core", marks, palette.REPORTED)],
        y_reference=[Reference(half, "exactly one core's part")],
        note=UNCHECKED,
        horizontal=True,
    )


def half(page: PageBuilder, pairs: list[Pair]) -> Chart | None:
    """Return how much longer FP16 takes than INT8 on the DLA."""
    if not pairs:
        return None
    marks = [
        _mark(page, pair, f"{pair.one['network_as_reported']}{_fallback(pair.one)}", pair.factor, 1)
        for pair in pairs
    ]
    return Chart(
        "half-precision",
        "FP16 takes a multiple of INT8's time on the DLA",
        "Latency in FP16 over latency in INT8 of the same network on one DLA core of Orin.",
        "Network",
        "FP16 latency over INT8 latency (×)",
        [Series("FP16 / INT8", marks, palette.REPORTED)],
        y_reference=[Reference(1, "as fast as INT8")],
        note=UNCHECKED,
        horizontal=True,
    )


def against_gpu(page: PageBuilder, pairs: list[Pair], *, fallback: bool) -> Chart | None:
    """Return the time on the DLA over the time on the GPU, with or without GPU fallback."""
    engine = "dla_and_gpu" if fallback else "dla"
    marks: dict[str, Mark] = {}
    for pair in sorted(pairs, key=lambda pair: -pair.factor):
        if pair.one["engine"] == engine:
            label = _short(pair.one)
            label = described(pair.one) if label in marks else label
            marks.setdefault(label, _mark(page, pair, label, pair.factor, 1))
    if not marks:
        return None
    name = "DLA with GPU fallback" if fallback else "All on the DLA"
    return Chart(
        f"against-gpu-{engine.replace('_', '-')}",
        f"{name}, against the GPU",
        "Time for one inference with one DLA core over the time on the GPU, for each network that "
        f"somebody reports on both; here: {name}.",
        "Network, precision and conditions",
        "Time over the GPU's time (×)",
        [Series(name, list(marks.values()), palette.GPU_AND_DLA if fallback else palette.DLA)],
        y_reference=[Reference(1, "as fast as the GPU")],
        note=f"{UNCHECKED} Cases reported twice are drawn once.",
        follows="reports",
        horizontal=True,
    )


def accuracy(page: PageBuilder, pairs: list[Pair]) -> Chart | None:
    """Return how much of the floating-point accuracy INT8 keeps, on GPU and DLA."""
    groups: dict[str, dict[str, Mark]] = {"gpu": {}, "dla": {}, "dla_and_gpu": {}}
    for pair in pairs:
        record = pair.one
        label = f"{record['network_as_reported']}, {METRICS[record['metric']]}"
        if record["calibration"] == "uncalibrated":
            label += ", uncalibrated"
        elif record["calibration"] == "unknown":
            label += ", scales unknown"
        mark = _mark(page, pair, label, 100 * pair.factor, 1)
        groups[record["engine"]].setdefault(label, mark)
    if not pairs:
        return None
    names = {
        "gpu": ("GPU INT8", palette.GPU),
        "dla": ("DLA INT8", palette.DLA),
        "dla_and_gpu": ("DLA with GPU fallback, INT8", palette.GPU_AND_DLA),
    }
    return Chart(
        "reported-accuracy",
        "Accuracy that INT8 keeps, as reported",
        "INT8 accuracy as a share of the best floating-point accuracy in the same report, on GPU, "
        "on the DLA and on the DLA with GPU fallback.",
        "Network and metric",
        "Share of the floating-point accuracy (%)",
        [
            Series(name, list(groups[engine].values()), colour)
            for engine, (name, colour) in names.items()
            if groups[engine]
        ],
        note=UNCHECKED,
        horizontal=True,
    )


def described(report: Record) -> str:
    """Return a network with the conditions that tell its reports apart."""
    return _with_conditions(report, report["precision_as_reported"] or "")


def _short(report: Record) -> str:
    precision = report["precision"]
    return _with_conditions(report, "" if precision == "unknown" else precision.upper())


def _with_conditions(report: Record, precision: str) -> str:
    mode = report["power_mode_as_reported"] or ""
    batch = report["batch"]
    parts = (
        report["network_as_reported"],
        precision,
        f"batch {batch}" if batch and batch > 1 else "",
        "" if CLOCKS in mode else mode,
    )
    return ", ".join(filter(None, parts))


def _fallback(report: Record) -> str:
    return " (with GPU fallback)" if report["engine"] == "dla_and_gpu" else ""


def _mark(page: PageBuilder, pair: Pair, x: str, value: float, digits: int) -> Mark:
    keys = {name: str(pair.one[name]) for name in ("engine", "precision") if name in pair.one.raw}
    text = times(value, digits) if value == pair.factor else fixed(value, digits)
    return Mark(
        x,
        value,
        text=text,
        href=page.url(page.atlas.record_url(pair.one)),
        keys=keys,
    )
