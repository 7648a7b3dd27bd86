"""Charts of the throughput page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.charts import Chart, Mark, Reference, Series
from generator.facts.published import mode_label
from generator.pages import palette
from generator.words import counted, fixed, shortest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.builder import PageBuilder
    from generator.facts.published import Published
    from generator.package import Record

TABLE = "throughput"
"""Name of the table whose filters the charts follow."""

KINDS = (("Dense", "dense", palette.DENSE), ("Sparse 2:4", "sparse", palette.SPARSE))
"""Name, key and colour of the kinds of weights."""


def network_panels(page: PageBuilder, published: Published, choice: str, cores: int) -> list[Chart]:
    """Return one chart for each network: dense and sparse throughput by power mode.

    Parameters
    ----------
    page, published
        Where the charts stand, and the figures.
    choice
        Part of the charts' ids.
    cores
        Number of DLA cores the figures are for; what no source prints is divided.
    """
    divisor = published.cores / cores
    words = counted(cores, "DLA core")

    def series(network: str, name: str, weights: str, colour: int) -> Series:
        return Series(
            name,
            [
                _mark(page, record, record["images_per_second"] / divisor, divisor == 1)
                for mode in published.modes
                if (record := published.throughput.get((network, mode, weights)))
            ],
            colour,
        )

    charts = []
    for network in published.networks():
        both = [series(network, *kind) for kind in KINDS]
        charts.append(
            Chart(
                f"throughput-{choice}-{network}",
                published.name(network),
                f"Throughput of {published.name(network)} on {words} by power mode.",
                "Power mode",
                f"Throughput, {words} (images/s)",
                [one for one in both if one.marks],
                keys={"network": network},
                follows=TABLE,
            )
        )
    return charts


def kept_panels(page: PageBuilder, published: Published) -> list[Chart]:
    """Return what share of the throughput and of the DLA's TOPS each power mode keeps."""
    first = mode_label(published.modes[0])
    charts = []
    for network in published.networks():
        rates = [
            (record, share)
            for mode in published.modes
            if (record := published.throughput.get((network, mode, "dense")))
            and (share := published.kept(record)) is not None
        ]
        peaks = [
            (published.tops[mode, "dla"], share)
            for mode in published.modes
            if (share := published.tops_kept(mode, "dla")) is not None
        ]
        name = published.name(network)
        charts.append(
            Chart(
                f"kept-{network}",
                name,
                f"Throughput of {name} and the DLA's peak TOPS as percentages of {first}.",
                "Power mode",
                f"Kept of {first} (%)",
                [
                    Series("Throughput", _percentages(page, rates), palette.DENSE),
                    Series("DLA's peak TOPS", _percentages(page, peaks), palette.REFERENCE),
                ],
                keys={"network": network, "weights": "dense"},
                follows=TABLE,
            )
        )
    return charts


def utilisation_panels(page: PageBuilder, published: Published) -> list[Chart]:
    """Return the share of the peak that each network reaches in each power mode."""
    charts = []
    for network in published.networks():
        series = []
        for title, weights, colour in KINDS:
            shares = [
                (record, share)
                for mode in published.modes
                if (record := published.throughput.get((network, mode, weights)))
                and (share := published.utilisation(record)) is not None
            ]
            if shares:
                series.append(Series(title, _percentages(page, shares), colour))
        name = published.name(network)
        if series:
            charts.append(
                Chart(
                    f"utilisation-{network}",
                    name,
                    f"Share of the DLA's peak that {name} reaches, by power mode.",
                    "Power mode",
                    "Share of the peak reached (%)",
                    series,
                    keys={"network": network},
                    y_reference=[Reference(100, "peak")],
                    follows=TABLE,
                )
            )
    return charts


def _percentages(page: PageBuilder, shares: Sequence[tuple[Record, float]]) -> list[Mark]:
    return [
        Mark(
            mode_label(record["power_mode"]),
            100 * share,
            text=fixed(100 * share),
            href=page.url(page.atlas.record_url(record)),
            keys={"power_mode": record["power_mode"]}
            | ({"weights": record["weights"]} if record.table == "throughput" else {}),
        )
        for record, share in shares
    ]


def _mark(page: PageBuilder, record: Record, value: float, printed: bool) -> Mark:
    text = record.raw["images_per_second"] if printed else shortest(value)
    return Mark(
        mode_label(record["power_mode"]),
        value,
        text=text,
        href=page.url(page.atlas.record_url(record)),
        keys={"power_mode": record["power_mode"], "weights": record["weights"]},
    )


def held_chart(page: PageBuilder, published: Published, mode: str) -> Chart:
    """Return what share of the throughput in the first power mode is left in `mode`."""
    first = mode_label(published.modes[0])
    marks = [
        Mark(
            published.name(network),
            100 * share,
            text=fixed(100 * share),
            href=page.url(page.atlas.record_url(record)),
            keys={"network": network},
        )
        for network in published.networks()
        if (record := published.throughput.get((network, mode, "dense")))
        and (share := published.kept(record)) is not None
    ]
    return Chart(
        "held",
        f"Throughput kept at {mode_label(mode)}",
        f"Dense throughput of the DLA cores at {mode_label(mode)} as a percentage of that in "
        f"{first}, one bar for each network.",
        "Network",
        f"Kept of {first} (%)",
        [Series("Kept", marks, palette.DLA)],
        note="Dense weights, all DLA cores.",
    )
