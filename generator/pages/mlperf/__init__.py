"""MLPerf Inference results of Jetson systems: with and without the DLA, by round, at the wall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.builder import PageBuilder
from generator.charts import chart_html
from generator.facts.mlperf import Results, explained, gain, gains
from generator.pages.mlperf import charts, tables
from generator.pages.mlperf.tables import network_name
from generator.words import listing, percent, span, times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.atlas import Atlas
    from generator.charts import Chart
    from generator.facts.mlperf import Flip
    from generator.package import Record
    from generator.page import Page

SCENARIOS = ("SingleStream", "MultiStream", "Offline")


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the page."""
    results = Results(atlas)
    page = PageBuilder(
        atlas,
        "mlperf.md",
        "MLPerf on Orin and Xavier",
        "Official MLPerf Inference results of Jetson Orin and Xavier by round, network and "
        "scenario; none of them ran on the DLA alone.",
    )
    rows = atlas.records("mlperf-plausibility")
    yield page.build(
        "mlperf.md.jinja",
        count=len(results.all),
        rounds=span(results.rounds[0], results.rounds[-1]),
        round_count=len(results.rounds),
        with_dla=len(results.with_dla),
        with_both=len(results.with_both_batches),
        scenarios=[_scenario(results, scenario) for scenario in SCENARIOS],
        unknown=_unknown(results),
        last=results.last_with_dla,
        later=_later(results),
        gains=_gains(page, results),
        flips=[_flip(page, flip) for flip in results.flips],
        best=_best(page),
        settings_chart=charts.against_settings(page, results),
        rounds_charts=_beside(
            page, [charts.by_round(page, results, name) for name in ("Offline", "SingleStream")]
        ),
        wall_chart=page.chart(charts.wall(page)),
        wall_table=tables.wall_table(page),
        fits=_fits(page, rows),
        fit_chart=page.chart(charts.plausibility(page, _with_both(rows))),
        fit_table=tables.fit_table(page, rows),
        table=tables.results_table(page, results),
        aggregate=_aggregate(results),
    )


def _scenario(results: Results, scenario: str) -> dict[str, object]:
    uses = results.uses(scenario)
    rows = [record for record in results.with_dla if record["scenario"] == scenario]
    return {
        "name": scenario,
        "total": sum(uses.values()),
        "yes": uses["yes"],
        "no": uses["no"],
        "unknown": uses["unknown"],
        "socs": listing([soc.capitalize() for soc in dict.fromkeys(row["soc"] for row in rows)]),
        "rounds": span(rows[0]["round"], rows[-1]["round"]) if rows else "",
    }


def _unknown(results: Results) -> dict[str, object]:
    rows = [record for record in results.all if record["uses_dla"] == "unknown"]
    return {
        "count": len(rows),
        "submitters": listing(
            list({row["submitter"].lower(): row["submitter"] for row in rows}.values())
        ),
    }


def _later(results: Results) -> dict[str, object]:
    rows = results.after(results.last_with_dla)
    return {
        "count": len(rows),
        "models": listing(list(dict.fromkeys(row["model"] for row in rows))),
    }


def _gains(page: PageBuilder, results: Results) -> dict[str, object]:
    records = results.against_settings
    low, middle, high = gains(records)
    ranked = sorted(records, key=gain)
    return {
        "count": len(records),
        "low": _gain(page, ranked[0], low),
        "middle": times(middle, 2),
        "extra": percent(middle - 1),
        "high": _gain(page, ranked[-1], high),
    }


def _gain(page: PageBuilder, record: Record, value: float) -> Markup:
    return page.figure(record, "samples_per_second", times(value, 2), derived=True)


def _flip(page: PageBuilder, flip: Flip) -> dict[str, object]:
    one, two = flip.without, flip.with_dla
    return {
        "network": network_name(page, two),
        "system": two["system"],
        "old": page.figure(one, "samples_per_second"),
        "old_round": one["round"],
        "new": page.figure(two, "samples_per_second"),
        "new_round": two["round"],
        "gain": times(flip.gain, 2),
        "watts": [page.figure(row, "wall_power_w") for row in (one, two) if row["wall_power_w"]],
    }


def _best(page: PageBuilder) -> dict[str, object]:
    rows = page.atlas.records("mlperf-perf-per-watt", network=charts.HEADLINE)
    best = max(rows, key=lambda row: float(row["samples_per_joule"]))
    return {
        "name": network_name(page, best),
        "value": page.figure(best, "samples_per_joule"),
        "system": best["system"],
        "round": best["round"],
        "watts": page.figure(best, "wall_power_w"),
        "count": len(page.atlas.records("mlperf-perf-per-watt")),
    }


def _beside(page: PageBuilder, drawn: list[Chart]) -> Markup:
    html = Markup("").join(map(chart_html, drawn))
    return page.slot(Markup('<div class="atlas-charts">{}</div>').format(html))


def _with_both(rows: list[Record]) -> list[Record]:
    return [row for row in rows if explained(row) is not None]


def _fits(page: PageBuilder, rows: list[Record]) -> list[dict[str, object]]:
    """Return one entry a network: how settings and published figures explain its results."""
    groups: dict[str, list[Record]] = {}
    for row in rows:
        groups.setdefault(row["network"], []).append(row)
    return [_fit(page, network, group) for network, group in groups.items()]


def _fit(page: PageBuilder, network: str, rows: list[Record]) -> dict[str, object]:
    settings = [row for row in rows if row["config_gpu_only_samples_per_second"] is not None]
    return {
        "name": page.atlas.networks[network]["name"],
        "published": page.figure(rows[0], "published_two_dla_images_per_second"),
        "explained": listing(
            [
                page.figure(
                    row,
                    "mlperf_offline_samples_per_second",
                    f"{percent(share)} ({row['round']})",
                    derived=True,
                )
                for row in rows
                if (share := explained(row)) is not None
            ]
        ),
        "without": [
            (row["round"], page.figure(row, "mlperf_offline_samples_per_second"))
            for row in rows
            if row["uses_dla"] == "no"
        ],
        "rest": [
            (row["round"], row["framework"], page.figure(row, "offline_minus_published_dla"))
            for row in rows
            if row["uses_dla"] == "yes" and row["config_gpu_only_samples_per_second"] is None
        ],
        "setting": page.figure(settings[-1], "config_gpu_only_samples_per_second")
        if settings
        else "",
    }


def _aggregate(results: Results) -> dict[str, object]:
    rows = [record for record in results.all if record["provenance"] == "aggregate"]
    return {
        "count": len(rows),
        "rounds": listing(list(dict.fromkeys(record["round"] for record in rows))),
    }
