"""Figures measured with this project's program, beside the published ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.builder import PageBuilder
from generator.facts.measured import DIFFERENCES, Measured
from generator.pages.measured import builds, charts, ratios, runs, tables
from generator.words import listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from generator.atlas import Atlas
    from generator.package import Record
    from generator.page import Page


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the page."""
    measured = Measured(atlas)
    page = PageBuilder(
        atlas,
        "measured.md",
        "Measured",
        "Throughput, power and perf/W measured with this project's program, with intervals and "
        "proof of the conditions, beside the published figures.",
    )
    accelerated, on_cpu = measured.accelerated, measured.on_cpu
    refused = measured.refused()
    yield page.build(
        "measured.md.jinja",
        badge=page.badge("measured"),
        results=len(measured.results),
        origins=measured.origins,
        compared=len(measured.compared),
        inside=measured.inside,
        judged=measured.judged,
        apart=[
            {"text": DIFFERENCES[code], "count": count}
            for code, count in measured.first_differences
        ],
        runs=runs.runs_of(page, measured),
        devices=_devices(measured),
        with_power=sum(row["load_power_w"] is not None for row in accelerated),
        accelerated=len(accelerated),
        on_cpu=len(on_cpu),
        refused=len(refused),
        compared_chart=charts.against_published(page, measured, tables.COMPARED),
        compared_table=tables.compared_table(page, measured) if measured.compared else "",
        accelerated_chart=charts.throughput(
            page, measured, accelerated, tables.ACCELERATED, "Throughput on DLA and GPU"
        ),
        accelerated_table=_results(page, measured, tables.ACCELERATED, accelerated, "DLA or GPU"),
        definition=page.switch(
            tables.SWITCH,
            "Power definition",
            [
                *((choice, title) for choice, title, _, _ in tables.DEFINITIONS),
                ("c", "C, marginal energy"),
            ],
        ),
        endured=tables.has_endurance(measured.results),
        ratios_chart=ratios.ratios_chart(page, measured),
        ratios_table=ratios.ratios_table(page, measured) if measured.ratios else "",
        cpu_chart=charts.throughput(page, measured, on_cpu, tables.ON_CPU, "Throughput on CPUs"),
        cpu_table=_results(page, measured, tables.ON_CPU, on_cpu, "CPU"),
        failed=sum(build["outcome"] == builds.FAILED for build in measured.builds()),
        builds_table=builds.builds_table(page, measured) if measured.builds() else "",
        refused_table=tables.refused_table(page, measured, refused) if refused else "",
    )


def _devices(measured: Measured) -> Markup:
    """Return what was measured on, each named once."""
    names = (measured.module(run) for run in measured.runs.values())
    return listing(list(dict.fromkeys(name for name in names if name)))


def _results(
    page: PageBuilder, measured: Measured, name: str, results: list[Record], engine: str
) -> Markup | str:
    if not results:
        return ""
    caption = f"One result on {engine} a row; below a figure its interval"
    return tables.results_table(page, measured, name, results, caption)
