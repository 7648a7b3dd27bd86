"""What users report, as the FAQ needs it: one telling comparison for each question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.facts.reported import (
    ON_DLA,
    Pair,
    Together,
    accuracy_kept,
    against_gpu,
    half_precision,
    one_core,
    together,
)
from generator.words import capital, counted, fixed, percent, span, times

if TYPE_CHECKING:
    from generator.builder import PageBuilder
    from generator.package import Record

TRANSFORMER = "DETR"
"""How the reported network with attention is called."""

DETECTOR = "YOLO"
"""How the family of detectors begins that users ask about most."""


def answers(page: PageBuilder) -> dict[str, object]:
    """Return the comparisons by the question they belong to; None where no report has one."""
    rows = page.atlas.records("user-reports")
    on_dla = against_gpu(rows)
    return {
        "halves": _halves(page),
        "slower": _slower(page, on_dla),
        "span": _factors([pair.factor for pair in on_dla]),
        "count": len(on_dla),
        "fp16": _factors([pair.factor for pair in half_precision(rows, ON_DLA)]),
        "batch": _batch(page, rows),
        "together": _together(page, together(rows)),
        "uncalibrated": _uncalibrated(page),
        "transformer": _named(page, on_dla, TRANSFORMER),
        "detector": _named(page, on_dla, DETECTOR),
    }


def _factors(values: list[float]) -> str:
    if not values:
        return ""
    return span(times(min(values)), times(max(values)))


def _halves(page: PageBuilder) -> dict[str, object] | None:
    pairs = one_core(page.atlas)
    if not pairs:
        return None
    first = max(pairs, key=lambda pair: pair.other["images_per_second"])
    return {
        "count": capital(counted(len(pairs), "figure")),
        "share": span(
            percent(min(pair.factor for pair in pairs)), percent(max(pair.factor for pair in pairs))
        ),
        "one": page.figure(first.one, "images_per_second"),
        "sum": page.figure(first.other, "images_per_second"),
        "network": page.atlas.networks[first.other["network"]]["name"],
        "source": page.source(first.one["source"]),
    }


def _slower(page: PageBuilder, pairs: list[Pair]) -> dict[str, object] | None:
    """Return a reference network in INT8 with latency and power of both engines."""
    for pair in pairs:
        both = (pair.one, pair.other)
        complete = all(row["latency_ms"] and row["power_w"] for row in both)
        if complete and pair.one["network"] and pair.one["precision"] == "int8":
            return _compared(page, pair)
    return None


def _compared(page: PageBuilder, pair: Pair) -> dict[str, object]:
    dla, gpu = pair.one, pair.other
    return {
        "network": dla["network_as_reported"],
        "precision": dla["precision"].upper(),
        "factor": times(pair.factor),
        "dla": page.figure(dla, "latency_ms"),
        "gpu": page.figure(gpu, "latency_ms"),
        "dla_power": page.figure(dla, "power_w"),
        "gpu_power": page.figure(gpu, "power_w"),
        "source": page.source(dla["source"]),
    }


def _named(page: PageBuilder, pairs: list[Pair], name: str) -> list[dict[str, object]]:
    """Return the first INT8 comparison at batch 1 of each network whose name begins so."""
    found: dict[str, dict[str, object]] = {}
    for pair in pairs:
        network = pair.one["network_as_reported"]
        at_one = pair.one["precision"] == "int8" and pair.one["batch"] == 1
        complete = pair.one["latency_ms"] and pair.other["latency_ms"]
        if network.startswith(name) and network not in found and at_one and complete:
            note = {"note": pair.one["note"] or ""}
            found[network] = _compared(page, pair) | note
    return list(found.values())


def _batch(page: PageBuilder, rows: list[Record]) -> dict[str, object] | None:
    """Return the DLA report with the most batch sizes, its rate at the least and the largest."""
    series: dict[tuple[object, ...], list[Record]] = {}
    for row in rows:
        if row["engine"] in ON_DLA and row["batch"] and row["images_per_second"]:
            key = (row["source"], row["network_as_reported"], row["precision_as_reported"])
            series.setdefault(key, []).append(row)
    longest = max(series.values(), key=len, default=[])
    if len(longest) < 2:
        return None
    longest.sort(key=lambda row: row["batch"])
    first, last = longest[0], longest[-1]
    return {
        "network": first["network_as_reported"],
        "small": first.raw["batch"],
        "large": last.raw["batch"],
        "small_rate": page.figure(first, "images_per_second"),
        "large_rate": page.figure(last, "images_per_second"),
        "source": page.source(first["source"]),
    }


def _together(page: PageBuilder, busy: list[Together]) -> dict[str, object] | None:
    """Return the shares of one reported network, and the range over all networks."""
    if not busy:
        return None
    network = busy[0].report["network_as_reported"]
    return {
        "network": network,
        "source": page.source(busy[0].report["source"]),
        "rows": [
            {
                "what": f"{one.report['engine_as_reported']}",
                "share": page.figure(one.report, "images_per_second", percent(one.share)),
            }
            for one in busy
            if one.report["network_as_reported"] == network
        ],
        "span": span(
            percent(min(one.share for one in busy)), percent(max(one.share for one in busy))
        ),
    }


def _uncalibrated(page: PageBuilder) -> dict[str, object] | None:
    pairs = [
        pair
        for pair in accuracy_kept(page.atlas.records("user-accuracy"))
        if pair.one["calibration"] == "uncalibrated" and pair.one["engine"] in ON_DLA
    ]
    if not pairs:
        return None
    worst = min(pairs, key=lambda pair: pair.factor)
    percents = worst.one["unit"] == "percent"
    scale = 1 if percents else 100
    return {
        "network": worst.one["network_as_reported"],
        "kept": page.figure(worst.one, "value", fixed(worst.one["value"] * scale, 1)),
        "before": page.figure(worst.other, "value", fixed(worst.other["value"] * scale, 1)),
        "source": page.source(worst.one["source"]),
    }
