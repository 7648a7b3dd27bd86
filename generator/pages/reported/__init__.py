"""Figures that users report: kept apart from published ones, each with its conditions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.builder import PageBuilder
from generator.charts import chart_html
from generator.facts import reported as compare
from generator.pages.reported import charts, tables
from generator.words import dash, fixed, listing, percent, span, times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.atlas import Atlas
    from generator.charts import Chart
    from generator.facts.reported import Efficiency, Pair, Together
    from generator.package import Record
    from generator.page import Page


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the page."""
    page = PageBuilder(
        atlas,
        "reported.md",
        "Reported by users",
        "Throughput, latency, power and accuracy of networks on the DLA as users report them, "
        "unchecked and with their conditions.",
    )
    reports = atlas.records("user-reports")
    accuracies = atlas.records("user-accuracy")
    cores = compare.one_core(atlas)
    pairs = compare.against_gpu(reports)
    half = compare.half_precision(reports, compare.ON_DLA)
    gpu_half = compare.half_precision(reports, ("gpu",))
    kept = compare.accuracy_kept(accuracies)
    yield page.build(
        "reported.md.jinja",
        badge=page.badge("reported", "Reported by users"),
        count=len(reports) + len(accuracies),
        report_count=len(reports),
        accuracy_count=len(accuracies),
        sources=len({row["source"] for row in (*reports, *accuracies)}),
        kinds=_kinds(reports, accuracies),
        cores=_cores(page, cores) if cores else None,
        whole=_slower(page, pairs, "dla"),
        fallback=_slower(page, pairs, "dla_and_gpu"),
        unplaced=[_unplaced(page, pair) for pair in compare.unplaced(reports)],
        half=_half(page, half) if half else None,
        gpu_half=_half(page, gpu_half) if gpu_half else None,
        together=[_together(page, entry) for entry in compare.together(reports)],
        efficiency=[_efficiency(page, entry) for entry in compare.efficiency(atlas, pairs)],
        kept=_kept(page, kept),
        first_charts=_beside(page, charts.cores(page, cores), charts.half(page, half)),
        gpu_charts=_beside(
            page, *(charts.against_gpu(page, pairs, fallback=choice) for choice in (False, True))
        ),
        accuracy_chart=_beside(page, charts.accuracy(page, kept)),
        table=tables.reports(page, reports),
        accuracy_table=tables.accuracies(page, accuracies),
    )


def _kinds(*groups: list[Record]) -> Markup:
    counts = Counter(row["reporter_kind"] for group in groups for row in group)
    words = {"user": "users", "vendor": "NVIDIA's samples", "maintainer": "maintainers"}
    return listing([f"{counts[kind]} by {words[kind]}" for kind in words if counts[kind]])


def _beside(page: PageBuilder, *drawn: Chart | None) -> Markup:
    html = Markup("").join(chart_html(chart) for chart in drawn if chart)
    return page.slot(Markup('<div class="atlas-charts">{}</div>').format(html))


def _cores(page: PageBuilder, pairs: list[Pair]) -> dict[str, object]:
    shares = [pair.factor for pair in pairs]
    return {
        "count": len(pairs),
        "range": span(percent(min(shares), 1), percent(max(shares), 1)),
        "short": dash(fixed(100 * min(shares), 1), fixed(100 * max(shares), 1)),
        "each": listing(
            [
                Markup("{} {} of {}").format(
                    _network(pair.one),
                    page.figure(pair.one, "images_per_second"),
                    page.figure(pair.other, "images_per_second"),
                )
                for pair in pairs
            ]
        ),
        "source": page.source(pairs[0].one["source"]),
    }


def _network(report: Record) -> str:
    return str(report["network_as_reported"])


def _factor(page: PageBuilder, pair: Pair) -> Markup:
    field = "latency_ms" if pair.one["latency_ms"] else "images_per_second"
    return page.figure(pair.one, field, times(pair.factor), derived=True)


def _slower(page: PageBuilder, pairs: list[Pair], engine: str) -> dict[str, object] | None:
    ranked = sorted(
        (pair for pair in pairs if pair.one["engine"] == engine), key=lambda pair: pair.factor
    )
    if not ranked:
        return None
    return {
        "count": len(ranked),
        "networks": len({_network(pair.one) for pair in ranked}),
        "slower": sum(pair.factor > 1 for pair in ranked),
        "least": _factor(page, ranked[0]),
        "least_of": charts.described(ranked[0].one),
        "most": _factor(page, ranked[-1]),
        "most_of": charts.described(ranked[-1].one),
        "median": times(ranked[len(ranked) // 2].factor),
        "exceptions": listing([charts.described(pair.one) for pair in ranked if pair.factor <= 1]),
    }


def _unplaced(page: PageBuilder, pair: Pair) -> dict[str, object]:
    return {"name": charts.described(pair.one), "factor": _factor(page, pair)}


def _half(page: PageBuilder, pairs: list[Pair]) -> dict[str, object]:
    ranked = sorted(pairs, key=lambda pair: pair.factor)
    return {
        "count": len(pairs),
        "slower": sum(pair.factor > 1 for pair in pairs),
        "least": _factor(page, ranked[0]),
        "most": _factor(page, ranked[-1]),
        "most_of": _network(ranked[-1].one),
    }


def _together(page: PageBuilder, entry: Together) -> dict[str, object]:
    return {
        "name": _network(entry.report),
        "engines": entry.report["engine_as_reported"],
        "rate": page.figure(entry.report, "images_per_second"),
        "alone": page.figure(
            entry.report, "images_per_second", fixed(entry.alone, 1), derived=True
        ),
        "share": percent(entry.share),
    }


def _efficiency(page: PageBuilder, entry: Efficiency) -> dict[str, object]:
    published = entry.published
    return {
        "name": charts.described(entry.pair.one),
        "ratio": page.figure(entry.pair.one, "power_w", times(entry.pair.factor, 2), derived=True),
        "dla": page.figure(entry.pair.one, "power_w"),
        "gpu": page.figure(entry.pair.other, "power_w"),
        "scope": entry.pair.one["power_scope"],
        "published": page.figure(published, "ratio", f"{published.raw['ratio']}×")
        if published
        else "",
    }


def _kept(page: PageBuilder, pairs: list[Pair]) -> dict[str, object]:
    bare = [pair for pair in pairs if pair.one["calibration"] == "uncalibrated"]
    scaled = [pair for pair in pairs if pair not in bare]
    return {
        "dla": _range([pair.factor for pair in scaled if pair.one["engine"] != "gpu"]),
        "gpu": _range([pair.factor for pair in scaled if pair.one["engine"] == "gpu"]),
        "bare": [
            {
                "name": _network(pair.one),
                "value": page.figure(pair.one, "value"),
                "reference": page.figure(pair.other, "value"),
            }
            for pair in bare
        ],
    }


def _range(shares: list[float]) -> str:
    return span(percent(min(shares)), percent(max(shares))) if shares else ""
