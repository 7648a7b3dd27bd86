"""The start page: what the DLA is, what the figures say of it and where to read on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.builder import PageBuilder
from generator.charts import Chart, Mark, Reference, Series, chart_html
from generator.facts import throughput
from generator.facts.claims import TARGET_SHARE, Claim, all_below, read_claims
from generator.facts.measured import DEVICE, Measured
from generator.facts.published import Published, mode_label
from generator.facts.releases import CONDITIONAL, Releases
from generator.pages import palette, perf_per_watt
from generator.pages.peak_performance.charts import share_chart
from generator.pages.perf_per_watt.charts import CLAIMED_HIGH, CLAIMED_LOW, range_chart
from generator.pages.throughput.charts import held_chart
from generator.words import counted, dash, fixed, listing, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.atlas import Atlas
    from generator.page import Page

HELD_MODE = "30w"
"""Power mode whose throughput the start page compares with the uncapped one."""


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the page."""
    published = Published(atlas)
    measured = Measured(atlas)
    page = PageBuilder(
        atlas,
        "index.md",
        "DLA Atlas",
        "Every published figure about NVIDIA's Deep Learning Accelerator, with its conditions, "
        "source and history.",
        hide=("navigation", "toc"),
    )
    claims = [claim for claim in read_claims(atlas) if claim.is_current]
    yield page.build(
        "home.md.jinja",
        module=published.module["name"],
        cores=counted(published.cores, "DLA core"),
        first=mode_label(published.modes[0]),
        last=mode_label(published.modes[-1]),
        shares=[
            page.figure(published.shares[mode], "share_percent")
            for mode in (published.modes[0], published.modes[-1])
            if mode in published.shares
        ],
        dla_ahead=listing([mode_label(mode) for mode in published.dla_ahead()]),
        ends=throughput.fastest_and_slowest(page, published),
        held=_held(page, published),
        ratios=perf_per_watt.summary(page, published),
        claimed=(str(CLAIMED_LOW), str(CLAIMED_HIGH)),
        accuracy=_accuracy(page, claims),
        speedups=throughput.speedups(page, published),
        releases=_releases(page),
        without=listing(
            [
                page.link(f"modules/{key}/", module["name"])
                for key, module in atlas.modules.items()
                if module["dla_cores"] == 0
            ]
        ),
        origins=measured.origins,
        on_device=measured.count(DEVICE),
        charts=_charts(page, published, claims),
        operators=len(atlas.package.records("operators")),
        counts=_counts(atlas),
    )


def _held(page: PageBuilder, published: Published) -> dict[str, object]:
    label = mode_label(HELD_MODE)
    found = [row for row in throughput.kept(page, published) if row["mode"] == label]
    return found[0] if found else {}


def _accuracy(page: PageBuilder, claims: list[Claim]) -> dict[str, object]:
    fine = [claim for claim in claims if not claim.is_coarse()]
    worst = min(fine or claims, key=lambda claim: claim.share("dla"))
    best = max(fine or claims, key=lambda claim: claim.share("dla"))
    below = [claim for claim, engine in all_below(claims) if engine == "dla"]
    corrected = sorted(
        {
            record.raw["superseded_on"]
            for record in page.atlas.records("accuracy", status="superseded")
        }
    )
    return {
        "count": len(fine),
        "networks": counted(len(fine), "network"),
        "short": dash(
            fixed(100 * worst.share("dla"), 1),
            fixed(100 * best.share("dla"), 1),
        ),
        "line": percent(TARGET_SHARE),
        "below": [
            {
                "name": claim.network["name"],
                "share": page.figure(
                    claim.figures["dla"], "value", percent(claim.share("dla"), 1), derived=True
                ),
            }
            for claim in below
        ],
        "corrected_on": listing(corrected),
    }


def _releases(page: PageBuilder) -> dict[str, object]:
    releases = Releases(page.atlas)
    soc = page.atlas.modules[Published(page.atlas).module["module"]]["soc"]
    newest = releases.newest(soc)
    conditional = releases.of(soc, CONDITIONAL)
    return {
        "soc": soc.capitalize(),
        "newest": page.figure(newest, "release") if newest else "",
        "tensorrt": newest["tensorrt"] if newest else "",
        "refusing": releases.refusing,
        "conditional": page.figure(conditional[-1], "release") if conditional else "",
        "conditional_tensorrt": conditional[-1]["tensorrt"] if conditional else "",
    }


def _charts(page: PageBuilder, published: Published, claims: list[Claim]) -> Markup:
    charts = [
        replace(share_chart(page, published), follows=""),
        held_chart(page, published, HELD_MODE),
        range_chart(published),
        _accuracy_chart(page, claims),
    ]
    drawn = Markup("").join(map(chart_html, charts))
    return page.slot(Markup('<div class="atlas-charts">{}</div>').format(drawn))


def _accuracy_chart(page: PageBuilder, claims: list[Claim]) -> Chart:
    marks = []
    for claim in claims:
        record = claim.figures["dla"]
        low, high = claim.bounds("dla")
        marks.append(
            Mark(
                claim.network["name"],
                100 * claim.share("dla"),
                100 * low,
                100 * high,
                text=fixed(100 * claim.share("dla"), 1),
                href=page.url(page.atlas.record_url(record)),
                keys={"network": record["network"]},
            )
        )
    return Chart(
        "accuracy-kept",
        "Accuracy kept in INT8 on the DLA",
        "INT8 accuracy on the DLA as a percentage of the FP32 reference, one bar for each network "
        "with a published accuracy.",
        "Network",
        "Kept of FP32 (%)",
        [Series("Kept", marks, palette.DLA)],
        y_reference=[Reference(100 * TARGET_SHARE, f"MLPerf's {percent(TARGET_SHARE)}")],
        note="The interval is what the rounding of the printed figures leaves open.",
    )


def _counts(atlas: Atlas) -> dict[str, object]:
    tables = atlas.package.tables.values()
    observed = [table for table in tables if table.evidence != "reference"]
    return {
        "figures": f"{sum(len(atlas.package.records(table.name)) for table in observed):,}",
        "sources": len(atlas.sources),
        "read_on": max(source.raw["read_on"] for source in atlas.sources.values()),
    }
