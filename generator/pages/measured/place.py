"""What was measured in one place: on one module, or on CPUs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.builder import PageBuilder
from generator.facts.measured_words import CPU
from generator.pages.measured import builds, charts, ratios, runs, tables
from generator.words import capital, joined

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.atlas import Atlas
    from generator.facts.measured import Measured
    from generator.page import Page


def place_address(place: str) -> str:
    """Return where the page of a place is, below the site's root."""
    return f"measured/{place}/"


def place_title(atlas: Atlas, place: str) -> str:
    """Return what a place is called: its module's name, CPUs, or that nobody named it."""
    if place == CPU:
        return "CPUs"
    module = atlas.modules.get(place)
    return str(module["name"]) if module else "Unknown module"


def place_page(atlas: Atlas, place: str, measured: Measured) -> Page:
    """Return the page.

    Parameters
    ----------
    atlas
        The data.
    place
        The key of a module, `CPU` or `UNKNOWN_MODULE`.
    measured
        What was measured there.
    """
    name = place_title(atlas, place)
    page = PageBuilder(
        atlas,
        f"measured/{place}.md",
        f"Measured on {name}",
        f"What was measured on {name} with this project's program, with intervals, conditions "
        "and logs.",
    )
    on_cpu = place == CPU
    refused, built = measured.refused(), measured.builds()
    return page.build(
        "measured_place.md.jinja",
        badge=page.badge("measured"),
        name=name,
        on_cpu=on_cpu,
        results=len(measured.results),
        origins=capital(measured.origins),
        networks=joined(measured.network_names()),
        compared=len(measured.compared),
        inside=measured.inside,
        judged=measured.judged,
        runs=runs.runs_of(page, measured),
        with_power=len(measured.with_power),
        refused=len(refused),
        endured=tables.has_endurance(measured.results),
        chart=_chart(page, measured, place),
        definition="" if on_cpu else tables.definition_switch(page),
        table=_results_table(page, measured, place) if measured.results else "",
        ratios_chart=ratios.ratios_chart(page, measured),
        ratios_table=ratios.ratios_table(page, measured) if measured.ratios else "",
        failed=sum(build["outcome"] == builds.FAILED for build in built),
        builds_table=builds.builds_table(page, measured) if built else "",
        refused_table=tables.refused_table(page, measured, refused) if refused else "",
    )


def _chart(page: PageBuilder, measured: Measured, place: str) -> Markup | str:
    name = "Throughput on CPUs" if place == CPU else "Throughput on DLA and GPU"
    return charts.throughput(page, measured, measured.results, _table_name(place), name)


def _results_table(page: PageBuilder, measured: Measured, place: str) -> Markup:
    engine = "CPU" if place == CPU else "DLA or GPU"
    caption = f"One result on {engine} a row; below a figure its interval"
    return tables.results_table(page, measured, _table_name(place), measured.results, caption)


def _table_name(place: str) -> str:
    return tables.ON_CPU if place == CPU else tables.ACCELERATED
