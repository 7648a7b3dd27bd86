"""Perf/W of the DLA over that of the GPU as measured: chart and table."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from generator.charts import Chart, Series
from generator.facts.measured_words import DEFINITIONS
from generator.facts.published import mode_label
from generator.markup import UNKNOWN, Cell, Column
from generator.pages import palette
from generator.pages.measured.cells import (
    NONE,
    first_difference,
    flags,
    network_cell,
    published_cell,
    run_cell,
    verdict,
    with_interval,
)
from generator.pages.measured.charts import (
    PUBLISHED,
    by_network,
    keys_of,
    labels_of,
    measured_mark,
    panels,
    published_mark,
)

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.builder import PageBuilder
    from generator.charts import Mark
    from generator.facts.measured import Measured
    from generator.package import Record

RATIOS = "ratios"
"""Name of the table."""

_DEFINITION = "power_definition"
"""What its filter is called: not like the switch, which would hide what it doesn't name."""

_SERIES = (
    ("b", DEFINITIONS["b"], palette.MEASURED),
    ("a", DEFINITIONS["a"], palette.MEASURED_BY_MODULE),
    (PUBLISHED, PUBLISHED, palette.REFERENCE),
)

_COLUMNS = [
    Column("network", "Network", filter="select"),
    Column(_DEFINITION, "Power definition", filter="select"),
    Column("ratio", "DLA over GPU, ×", numeric=True),
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
    comparison, mode = measured.ratio_comparison(row), row["power_mode"]
    return [
        network_cell(page, measured, measured.by_key[row["dla_result"]]),
        Cell(DEFINITIONS[row["definition"]], row["definition"]),
        with_interval(page, row, "ratio"),
        published_cell(page, comparison, "ratio"),
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


def ratios_chart(page: PageBuilder, measured: Measured) -> Markup | str:
    """Return the measured ratios beside the published ones of the nearest conditions."""
    by_result: dict[str, list[Record]] = defaultdict(list)
    for row in measured.ratios:
        by_result[row["dla_result"]].append(row)
    results = [row for row in measured.results if row["result"] in by_result]
    charts = []
    for place, (name, of_network) in enumerate(by_network(measured, results)):
        marks: dict[str, list[Mark]] = defaultdict(list)
        for label, result in zip(labels_of(measured, of_network), of_network, strict=True):
            for row in by_result[result["result"]]:
                keys = {**keys_of(result), _DEFINITION: row["definition"]}
                marks[row["definition"]].append(measured_mark(page, label, row, "ratio", keys))
                comparison = measured.ratio_comparison(row)
                if comparison:
                    record = page.atlas.record(comparison["published_record"])
                    marks[PUBLISHED].append(published_mark(page, label, record, "ratio", keys))
        charts.append(
            Chart(
                f"measured-ratios-{place}",
                name,
                f"Images per second per watt of the DLA over those of the GPU for {name}.",
                "Conditions of the DLA",
                "DLA over GPU (×)",
                [
                    Series(title, marks[series], colour)
                    for series, title, colour in _SERIES
                    if marks[series]
                ],
                horizontal=True,
                follows=RATIOS,
            )
        )
    return panels(
        page,
        "measured-ratios",
        "Perf/W of the DLA over the GPU",
        "Images per second per watt of the DLA over those of the GPU, by each definition of "
        "power, with the interval, beside the published ratio where there is one.",
        charts,
        note="The published power has no stated definition; a ratio of 1 means as efficient as "
        "the GPU.",
        follows=RATIOS,
    )
