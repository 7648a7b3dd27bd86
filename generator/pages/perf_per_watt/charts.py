"""Charts of perf/W ratios."""

from __future__ import annotations

from statistics import mean
from typing import TYPE_CHECKING

from generator.charts import Chart, Mark, Reference, Series
from generator.facts.published import mode_label
from generator.pages import palette
from generator.words import fixed

if TYPE_CHECKING:
    from generator.builder import PageBuilder
    from generator.facts.published import Published

CLAIMED_LOW, CLAIMED_HIGH = 3, 5
"""NVIDIA's summary of the table: the DLA's advantage is said to be 3 to 5 on average."""

TABLE = "perf-per-watt"
"""Name of the table whose filters the charts follow."""


def network_panels(page: PageBuilder, published: Published) -> list[Chart]:
    """Return one chart for each network: dense and sparse ratio by power mode."""

    def series(network: str, name: str, weights: str, colour: int) -> Series:
        marks = [
            Mark(
                mode_label(mode),
                record["ratio"],
                text=record.raw["ratio"],
                href=page.url(page.atlas.record_url(record)),
                keys={"power_mode": mode, "weights": weights},
            )
            for mode in published.modes
            if (record := published.ratios.get((network, mode, weights)))
        ]
        return Series(name, marks, colour)

    charts = []
    for network in dict.fromkeys(network for network, _, _ in published.ratios):
        name = published.name(network)
        both = [
            series(network, "Dense", "dense", palette.DENSE),
            series(network, "Sparse 2:4", "sparse", palette.SPARSE),
        ]
        charts.append(
            Chart(
                f"ratio-{network}",
                name,
                f"Perf/W of the DLA over that of the GPU for {name}, by power mode.",
                "Power mode",
                "DLA over GPU (×)",
                [one for one in both if one.marks],
                keys={"network": network},
                follows=TABLE,
            )
        )
    return charts


def _claimed() -> list[Reference]:
    return [
        Reference(CLAIMED_LOW, f"claimed {CLAIMED_LOW}×"),
        Reference(CLAIMED_HIGH, f"claimed {CLAIMED_HIGH}×"),
    ]


def mean_chart(published: Published) -> Chart:
    """Return the mean ratio of each power mode, dense and sparse, with the range around it."""
    series = []
    for name, weights, colour in (
        ("Dense", "dense", palette.DENSE),
        ("Sparse 2:4", "sparse", palette.SPARSE),
    ):
        marks = []
        for mode in published.modes:
            ratios = [
                record["ratio"]
                for (_, here, kind), record in published.ratios.items()
                if (here, kind) == (mode, weights)
            ]
            if ratios:
                average = mean(ratios)
                keys = {"power_mode": mode, "weights": weights}
                text = fixed(average, 2)
                marks.append(
                    Mark(mode_label(mode), average, min(ratios), max(ratios), text, keys=keys)
                )
        series.append(Series(name, marks, colour))
    return Chart(
        "mean-ratio",
        "Mean perf/W ratio by power mode",
        "Mean over the networks of the DLA's perf/W relative to the GPU's in each power mode, with "
        "the lowest and highest network as an interval.",
        "Power mode",
        "Mean of DLA over GPU (×)",
        [one for one in series if one.marks],
        y_reference=_claimed(),
        note="Derived: unweighted mean over the networks; the interval spans the networks. "
        "Dense and sparse do not cover the same networks.",
    )


def range_chart(published: Published) -> Chart:
    """Return the mean ratio of each power mode over all networks and weights, with its range."""
    marks = []
    for mode in published.modes:
        ratios = [
            record["ratio"] for (_, here, _), record in published.ratios.items() if here == mode
        ]
        if ratios:
            average = mean(ratios)
            text = fixed(average, 2)
            keys = {"power_mode": mode}
            marks.append(Mark(mode_label(mode), average, min(ratios), max(ratios), text, keys=keys))
    return Chart(
        "range-ratio",
        "Images per second per watt, DLA over GPU",
        "Mean of the DLA's perf/W relative to the GPU's in each power mode, with the lowest and "
        "highest published ratio as an interval.",
        "Power mode",
        "DLA over GPU (×)",
        [Series("DLA over GPU", marks, palette.DLA)],
        y_reference=[Reference(1, "GPU")],
        note="Mean over networks and weights; the interval is their range.",
    )
