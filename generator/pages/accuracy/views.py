"""Charts and tables of the page of accuracy."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.charts import Chart, Mark, Reference, Series, chart_html
from generator.facts.claims import TARGET_SHARE, Claim
from generator.markup import UNKNOWN, Cell, Column
from generator.pages import palette
from generator.words import fixed, listing, percent

if TYPE_CHECKING:
    from generator.builder import PageBuilder
    from generator.package import Record

LINE = f"MLPerf's line: {percent(TARGET_SHARE)} of FP32"

STANDING = {
    "above": ("confirmed", "above"),
    "below": ("differs", "below"),
    "open": ("not-testable", "open"),
}
ENGINE_NAMES = {"dla": "DLA INT8", "gpu": "GPU INT8", "reference": "FP32"}


def charts(page: PageBuilder, fine: list[Claim], coarse: list[Claim]) -> Markup:
    """Return the charts of the accuracy lost, apart by whether the digits can tell."""
    drawn = [
        _chart(page, identifier, claims, which)
        for identifier, claims, which in (
            ("loss", fine, "where the printed digits can tell"),
            ("loss-coarse", coarse, "where they are too few to tell"),
        )
        if claims
    ]
    html = Markup("").join(map(chart_html, drawn))
    return page.slot(Markup('<div class="atlas-charts">{}</div>').format(html))


def _chart(page: PageBuilder, identifier: str, claims: list[Claim], which: str) -> Chart:
    def mark(claim: Claim, engine: str) -> Mark:
        low, high = claim.bounds(engine)
        record = claim.figures[engine]
        lost = 100 * (1 - claim.share(engine))
        return Mark(
            claim.label,
            lost,
            100 * (1 - high),
            100 * (1 - low),
            text=fixed(lost, 2),
            href=page.url(page.atlas.record_url(record)),
            keys={
                "network": claim.network["network"],
                "status": "current" if claim.is_current else "superseded",
            },
        )

    names = listing([claim.label for claim in claims]).unescape()
    return Chart(
        identifier,
        f"Accuracy lost in INT8, {which}",
        f"Share of the FP32 accuracy that INT8 loses on GPU and DLA, for {names}; the line marks "
        f"a loss of {percent(1 - TARGET_SHARE)}, below which MLPerf no longer accepts a result.",
        "Network",
        "Accuracy lost against FP32 (%)",
        [
            Series("GPU INT8", [mark(claim, "gpu") for claim in claims], palette.GPU),
            Series("DLA INT8", [mark(claim, "dla") for claim in claims], palette.DLA),
        ],
        y_reference=[Reference(100 * (1 - TARGET_SHARE), LINE)],
        note="Derived from NVIDIA's printed figures; the error bars are what their rounding "
        "leaves open. Below zero: INT8 printed above FP32.",
        follows="accuracy",
    )


def table(page: PageBuilder, claims: list[Claim]) -> Markup:
    """Return the table of the figures in force, with their ratio to FP32."""
    columns = [
        Column("network", "Network", filter="select"),
        Column("dla", "DLA INT8", numeric=True),
        Column("gpu", "GPU INT8", numeric=True),
        Column("reference", "FP32", numeric=True),
        Column("dla_share", "DLA / FP32, % (derived)", numeric=True),
        Column("line", f"DLA and the {percent(TARGET_SHARE)} line", filter="select"),
        Column("status", "Status", filter="select"),
        Column("dataset", "Data set and metric", sortable=False),
        Column("gpu_layers", "Always on the GPU", sortable=False),
    ]
    rows = [_row(page, claim) for claim in claims]
    return page.table(
        "accuracy", "INT8 accuracy as printed; top-1 in percent, mAP as a fraction", columns, rows
    )


def _row(page: PageBuilder, claim: Claim) -> list[Cell]:
    network = claim.network
    figures = claim.figures
    kind, words = STANDING[claim.standing("dla")]
    record = claim.superseded
    status = f"until {record.raw['superseded_on']}" if record else "older edition"
    metric = "top-1" if figures["dla"]["metric"] == "top1" else "mAP"

    return [
        Cell(page.link(f"networks/{network['network']}/", network["name"]), network["network"]),
        *(page.figure_cell(figures[engine], "value") for engine in ("dla", "gpu", "reference")),
        page.figure_cell(
            figures["dla"], "value", fixed(100 * claim.share("dla"), 2), derived="share"
        ),
        Cell(page.badge(kind, words, "verdict"), words),
        Cell(
            "current" if claim.is_current else page.badge("superseded", status, "verdict"),
            "current" if claim.is_current else "superseded",
        ),
        Cell(f"{figures['dla']['dataset']}, {metric}"),
        Cell(network["gpu_layers"] or UNKNOWN),
    ]


def editions(page: PageBuilder) -> Markup:
    """Return the table of what each edition printed."""
    atlas = page.atlas
    columns = [
        Column("network", "Network", filter="select"),
        Column("engine", "Engine", filter="select"),
        Column("edition", "Edition", filter="select"),
        Column("value", "Accuracy", numeric=True),
        Column("unit", "Unit"),
        Column("status", "Status", filter="select"),
        Column("corrected", "Corrected on"),
    ]
    counts = Counter(record["source"] for record in atlas.records("accuracy"))

    def row(record: Record) -> list[Cell]:
        source = atlas.sources[record["source"]]
        return [
            Cell(atlas.networks[record["network"]]["name"], record["network"]),
            Cell(ENGINE_NAMES[record["engine"]], record["engine"]),
            Cell(page.link(atlas.record_url(source), source.raw["published"]), source["key"]),
            page.figure_cell(record, "value"),
            Cell(record["unit"]),
            Cell(record["status"]),
            Cell(record.raw["superseded_on"] or "–", record.raw["superseded_on"]),
        ]

    return page.table(
        "editions",
        f"All {sum(counts.values())} accuracies of the {len(counts)} editions of NVIDIA's document",
        columns,
        [row(record) for record in atlas.records("accuracy")],
    )
