"""INT8 accuracy on DLA and GPU beside FP32, and what MLPerf's logs say of each claim."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.builder import PageBuilder
from generator.charts import Chart, Mark, Reference, Series, chart_html
from generator.markup import UNKNOWN, Cell, Column
from generator.pages import _accuracy_checks, _palette
from generator.pages._claims import TARGET_SHARE, Claim, all_below, difference, read_claims, target
from generator.pages._text import NARROW, fixed, listing, percent, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.atlas import Atlas
    from generator.package import Record
    from generator.page import Page

LINE = f"MLPerf's line: {percent(TARGET_SHARE)} of FP32"

IMAGENET_IMAGES = 50_000
"""Images in the validation set of ImageNet 2012."""

CONFIDENCE_Z = 1.96
"""Quantile of the normal distribution for an interval that holds 95 of 100 times."""

STANDING = {
    "above": ("confirmed", "above"),
    "below": ("differs", "below"),
    "open": ("not-testable", "open"),
}
ENGINE_NAMES = {"dla": "DLA INT8", "gpu": "GPU INT8", "reference": "FP32"}


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the page."""
    page = PageBuilder(
        atlas,
        "accuracy.md",
        "Accuracy",
        "INT8 accuracy on DLA and GPU beside FP32, with the correction of ResNet-50 and what "
        "MLPerf's logs say of every claim.",
    )
    claims = read_claims(atlas)
    current = [claim for claim in claims if claim.is_current]
    fine = [claim for claim in claims if not claim.is_coarse()]
    coarse = [claim for claim in claims if claim.is_coarse()]
    yield page.build(
        "accuracy.md.jinja",
        line=percent(TARGET_SHARE),
        current=[_facts(page, claim) for claim in current],
        network_count=len(current),
        below=[_below(page, claim, engine) for claim, engine in all_below(current)],
        corrections=[_correction(page, claim, current) for claim in claims if claim.superseded],
        coarse=[_coarse(page, claim) for claim in coarse],
        coarse_names=listing([_name(claim) for claim in coarse]),
        bounds=[entry for claim in current if (entry := _own_bound(page, claim))],
        sampling=[_sampling(page, claim) for claim in claims if _is_imagenet(claim)],
        charts=_charts(page, fine, coarse),
        table=_table(page, claims),
        editions=_editions(page),
        checks=_accuracy_checks.sections(page),
        differing=[entry for entry in _differences(current) if entry["gap"]],
        same=listing([entry["name"] for entry in _differences(current) if not entry["gap"]]),
    )


def _name(claim: Claim) -> str:
    return str(claim.network["name"])


def _value(page: PageBuilder, claim: Claim, engine: str) -> Markup:
    record = claim.figures[engine]
    unit = f"{NARROW}%" if record["unit"] == "percent" else ""
    return page.figure(record, "value", record.raw["value"] + unit)


def _facts(page: PageBuilder, claim: Claim) -> dict[str, object]:
    return {
        "name": _name(claim),
        "share": page.figure(
            claim.figures["dla"], "value", percent(claim.share("dla"), 2), derived=True
        ),
        "dla": _value(page, claim, "dla"),
        "reference": _value(page, claim, "reference"),
        "standing": STANDING[claim.standing("dla")][1],
        "range": _range(claim) if claim.is_coarse() else "",
    }


def _range(claim: Claim) -> str:
    low, high = claim.bounds("dla")
    return span(percent(low, 1), percent(high, 1))


def _below(page: PageBuilder, claim: Claim, engine: str) -> dict[str, object]:
    return {
        "name": _name(claim),
        "on": engine.upper(),
        "value": _value(page, claim, engine),
        "share": percent(claim.share(engine), 2),
    }


def _correction(page: PageBuilder, old: Claim, current: list[Claim]) -> dict[str, object]:
    new = next(claim for claim in current if claim.network is old.network)
    record = old.superseded
    assert record
    changed = [
        {
            "engine": ENGINE_NAMES[engine],
            "old": _value(page, old, engine),
            "new": _value(page, new, engine),
        }
        for engine in ("dla", "gpu", "reference")
        if old.figures[engine].raw["value"] != new.figures[engine].raw["value"]
    ]
    return {
        "name": _name(old),
        "date": record.raw["superseded_on"],
        "by": page.source(record["superseded_by"]),
        "changed": changed,
        "old_share": percent(old.share("dla"), 2),
        "new_share": percent(new.share("dla"), 2),
        "old_gap": fixed(difference(old, "reference", "dla"), 2),
        "new_gap": fixed(difference(new, "reference", "dla"), 2),
        "standing": new.standing("dla"),
        "editions": listing([page.source(key) for key in old.editions]),
    }


def _coarse(page: PageBuilder, claim: Claim) -> dict[str, object]:
    return {
        "name": _name(claim),
        "dla": _value(page, claim, "dla"),
        "reference": _value(page, claim, "reference"),
        "range": _range(claim),
        "standing": claim.standing("dla"),
    }


def _own_bound(page: PageBuilder, claim: Claim) -> dict[str, object] | None:
    """Return a network whose bound in MLPerf is not the usual share of the printed FP32 figure."""
    bound = target(page.atlas, claim.network["network"])
    if bound is None:
        return None
    scale = 100 if claim.figures["reference"]["unit"] == "fraction" else 1
    reference = claim.figures["reference"]["value"] * scale
    if abs(bound["accuracy_target"] / TARGET_SHARE - reference) < 0.005:
        return None
    return {
        "name": _name(claim),
        "bound": page.figure(bound, "accuracy_target"),
        "base": fixed(bound["accuracy_target"] / TARGET_SHARE, 2),
        "reference": page.figure(claim.figures["reference"], "value", fixed(reference, 2)),
    }


def _is_imagenet(claim: Claim) -> bool:
    return claim.is_current and "ImageNet" in claim.figures["dla"]["dataset"]


def _sampling(page: PageBuilder, claim: Claim) -> dict[str, object]:
    share = claim.figures["dla"]["value"] / 100
    half = CONFIDENCE_Z * math.sqrt(share * (1 - share) / IMAGENET_IMAGES)
    return {
        "name": _name(claim),
        "images": f"{IMAGENET_IMAGES:,}",
        "half": fixed(100 * half, 2),
        "gap": fixed(difference(claim, "gpu", "dla"), 2),
        "is_larger": difference(claim, "gpu", "dla") > 100 * half,
    }


def _differences(claims: list[Claim]) -> list[dict[str, str]]:
    """Return by how much the DLA differs from the GPU in each network, as a share of FP32."""
    rows = []
    for claim in claims:
        gap = claim.share("dla") - claim.share("gpu")
        rows.append(
            {
                "name": _name(claim),
                "gap": percent(abs(gap), 2) if gap else "",
                "word": "higher" if gap > 0 else "lower",
            }
        )
    return rows


def _label(claim: Claim) -> str:
    record = claim.superseded
    return f"{_name(claim)}, until {record.raw['superseded_on']}" if record else _name(claim)


def _charts(page: PageBuilder, fine: list[Claim], coarse: list[Claim]) -> Markup:
    charts = [
        _chart(page, identifier, claims, which)
        for identifier, claims, which in (
            ("loss", fine, "where the printed digits can tell"),
            ("loss-coarse", coarse, "where they are too few to tell"),
        )
        if claims
    ]
    drawn = Markup("").join(map(chart_html, charts))
    return page.slot(Markup('<div class="atlas-charts">{}</div>').format(drawn))


def _chart(page: PageBuilder, identifier: str, claims: list[Claim], which: str) -> Chart:
    def mark(claim: Claim, engine: str) -> Mark:
        low, high = claim.bounds(engine)
        record = claim.figures[engine]
        lost = 100 * (1 - claim.share(engine))
        return Mark(
            _label(claim),
            lost,
            100 * (1 - high),
            100 * (1 - low),
            text=fixed(lost, 2),
            href=page.url(page.atlas.record_url(record)),
            keys={
                "network": claim.network["network"],
                "status": "superseded" if claim.superseded else "current",
            },
        )

    names = listing([_label(claim) for claim in claims]).unescape()
    return Chart(
        identifier,
        f"Accuracy lost in INT8, {which}",
        f"Share of the FP32 accuracy that INT8 loses on GPU and DLA, for {names}; the line marks "
        f"a loss of {percent(1 - TARGET_SHARE)}, below which MLPerf no longer accepts a result.",
        "Network",
        "Accuracy lost against FP32 (%)",
        [
            Series("GPU INT8", [mark(claim, "gpu") for claim in claims], _palette.GPU),
            Series("DLA INT8", [mark(claim, "dla") for claim in claims], _palette.DLA),
        ],
        y_reference=[Reference(100 * (1 - TARGET_SHARE), LINE)],
        note="Derived from NVIDIA's printed figures; the error bars are what their rounding "
        "leaves open. Below zero: INT8 printed above FP32.",
        follows="accuracy",
    )


def _table(page: PageBuilder, claims: list[Claim]) -> Markup:
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
    status = f"until {record.raw['superseded_on']}" if record else "current"
    metric = "top-1" if figures["dla"]["metric"] == "top1" else "mAP"

    return [
        Cell(page.link(f"networks/{network['network']}/", network["name"]), network["network"]),
        *(page.figure_cell(figures[engine], "value") for engine in ("dla", "gpu", "reference")),
        page.figure_cell(
            figures["dla"], "value", fixed(100 * claim.share("dla"), 2), derived="share"
        ),
        Cell(page.badge(kind, words, "verdict"), words),
        Cell(
            page.badge("superseded", status, "verdict") if record else status,
            "superseded" if record else "current",
        ),
        Cell(f"{figures['dla']['dataset']}, {metric}"),
        Cell(network["gpu_layers"] or UNKNOWN),
    ]


def _editions(page: PageBuilder) -> Markup:
    atlas = page.atlas
    columns = [
        Column("edition", "Edition", filter="select"),
        Column("network", "Network", filter="select"),
        Column("engine", "Engine", filter="select"),
        Column("value", "Accuracy", numeric=True),
        Column("unit", "Unit"),
        Column("status", "Status", filter="select"),
        Column("corrected", "Corrected on"),
    ]
    counts = Counter(record["source"] for record in atlas.records("accuracy"))

    def row(record: Record) -> list[Cell]:
        source = atlas.sources[record["source"]]
        return [
            Cell(page.link(atlas.record_url(source), source.raw["published"]), source["key"]),
            Cell(atlas.networks[record["network"]]["name"], record["network"]),
            Cell(ENGINE_NAMES[record["engine"]], record["engine"]),
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
