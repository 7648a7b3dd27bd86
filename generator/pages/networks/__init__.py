"""The reference networks: an index, and one page with everything known about each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.builder import PageBuilder
from generator.facts.claims import read_claims
from generator.facts.measured import Measured
from generator.facts.published import Published, mode_label
from generator.facts.throughput import per_core
from generator.markup import Cell, Column
from generator.pages.networks.charts import size_chart
from generator.pages.networks.page import network_page
from generator.words import capital, counted, dash, shortest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from generator.atlas import Atlas
    from generator.facts.claims import Claim
    from generator.package import Record
    from generator.page import Page

NONE = Cell("–", "")


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the index of the networks and a page for each."""
    published, measured = Published(atlas), Measured(atlas)
    claims = {
        claim.network["network"]: claim
        for claim in reversed(read_claims(atlas))
        if claim.is_current
    }
    yield _index(atlas, published, claims)
    for key in atlas.networks:
        yield network_page(atlas, published, measured, key, claims.get(key))


def _index(atlas: Atlas, published: Published, claims: dict[str, Claim]) -> Page:
    page = PageBuilder(
        atlas,
        "networks/index.md",
        "Networks",
        "The reference networks behind NVIDIA's published DLA figures, one page for each.",
    )
    first = published.modes[0]
    rates = [
        record
        for key in atlas.networks
        if (record := published.throughput.get((key, first, "dense")))
    ]
    ends = sorted(rates, key=lambda record: record["images_per_second"])
    chart = size_chart(page, published)
    return page.build(
        "networks_index.md.jinja",
        count=capital(counted(len(atlas.networks), "network")),
        cores=counted(published.cores, "DLA core"),
        module=published.module["name"],
        mode=mode_label(first),
        slowest=_end(page, published, ends[0]) if ends else None,
        fastest=_end(page, published, ends[-1]) if ends else None,
        sparse=counted(len(published.networks("sparse")), "network"),
        unprepared=[
            page.link(f"networks/{key}/", row["name"])
            for key, row in atlas.networks.items()
            if not row["preparation_script"]
        ],
        chart=page.chart(chart) if chart else "",
        table=_table(page, published, claims),
    )


def _end(page: PageBuilder, published: Published, record: Record) -> dict[str, object]:
    return {
        "name": published.name(record["network"]),
        "rate": page.figure(record, "images_per_second"),
        "half": page.figure(record, "images_per_second", shortest(per_core(record)), derived=True),
    }


def _table(page: PageBuilder, published: Published, claims: dict[str, Claim]) -> Markup:
    first = mode_label(published.modes[0])
    columns = [
        Column("network", "Network", filter="text"),
        Column("task", "Task", filter="select"),
        Column("input", "Input (width × height)"),
        Column("batch", "Batch", numeric=True),
        Column("gmacs", "GMAC per image", numeric=True),
        Column("dense", f"Dense, {first} (images/s)", numeric=True),
        Column("per_core", "One core (derived)", numeric=True),
        Column("sparse", f"2:4 weights, {first} (images/s)", numeric=True),
        Column("ratio", "Images per watt over GPU (x)", numeric=True),
        Column("accuracy", "DLA INT8 accuracy", numeric=True),
        Column("dataset", "Data set", filter="select"),
        Column("mlperf", "MLPerf results", numeric=True),
    ]
    rows = [_row(page, published, key, claims.get(key)) for key in page.atlas.networks]
    caption = f"Published figures, sum of {counted(published.cores, 'DLA core')}, INT8"
    return page.table("networks", caption, columns, rows)


def _row(page: PageBuilder, published: Published, key: str, claim: Claim | None) -> list[Cell]:
    network, first = page.atlas.networks[key], published.modes[0]
    dense = published.throughput.get((key, first, "dense"))
    sparse = published.throughput.get((key, first, "sparse"))
    ratios = sorted(
        (record for (name, _, _), record in published.ratios.items() if name == key),
        key=lambda record: record["ratio"],
    )
    results = len(page.atlas.records("mlperf-results", network=key))
    return [
        Cell(page.link(f"networks/{key}/", network["name"]), key),
        Cell(network["task"]),
        Cell(f"{network.raw['input_width']}×{network.raw['input_height']}"),
        Cell(network.raw["dla_batch"]),
        page.figure_cell(network, "gmacs", derived="counted"),
        page.figure_cell(dense, "images_per_second") if dense else NONE,
        page.figure_cell(dense, "images_per_second", shortest(per_core(dense)), derived="per-core")
        if dense
        else NONE,
        page.figure_cell(sparse, "images_per_second") if sparse else NONE,
        page.figure_cell(ratios[-1], "ratio", dash(ratios[0].raw["ratio"], ratios[-1].raw["ratio"]))
        if ratios
        else NONE,
        page.figure_cell(claim.figures["dla"], "value", _accuracy(claim)) if claim else NONE,
        Cell(network["dataset"] or "–", network["dataset"] or ""),
        Cell(page.link(f"networks/{key}/#mlperf", str(results)), str(results)) if results else NONE,
    ]


def _accuracy(claim: Claim) -> str:
    record = claim.figures["dla"]
    return f"{record.raw['value']} %" if record["unit"] == "percent" else str(record.raw["value"])
