"""The page of one reference network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.builder import PageBuilder
from generator.facts.published import mode_label
from generator.facts.throughput import per_core
from generator.markup import UNKNOWN, Cell, Column
from generator.pages.accuracy.checks import RUNS
from generator.pages.networks import evidence
from generator.pages.networks.charts import WEIGHTS, ratio_chart, throughput_chart
from generator.pages.networks.description import network_facts
from generator.pages.networks.layers import built_here
from generator.pages.networks.measured import measured_here
from generator.pages.networks.reproduce import reproduce_box
from generator.words import capital, counted, fixed, percent, shortest, span

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.atlas import Atlas
    from generator.facts.claims import Claim
    from generator.facts.measured import Measured
    from generator.facts.published import Published
    from generator.package import Record
    from generator.page import Page


def network_page(
    atlas: Atlas, published: Published, measured: Measured, key: str, claim: Claim | None
) -> Page:
    """Return the page of the network with that key.

    Parameters
    ----------
    atlas, published
        The data, and what NVIDIA publishes of it.
    measured
        What was measured with this project's program.
    key
        Which network.
    claim
        Its current accuracies, None where none are printed.
    """
    network = atlas.networks[key]
    page = PageBuilder(
        atlas,
        f"networks/{key}.md",
        network["name"],
        f"{network['name']} on the DLA: throughput, perf/W, accuracy, MLPerf, how to reproduce.",
    )
    charts = [
        chart
        for chart in (
            throughput_chart(page, published, network),
            ratio_chart(page, published, network),
        )
        if chart
    ]
    return page.build(
        "network.md.jinja",
        network=network,
        task=network["task"],
        module=published.module["name"],
        cores=counted(published.cores, "DLA core"),
        many_cores=capital(counted(published.cores, "DLA core")),
        mode=mode_label(published.modes[0]),
        rate=_rate(page, published, key, "dense"),
        sparse=_rate(page, published, key, "sparse"),
        ratios=_ratios(page, published, key),
        accuracy=_accuracy(page, claim),
        conditions=_conditions(page, published, key),
        charts=[page.chart(chart) for chart in charts],
        figures=_figures(page, published, key),
        accuracy_table=evidence.accuracy_table(page, key),
        checks_table=evidence.checks_table(page, key),
        inferred=_inferred(page, key),
        case_study=_case_study(page, key),
        mlperf=evidence.mlperf(page, key),
        reports=evidence.reports_table(page, key),
        reported_accuracy=evidence.reported_accuracy_table(page, key),
        changes=evidence.changes(page, key),
        facts=network_facts(page, network),
        built=built_here(page, network),
        measured=measured_here(page, measured, key),
        box=reproduce_box(page, published, network),
    )


def _rate(
    page: PageBuilder, published: Published, key: str, weights: str
) -> dict[str, object] | None:
    """Return the highest published throughput with such weights, that of the first mode."""
    record = published.throughput.get((key, published.modes[0], weights))
    if record is None:
        return None
    lowest = published.throughput.get((key, published.modes[-1], weights))
    speedup = published.speedup(key, published.modes[0])
    share = published.utilisation(record)
    return {
        "sum": page.figure(record, "images_per_second"),
        "half": page.figure(record, "images_per_second", shortest(per_core(record)), derived=True),
        "speedup": fixed(speedup, 2) if speedup else "",
        "utilisation": percent(share) if share else "",
        "lowest": page.figure(lowest, "images_per_second") if lowest else UNKNOWN,
        "lowest_mode": mode_label(published.modes[-1]),
    }


def _ratios(page: PageBuilder, published: Published, key: str) -> dict[str, object] | None:
    ends = sorted(
        (
            record
            for (name, _, weights), record in published.ratios.items()
            if name == key and weights == "dense"
        ),
        key=lambda record: record["ratio"],
    )
    if not ends:
        return None
    return {
        "low": page.figure(ends[0], "ratio"),
        "high": page.figure(ends[-1], "ratio"),
        "low_mode": mode_label(ends[0]["power_mode"]),
        "high_mode": mode_label(ends[-1]["power_mode"]),
        "same_batch": ends[0]["dla_batch"] == ends[0]["gpu_batch"],
        "dla_batch": ends[0].raw["dla_batch"],
        "gpu_batch": ends[0].raw["gpu_batch"],
    }


def _accuracy(page: PageBuilder, claim: Claim | None) -> dict[str, object] | None:
    if claim is None:
        return None
    low, high = claim.bounds("dla")
    dla = claim.figures["dla"]
    return {
        "metric": evidence.METRICS[dla["metric"]],
        "words": {"top1": "top-1 accuracy"}.get(dla["metric"], evidence.METRICS[dla["metric"]]),
        "corrected": _corrected(page, dla),
        "check": _check(page, dla),
        "unit": "%" if dla["unit"] == "percent" else "",
        "dla": page.figure(dla, "value"),
        "gpu": page.figure(claim.figures["gpu"], "value"),
        "reference": page.figure(claim.figures["reference"], "value"),
        "share": percent(claim.share("dla"), 1),
        "coarse": span(percent(low), percent(high)) if claim.is_coarse() else "",
    }


def _corrected(page: PageBuilder, current: Record) -> dict[str, object] | None:
    """Return the figure that the current one replaced, None where it never changed."""
    earlier = page.atlas.records(
        "accuracy", network=current["network"], engine=current["engine"], status="superseded"
    )
    if not earlier:
        return None
    return {"from": page.figure(earlier[-1], "value"), "on": earlier[-1].raw["superseded_on"]}


def _check(page: PageBuilder, current: Record) -> dict[str, object] | None:
    """Return the newest comparison of the current figure with a log of MLPerf."""
    checks = [
        check
        for check in page.atlas.records(
            "accuracy-checks", network=current["network"], engine=current["engine"]
        )
        if check["claim_source"] == current["source"] and check["round"]
    ]
    if not checks:
        return None
    newest = checks[-1]
    return {
        "round": newest["round"],
        "run": RUNS[newest["engines_in_run"]],
        "logged": page.figure(newest, "logged"),
        "verdict": newest["verdict"].replace("_", " "),
    }


def _conditions(page: PageBuilder, published: Published, key: str) -> dict[str, object] | None:
    record = published.throughput.get((key, published.modes[0], "dense"))
    if record is None:
        return None
    release = page.atlas.find("releases", product=record["product"], release=record["release"])
    return {
        "record": record,
        "tensorrt": (release and release["tensorrt"]) or "unknown",
        "quantization": record["quantization"].replace("_", " "),
        "source": page.source(record["source"]),
    }


def _figures(page: PageBuilder, published: Published, key: str) -> Markup | str:
    """Return the table of throughput and perf/W, one power mode a row."""
    kinds = [weights for weights in WEIGHTS if key in published.networks(weights)]
    if not kinds:
        return ""
    columns = [Column("power_mode", "Power mode", sortable=False)]
    for weights in kinds:
        columns += [
            Column(weights, f"Images/s, {weights}", numeric=True),
            Column(f"{weights}_core", f"{weights.capitalize()}, one core (derived)", numeric=True),
        ]
    if "sparse" in kinds:
        columns += [
            Column("speedup", "Speed-up, printed", numeric=True),
            Column("recomputed", "Speed-up (derived)", numeric=True),
        ]
    columns += [
        Column(f"ratio_{weights}", f"Images/W over GPU, {weights}", numeric=True)
        for weights in kinds
    ]
    rows = []
    for mode in published.modes:
        cells = [Cell(mode_label(mode), mode)]
        for weights in kinds:
            cells += _throughput(page, published.throughput.get((key, mode, weights)))
        if "sparse" in kinds:
            cells += _speedups(page, published, key, mode)
        for weights in kinds:
            ratio = published.ratios.get((key, mode, weights))
            cells.append(page.figure_cell(ratio, "ratio") if ratio else Cell(UNKNOWN, ""))
        rows.append(cells)
    caption = f"Throughput of {counted(published.cores, 'DLA core')} and perf/W by power mode"
    return page.table("figures", caption, columns, rows)


def _throughput(page: PageBuilder, record: Record | None) -> list[Cell]:
    if record is None:
        return [Cell(UNKNOWN, ""), Cell(UNKNOWN, "")]
    half = shortest(per_core(record))
    return [
        page.figure_cell(record, "images_per_second"),
        page.figure_cell(record, "images_per_second", half, derived="per-core"),
    ]


def _speedups(page: PageBuilder, published: Published, key: str, mode: str) -> list[Cell]:
    record = published.throughput.get((key, mode, "sparse"))
    speedup = published.speedup(key, mode)
    if record is None or speedup is None:
        return [Cell(UNKNOWN, ""), Cell(UNKNOWN, "")]
    return [
        page.figure_cell(record, "printed_speedup"),
        page.figure_cell(record, "printed_speedup", fixed(speedup, 2), derived="recomputed"),
    ]


def _inferred(page: PageBuilder, key: str) -> list[dict[str, object]]:
    return [
        {
            "where": f"{record['round']}, {record['system']}",
            "implied": page.figure(record, "implied_dla_accuracy_percent"),
            "points": page.figure(record, "implied_dla_minus_gpu_points"),
        }
        for record in page.atlas.records("accuracy-dla-inference", network=key)
    ]


def _case_study(page: PageBuilder, key: str) -> list[dict[str, object]]:
    return [
        {
            "weights": WEIGHTS[record["weights"]][0],
            "value": page.figure(record, "value"),
            "detail": f"{record['metric_detail']}, {record['precision'].upper()}",
            "dataset": record["dataset"],
            "recipe": record["recipe"],
        }
        for record in page.atlas.records("sparsity-accuracy", network=key)
    ]
