"""Charts of peak performance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.charts import Chart, Mark, Series
from generator.facts.published import mode_label
from generator.pages import palette
from generator.words import capital, counted, joined

if TYPE_CHECKING:
    from generator.builder import PageBuilder
    from generator.facts.published import Published
    from generator.package import Record

TABLE = "tops"
"""Name of the table whose filters the charts follow."""


def tops_chart(page: PageBuilder, published: Published) -> Chart:
    """Return the peak TOPS of GPU and DLA by power mode."""
    ahead = [mode_label(mode) for mode in published.dla_ahead()]
    return Chart(
        "tops",
        "Peak INT8 performance of GPU and DLA by power mode",
        "Peak sparse INT8 TOPS of the GPU and of all DLA cores in each power mode; the DLA is ahead"
        f" in {joined(ahead) or 'none of them'}.",
        "Power mode",
        "Peak sparse INT8 (TOPS)",
        [
            Series(
                name,
                [
                    _mark(page, record, "tops")
                    for mode in published.modes
                    if (record := published.tops.get((mode, engine)))
                ],
                colour,
            )
            for name, engine, colour in (
                ("GPU", "gpu", palette.GPU),
                (capital(counted(published.cores, "DLA core")), "dla", palette.DLA),
            )
        ],
        follows=TABLE,
    )


def share_chart(page: PageBuilder, published: Published) -> Chart:
    """Return the DLA's printed share of the peak by power mode."""
    marks = [
        _mark(page, record, "share_percent")
        for mode in published.modes
        if (record := published.shares.get(mode))
    ]
    return Chart(
        "dla-share",
        "The DLA's share of the peak by power mode",
        f"Share of {counted(published.cores, 'DLA core')} in the printed total of peak sparse "
        "INT8 TOPS, one bar for each power mode.",
        "Power mode",
        "DLA's share of the peak (%)",
        [Series("DLA's share", marks, palette.DLA)],
        follows=TABLE,
    )


def _mark(page: PageBuilder, record: Record, field: str) -> Mark:
    return Mark(
        mode_label(record["power_mode"]),
        record[field],
        text=record.raw[field],
        href=page.url(page.atlas.record_url(record)),
        keys={"power_mode": record["power_mode"]},
    )
