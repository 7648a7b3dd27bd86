"""Structured sparsity on the DLA: what it is, what it costs and what it gains."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from generator.builder import PageBuilder
from generator.facts.published import SPARSE_GAIN, Published, mode_label
from generator.markup import UNKNOWN, Cell, Column
from generator.pages.sparsity.charts import TABLE, speedup_chart
from generator.words import counted, dash, fixed, listing, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from generator.atlas import Atlas
    from generator.package import Record
    from generator.page import Page

KEPT_WEIGHTS, GROUP_OF_WEIGHTS = 2, 4
"""The 2:4 pattern: so many weights of so many neighbours may differ from zero."""

CHANNELS_NOTE = "build-notes.sparse.channels"
"""Record that says how many input channels a convolution needs to gain."""


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the page."""
    published = Published(atlas)
    page = PageBuilder(
        atlas,
        "sparsity.md",
        "Structured sparsity",
        "What 2:4 structured sparsity does to the DLA's throughput and to accuracy, and which "
        "layers it suits.",
    )
    networks = published.networks("sparse")
    channels = atlas.record(CHANNELS_NOTE)
    yield page.build(
        "sparsity.md.jinja",
        module=published.module["name"],
        cores=counted(published.cores, "DLA core"),
        first=mode_label(published.modes[0]),
        last=mode_label(published.modes[-1]),
        kept=KEPT_WEIGHTS,
        group=GROUP_OF_WEIGHTS,
        gain=SPARSE_GAIN,
        channels=page.figure(channels, "value"),
        channels_source=page.source(channels["source"]),
        speedups=_range(page, published),
        modes=_modes(page, published),
        trend=_trend(published),
        study=_study(page),
        named=listing([published.name(network) for network in networks]),
        unnamed=listing(
            [published.name(network) for network in published.networks() if network not in networks]
        ),
        chart=page.chart(speedup_chart(page, published)),
        table=_table(page, published),
    )


def _range(page: PageBuilder, published: Published) -> dict[str, object]:
    records = [record for record in published.throughput.values() if record["printed_speedup"]]
    low = min(records, key=lambda record: record["printed_speedup"])
    high = max(records, key=lambda record: record["printed_speedup"])
    return {
        "low": page.figure(low, "printed_speedup"),
        "high": page.figure(high, "printed_speedup"),
        "low_where": _where(published, low),
        "high_where": _where(published, high),
        "of_gain": percent((high["printed_speedup"] - 1) / (SPARSE_GAIN - 1)),
        "count": len(records),
    }


def _where(published: Published, record: Record) -> str:
    return f"{published.name(record['network'])}, {mode_label(record['power_mode'])}"


def _modes(page: PageBuilder, published: Published) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for mode in published.modes:
        ratio, bandwidth = published.operations_per_byte(mode), published.bandwidth(mode)
        gains = [
            gain
            for network in published.networks("sparse")
            if (gain := published.speedup(network, mode)) is not None
        ]
        clock = published.clock(mode, "emc")
        if ratio is None or bandwidth is None or clock is None or not gains:
            continue
        capped = clock["cap"] == "capped"
        rows.append(
            {
                "mode": mode_label(mode),
                "ratio": fixed(ratio),
                "tops": page.figure(published.tops[mode, "dla"], "tops"),
                "bandwidth": page.figure(clock, "cap", fixed(bandwidth, 1)),
                "emc": page.figure(clock, "cap_mhz") if capped else "",
                "gains": dash(fixed(min(gains), 2), fixed(max(gains), 2)),
            }
        )
    return rows


def _trend(published: Published) -> dict[str, object]:
    """Check that the speed-up rises from each power mode to the next lower one."""
    networks = published.networks("sparse")
    rising, steps, unsure = [], 0, []
    for network in networks:
        gains = [published.speedup(network, mode) for mode in published.modes]
        known = [gain for gain in gains if gain is not None]
        if len(known) == len(gains) and all(low < high for low, high in pairwise(known)):
            rising.append(network)
    for upper, lower in pairwise(published.modes):
        for network in networks:
            before = published.speedup_bounds(network, upper)
            after = published.speedup_bounds(network, lower)
            if before and after:
                steps += 1
                if after[0] <= before[1]:
                    unsure.append(f"{mode_label(upper)} to {mode_label(lower)}")
    ratios = [published.operations_per_byte(mode) for mode in published.modes]
    known_ratios = [ratio for ratio in ratios if ratio is not None]
    return {
        "count": len(networks),
        "rising": len(rising),
        "not_rising": listing([published.name(n) for n in networks if n not in rising]),
        "steps": steps,
        "unsure": len(unsure),
        "unsure_where": listing(list(dict.fromkeys(unsure))),
        "falling_ratio": len(known_ratios) == len(ratios)
        and all(high > low for high, low in pairwise(known_ratios)),
    }


def _study(page: PageBuilder) -> dict[str, object] | None:
    records = page.atlas.records("sparsity-accuracy")
    for sparse in records:
        dense = next(
            (
                record
                for record in records
                if record["weights"] == "dense" and record["network"] == sparse["network"]
            ),
            None,
        )
        if sparse["weights"] == "sparse" and dense:
            change = sparse["value"] - dense["value"]
            return {
                "network": page.atlas.networks[sparse["network"]]["name"],
                "dense": page.figure(dense, "value"),
                "sparse": page.figure(sparse, "value"),
                "change": f"{change:+.1f}",
                "kept": change >= 0,
                "precision": sparse["precision"].upper(),
                "on_host": sparse["where_run"] == "host",
                "table": _study_table(page, [dense, sparse]),
            }
    return None


def _study_table(page: PageBuilder, records: list[Record]) -> Markup:
    columns = [
        Column("weights", "Weights", sortable=False),
        Column("value", "mAP, %", numeric=True, sortable=False),
        Column("measured", "Measured on", sortable=False),
        Column("recipe", "How the weights were trained", sortable=False),
    ]
    rows = [
        [
            Cell(record["weights"]),
            page.figure_cell(record, "value"),
            Cell(
                f"{record['dataset']}; {record['metric_detail']}; "
                f"{record['precision'].upper()} on the {record['where_run']}"
            ),
            Cell(record["recipe"]),
        ]
        for record in records
    ]
    return page.table("study", "NVIDIA's case study: accuracy before and after", columns, rows)


def _table(page: PageBuilder, published: Published) -> Markup:
    columns = [
        Column("network", "Network", filter="select"),
        Column("power_mode", "Power mode", filter="select"),
        Column("ratio", "Op/byte (derived)", numeric=True),
        Column("dense", "Dense", numeric=True),
        Column("sparse", "Sparse", numeric=True),
        Column("printed", "Speed-up, printed", numeric=True),
        Column("recomputed", "Speed-up (derived)", numeric=True),
        Column("bounds", "Rounding allows", sortable=False),
    ]
    rows = []
    for network in published.networks("sparse"):
        for mode in published.modes:
            sparse = published.throughput.get((network, mode, "sparse"))
            dense = published.throughput.get((network, mode, "dense"))
            bounds = published.speedup_bounds(network, mode)
            gain = published.speedup(network, mode)
            ratio = published.operations_per_byte(mode)
            if not (sparse and dense and bounds and gain):
                continue
            rows.append(
                [
                    Cell(page.link(f"networks/{network}/", published.name(network)), network),
                    Cell(mode_label(mode), mode),
                    Cell(fixed(ratio) if ratio else UNKNOWN),
                    page.figure_cell(dense, "images_per_second"),
                    page.figure_cell(sparse, "images_per_second"),
                    page.figure_cell(sparse, "printed_speedup"),
                    page.figure_cell(
                        sparse, "printed_speedup", fixed(gain, 3), derived="recomputed"
                    ),
                    Cell(f"{fixed(bounds[0], 3)}–{fixed(bounds[1], 3)}"),
                ]
            )
    return page.table(
        TABLE,
        f"Dense and sparse images/s of {counted(published.cores, 'DLA core')} and their quotient",
        columns,
        rows,
    )
