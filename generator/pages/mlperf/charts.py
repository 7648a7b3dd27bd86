"""Charts of the MLPerf page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.charts import Chart, Mark, Reference, Series
from generator.facts.mlperf import (
    FAMILIES,
    POWER_LIMITED,
    Results,
    newest_by_family,
    series_by_family,
)
from generator.pages import palette
from generator.words import fixed

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.builder import PageBuilder
    from generator.package import Record

HEADLINE = "resnet-50"
"""The network that every round and system of NVIDIA has."""

_ORDER = list(dict.fromkeys(FAMILIES.values()))


def against_settings(page: PageBuilder, results: Results) -> Markup:
    """Return panels: GPU with two DLA cores as logged beside the GPU alone as settings state it."""
    newest = newest_by_family(results.against_settings)
    charts = [
        _pair(page, network, newest[network])
        for network in page.atlas.networks
        if network in newest
    ]
    return page.panels(
        "gpu-and-dla",
        "What two DLA cores add to the GPU",
        "Offline throughput of NVIDIA's systems with GPU and two DLA cores beside the rate of the "
        "GPU alone in the settings of the same submission, one panel per network.",
        charts,
        note="The newest round with both. The GPU's rate is a setting in the submission's code "
        "that someone expected, not a measurement.",
        follows="mlperf",
    )


def _pair(page: PageBuilder, network: str, results: dict[str, Record]) -> Chart:
    families = [family for family in _ORDER if family in results]

    def series(name: str, field: str, colour: int) -> Series:
        marks = [
            _mark(page, family, results[family], field, _round_keys(results[family]))
            for family in families
        ]
        return Series(name, marks, colour)

    return Chart(
        f"gpu-and-dla-{network}",
        str(page.atlas.networks[network]["name"]),
        "Offline throughput with GPU and two DLA cores beside the expected rate of the GPU alone.",
        "Module",
        "Offline throughput (samples/s)",
        [
            series("GPU alone, setting", "config_gpu_only_samples_per_second", palette.GPU),
            series("GPU and two DLA cores, result", "samples_per_second", palette.GPU_AND_DLA),
        ],
        keys={"network": network, "scenario": "Offline"},
    )


def by_round(page: PageBuilder, results: Results, scenario: str) -> Chart:
    """Return the results of ResNet-50 on NVIDIA's full-power systems over the rounds."""
    name = page.atlas.networks[HEADLINE]["name"]
    offline = scenario == "Offline"
    field = "samples_per_second" if offline else "latency_ms"
    what = "on GPU and two DLA cores" if offline else "on the GPU alone"
    unit = "Throughput (samples/s)" if offline else "Latency, 90th percentile (ms)"
    return Chart(
        f"by-round-{scenario.lower()}",
        f"{name}, {scenario}, {what}",
        f"{scenario} results of {name} on NVIDIA's systems at full power, one line per module.",
        "MLPerf round",
        unit,
        _family_series(page, results.full_power(scenario), field),
        kind="line",
        follows="mlperf",
    )


def _family_series(page: PageBuilder, records: list[Record], field: str) -> list[Series]:
    found = series_by_family(records, HEADLINE)
    return [
        Series(
            family,
            [
                _mark(page, row["round"], row, field, _round_keys(row, network=True))
                for row in found[family]
            ],
            _ORDER.index(family),
        )
        for family in _ORDER
        if family in found
    ]


def wall(page: PageBuilder) -> Chart:
    """Return wall perf/W of NVIDIA's systems tuned for energy, by round."""
    name = page.atlas.networks[HEADLINE]["name"]
    rows = [
        row
        for row in page.atlas.records("mlperf-perf-per-watt", network=HEADLINE, submitter="NVIDIA")
        if row["system"].endswith(POWER_LIMITED)
    ]
    series = []
    for family in _ORDER:
        marks = [
            _mark(page, row["round"], row, "samples_per_joule", {}, digits=1)
            for row in rows
            if FAMILIES.get(row["system"].removesuffix(POWER_LIMITED)) == family
        ]
        if marks:
            series.append(Series(family, marks, _ORDER.index(family)))
    return Chart(
        "wall",
        f"{name}: samples per joule at the wall",
        f"Offline throughput of {name} per watt of the whole system, measured at the wall, on "
        "NVIDIA's systems tuned for energy, by round.",
        "MLPerf round",
        "Perf/W of the whole system at the wall (samples/J)",
        series,
        kind="line",
        note="Power supply, CPU, memory and carrier board included; GPU and DLA run together. "
        "Not comparable with NVIDIA's accelerator-only ratio.",
    )


def plausibility(page: PageBuilder, rows: list[Record]) -> Chart:
    """Return how published DLA and stated GPU throughput compare with Offline results."""

    def share(row: Record, value: float | None) -> float | None:
        return None if value is None else 100 * value / row["mlperf_offline_samples_per_second"]

    def series(name: str, field: str, colour: int) -> Series:
        marks = []
        for row in rows:
            value = share(row, row[field])
            if value is not None:
                marks.append(
                    Mark(
                        f"{page.atlas.networks[row['network']]['name']}, {row['round']}",
                        value,
                        text=fixed(value),
                        href=page.url(page.atlas.record_url(row)),
                    )
                )
        return Series(name, marks, colour)

    return Chart(
        "plausibility",
        "Do the published DLA figures fit into MLPerf's results?",
        "Published throughput of two DLA cores, and the GPU's rate in the settings, each as a "
        "share of the Offline result that GPU and DLA reached together.",
        "Network and round",
        "Share of the Offline result (%)",
        [
            series("GPU alone, setting", "config_gpu_only_samples_per_second", palette.GPU),
            series("Two DLA cores, published", "published_two_dla_images_per_second", palette.DLA),
        ],
        y_reference=[Reference(100, "the Offline result")],
        note="Inference: the published figures come from one release, the results from several.",
    )


def _round_keys(row: Record, *, network: bool = False) -> dict[str, str]:
    keys = {"round": row["round"]}
    if network:
        keys |= {"network": row["network"], "scenario": row["scenario"]}
    return keys


def _mark(
    page: PageBuilder,
    x: str,
    row: Record,
    field: str,
    keys: dict[str, str],
    digits: int | None = None,
) -> Mark:
    text = row.raw[field] if digits is None else fixed(row[field], digits)
    return Mark(x, row[field], text=text, href=page.url(page.atlas.record_url(row)), keys=keys)
