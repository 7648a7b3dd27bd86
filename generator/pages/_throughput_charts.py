"""Charts of the throughput page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.charts import Chart, Mark, Series
from generator.pages import _palette
from generator.pages._published import mode_label
from generator.pages._text import fixed, shortest
from generator.pages._words import counted

if TYPE_CHECKING:
    from generator.builder import PageBuilder
    from generator.package import Record
    from generator.pages._published import Published

TABLE = "throughput"
"""Name of the table whose filters the charts follow."""


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
        both = [
            series(network, "Dense", "dense", _palette.DENSE),
            series(network, "Sparse 2:4", "sparse", _palette.SPARSE),
        ]
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


def kept_chart(page: PageBuilder, published: Published) -> Chart:
    """Return what share of the throughput and of the DLA's TOPS each lower power mode keeps."""
    first, *rest = published.modes
    series = []
    for mode in rest:
        marks = [
            Mark(
                published.name(network),
                100 * share,
                text=fixed(100 * share),
                href=page.url(page.atlas.record_url(record)),
                keys={"network": network, "power_mode": mode, "weights": "dense"},
            )
            for network in published.networks()
            if (record := published.throughput.get((network, mode, "dense")))
            and (share := published.kept(record)) is not None
        ]
        tops = published.tops_kept(mode, "dla")
        if tops is not None:
            peak = published.tops[mode, "dla"]
            marks.append(
                Mark(
                    "DLA's peak TOPS",
                    100 * tops,
                    text=fixed(100 * tops),
                    href=page.url(page.atlas.record_url(peak)),
                    keys={"power_mode": mode},
                )
            )
        series.append(Series(mode_label(mode), marks, _palette.POWER_MODE[mode]))
    return Chart(
        "kept",
        f"What is left of {mode_label(first)} when power is capped",
        f"Dense throughput in each lower power mode as a percentage of that in {mode_label(first)},"
        " for each network, with the DLA's peak TOPS for comparison.",
        "Network",
        f"Kept of {mode_label(first)} (%)",
        series,
        note="Dense weights, all DLA cores. Derived from the published figures.",
        follows=TABLE,
    )


def utilisation_chart(page: PageBuilder, published: Published) -> Chart:
    """Return the share of the dense peak that each network reaches in each power mode."""
    series = [
        Series(
            mode_label(mode),
            [
                Mark(
                    published.name(network),
                    100 * share,
                    text=fixed(100 * share),
                    href=page.url(page.atlas.record_url(record)),
                    keys={"network": network, "power_mode": mode, "weights": "dense"},
                )
                for network in published.networks()
                if (record := published.throughput.get((network, mode, "dense")))
                and (share := published.utilisation(record)) is not None
            ],
            _palette.POWER_MODE[mode],
        )
        for mode in published.modes
    ]
    return Chart(
        "utilisation",
        "Share of the DLA's dense peak that each network reaches",
        "Share of the DLA's dense INT8 peak that the dense throughput amounts to, for each network "
        "and power mode.",
        "Network",
        "Share of the dense peak reached (%)",
        [one for one in series if one.marks],
        note="Derived: operations per image from this project's count of multiply-accumulates, "
        "dense peak as half the printed sparse TOPS.",
        follows=TABLE,
    )


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
        [Series("Kept", marks, _palette.DLA)],
        note="Dense weights, all DLA cores.",
    )
