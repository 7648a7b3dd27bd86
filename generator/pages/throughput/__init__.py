"""Throughput of the reference networks on the DLA: dense and sparse, all cores and one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.builder import PageBuilder
from generator.charts import panels_html
from generator.facts import throughput as facts
from generator.facts.published import Published, mode_label
from generator.pages.throughput import charts, tables
from generator.words import counted, listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.atlas import Atlas
    from generator.page import Page


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the page."""
    published = Published(atlas)
    page = PageBuilder(
        atlas,
        "throughput.md",
        "Throughput",
        "Images per second of the reference networks on the DLA cores of Jetson AGX Orin, by "
        "power mode, dense and sparse.",
    )
    cores = published.cores
    choices = [
        (tables.SUM[1], f"sum of {cores} (published)"),
        (tables.SINGLE[1], "one (derived)"),
    ]
    pairs = facts.reported_halves(published)
    sparse = published.networks("sparse")
    yield page.build(
        "throughput.md.jinja",
        module=published.module["name"],
        cores=counted(cores, "DLA core"),
        first=mode_label(published.modes[0]),
        last=mode_label(published.modes[-1]),
        camera=facts.CAMERA_RATE,
        ends=facts.fastest_and_slowest(page, published),
        kept=facts.kept(page, published),
        speedups=facts.speedups(page, published),
        dense_only=listing(
            [published.name(network) for network in published.networks() if network not in sparse]
        ),
        claim=facts.camera_claim(page, published),
        head=facts.head_cost(page, published),
        utilisation=facts.utilisation(published),
        switch=page.switch(tables.SUM[0], "Cores", choices),
        camera_switch=page.switch(tables.SUM[0], "Cores", choices),
        panels=_panels(page, published),
        table=tables.throughput_table(page, published),
        cameras=tables.camera_table(page, published),
        kept_panels=page.panels(
            "kept",
            f"What is left of {mode_label(published.modes[0])} when power is capped",
            "Dense throughput and the DLA's peak TOPS by power mode, one panel for each network.",
            charts.kept_panels(page, published),
            note="Dense weights, all DLA cores. Derived from the published figures.",
            follows=charts.TABLE,
            panel_title="Network",
        ),
        utilisation_panels=page.panels(
            "utilisation",
            "Share of the DLA's peak that each network reaches",
            "Operations a second as a percentage of the peak by power mode, one panel for each "
            "network, dense and sparse.",
            charts.utilisation_panels(page, published),
            note="Derived: operations for an image from this project's count of "
            "multiply-accumulates; dense peak as half the printed sparse TOPS.",
            follows=charts.TABLE,
            panel_title="Network",
        ),
        halves=tables.halves_table(page, published, pairs) if pairs else "",
        halves_span=facts.halves_span(pairs),
        halves_sources=listing(
            [page.source(key) for key in dict.fromkeys(report["source"] for report, _ in pairs)]
        ),
        conditions=facts.conditions(page, published),
    )


def _panels(page: PageBuilder, published: Published) -> Markup:
    parts: list[Markup] = []
    for (name, choice), cores in ((tables.SUM, published.cores), (tables.SINGLE, 1)):
        derived = (
            ""
            if cores == published.cores
            else " Derived: the published sum divided by the number of cores."
        )
        figure = panels_html(
            f"throughput-{choice}",
            f"Throughput of {counted(cores, 'DLA core')}",
            "Images per second by power mode, one panel for each network, dense and sparse.",
            charts.network_panels(page, published, choice, cores),
            note=f"INT8 on {published.module['name']}.{derived}",
            follows=charts.TABLE,
            panel_title="Network",
        )
        off = Markup(' class="atlas-off"') if parts else ""
        parts.append(Markup('<div data-{}="{}"{}>{}</div>').format(name, choice, off, figure))
    return page.slot(Markup("").join(parts))
