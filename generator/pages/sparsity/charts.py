"""Chart of the structured sparsity page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.charts import Chart, Mark, Series
from generator.facts.published import mode_label
from generator.pages import palette

if TYPE_CHECKING:
    from generator.builder import PageBuilder
    from generator.facts.published import Published

TABLE = "speedup"
"""Name of the table whose filters the chart follows."""


def speedup_chart(page: PageBuilder, published: Published) -> Chart:
    """Return the speed-up of each network over the op-per-byte ratio of the power modes."""
    networks = published.networks("sparse")
    best = {
        mode: max(networks, key=lambda network: published.speedup(network, mode) or 0)
        for mode in published.modes
    }
    colours = palette.network_colours(networks)
    series = []
    for network in networks:
        marks = []
        for mode in published.modes:
            value = published.speedup(network, mode)
            ratio = published.operations_per_byte(mode)
            bounds = published.speedup_bounds(network, mode)
            if value is None or ratio is None or bounds is None:
                continue
            record = published.throughput[network, mode, "sparse"]
            marks.append(
                Mark(
                    round(ratio, 1),
                    value,
                    *bounds,
                    text=mode_label(mode) if network == best[mode] else "",
                    href=page.url(page.atlas.record_url(record)),
                    keys={"network": network, "power_mode": mode},
                )
            )
        series.append(Series(published.name(network), marks, colours[network]))
    return Chart(
        "speedup",
        "Gain by sparse weights against operations for each byte of DRAM bandwidth",
        "Speed-up of sparse over dense weights against the peak operations for each byte of DRAM "
        "bandwidth, one dot for each network and power mode.",
        "Peak dense operations for each byte (op/byte)",
        "Sparse over dense throughput (×)",
        series,
        kind="scatter",
        note="Derived from the published rates; the interval is what their rounding allows. "
        "Neither axis starts at zero.",
        follows=TABLE,
        y_from_zero=False,
    )
