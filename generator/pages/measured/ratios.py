"""Perf/W of the DLA over that of the GPU as measured: chart and table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.charts import Chart, Mark, Series
from generator.facts.measured import DEFINITIONS, conditions
from generator.facts.published import mode_label
from generator.markup import UNKNOWN, Cell, Column
from generator.pages import palette
from generator.pages.measured.cells import (
    NONE,
    first_difference,
    flags,
    interval,
    run_cell,
    verdict,
)
from generator.words import shortest

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.builder import PageBuilder
    from generator.facts.measured import Measured
    from generator.package import Record

RATIOS = "ratios"
"""Name of the table."""

_COLUMNS = [
    Column("network", "Network", filter="select"),
    Column("definition", "Power definition", filter="select"),
    Column("ratio", "DLA over GPU, ×", numeric=True),
    Column("interval", "Interval", sortable=False),
    Column("published", "Published", numeric=True),
    Column("verdict", "Verdict", filter="select"),
    Column("first_difference", "First difference", filter="select"),
    Column("pairs", "Pairs", numeric=True),
    Column("dla_cores", "DLA cores", numeric=True),
    Column("precision", "Precision", filter="select"),
    Column("weights", "Weights", filter="select"),
    Column("power_mode", "Power mode", filter="select"),
    Column("flags", "Flags", sortable=False),
    Column("run", "Run", filter="select"),
]


def ratios_table(page: PageBuilder, measured: Measured) -> Markup:
    """Return each ratio with its interval, beside the published one where it is compared."""
    return page.table(
        RATIOS,
        "Images/s per watt of the DLA over those of the GPU, from pairs measured in turn",
        _COLUMNS,
        [_cells(page, measured, row) for row in measured.ratios],
    )


def _cells(page: PageBuilder, measured: Measured, row: Record) -> list[Cell]:
    network, name = row["network"], measured.name(measured.by_key[row["dla_result"]])
    comparison, mode = measured.ratio_comparison(row), row["power_mode"]
    return [
        Cell(page.link(f"networks/{network}/", name) if network else name, network or name),
        Cell(DEFINITIONS[row["definition"]], row["definition"]),
        page.figure_cell(row, "ratio"),
        interval(page, row, "ratio"),
        _published(page, comparison) if comparison else NONE,
        verdict(page, comparison) if comparison else NONE,
        first_difference(comparison) if comparison else NONE,
        Cell(row.raw["pairs"]),
        Cell(row.raw["dla_cores"]),
        Cell((row["precision"] or UNKNOWN).upper(), row["precision"] or ""),
        Cell(row["weights"] or UNKNOWN),
        Cell(mode_label(mode), mode) if mode else Cell(UNKNOWN),
        flags(page, row["flags"]),
        run_cell(page, row),
    ]


def _published(page: PageBuilder, comparison: Record) -> Cell:
    record = page.atlas.record(comparison["published_record"])
    return Cell(page.figure(record, "ratio"), record.raw["ratio"])


def ratios_chart(page: PageBuilder, measured: Measured) -> Chart | None:
    """Return the measured ratios beside the published ones of the nearest conditions."""
    if not measured.ratios:
        return None
    marks, published = [], []
    for row, label in zip(measured.ratios, _labels(measured), strict=True):
        keys = {
            "network": row["network"] or measured.by_key[row["dla_result"]]["model"],
            "definition": row["definition"],
            "power_mode": row["power_mode"] or "",
        }
        marks.append(
            Mark(
                label,
                row["ratio"],
                row["ratio_low"],
                row["ratio_high"],
                text=shortest(row["ratio"]),
                href=page.url(page.atlas.record_url(row)),
                keys=keys,
            )
        )
        comparison = measured.ratio_comparison(row)
        if comparison:
            record = page.atlas.record(comparison["published_record"])
            href = page.url(page.atlas.record_url(record))
            published.append(Mark(label, record["ratio"], href=href, keys=keys))
    series = [
        Series("Measured", marks, palette.MEASURED),
        Series("Published, nearest conditions", published, palette.REFERENCE),
    ]
    return Chart(
        "measured-ratios",
        "Perf/W of the DLA over the GPU",
        "Images per second per watt of the DLA over those of the GPU, with the interval, beside "
        "the published ratio where there is one.",
        "Network, conditions of the DLA, and definition of power",
        "DLA over GPU (×)",
        [one for one in series if one.marks],
        note="The published power has no stated definition; a ratio of 1 means as efficient as "
        "the GPU.",
        follows=RATIOS,
        horizontal=True,
    )


def _labels(measured: Measured) -> list[str]:
    """Return a label for each ratio; those that share one get the result's name."""
    results = [measured.by_key[row["dla_result"]] for row in measured.ratios]
    plain = [
        f"{measured.name(result)}, {conditions(result)}, {DEFINITIONS[row['definition']]}"
        for row, result in zip(measured.ratios, results, strict=True)
    ]
    return [
        label if plain.count(label) == 1 else f"{label} ({result['result']})"
        for label, result in zip(plain, results, strict=True)
    ]
