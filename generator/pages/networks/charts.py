"""Charts of one network and of all of them side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.charts import Chart, Mark, Reference, Series
from generator.facts.published import mode_label
from generator.pages import palette
from generator.words import span

if TYPE_CHECKING:
    from generator.builder import PageBuilder
    from generator.facts.published import Published
    from generator.package import Record

WEIGHTS = {"dense": ("Dense weights", palette.DENSE), "sparse": ("2:4 weights", palette.SPARSE)}


def throughput_chart(page: PageBuilder, published: Published, network: Record) -> Chart | None:
    """Return the chart of a network's throughput by power mode."""
    return _by_mode(
        page,
        published,
        network,
        published.throughput,
        "images_per_second",
        "throughput",
        "Throughput by power mode",
        f"Sum of {published.cores} DLA cores (images/s)",
    )


def ratio_chart(page: PageBuilder, published: Published, network: Record) -> Chart | None:
    """Return the chart of a network's perf/W over the GPU's by power mode."""
    return _by_mode(
        page,
        published,
        network,
        published.ratios,
        "ratio",
        "perf-per-watt",
        "Images per watt, DLA over GPU",
        "Ratio to the GPU (x)",
        (Reference(1, "GPU"),),
    )


def _by_mode(
    page: PageBuilder,
    published: Published,
    network: Record,
    records: dict[tuple[str, str, str], Record],
    field: str,
    chart_id: str,
    title: str,
    y_title: str,
    references: tuple[Reference, ...] = (),
) -> Chart | None:
    series = [
        Series(name, marks, colour)
        for weights, (name, colour) in WEIGHTS.items()
        if (
            marks := [
                Mark(
                    mode_label(mode),
                    record[field],
                    text=record.raw[field],
                    href=page.url(page.atlas.record_url(record)),
                    keys={"power_mode": mode},
                )
                for mode in published.modes
                if (record := records.get((network["network"], mode, weights)))
            ]
        )
    ]
    if not series:
        return None
    values = [mark for one in series for mark in one.marks if mark.y is not None]
    ends = sorted(values, key=lambda mark: mark.y or 0)
    return Chart(
        chart_id,
        title,
        f"{title} of {network['name']}: {span(ends[0].text, ends[-1].text)}.",
        "Power mode",
        y_title,
        series,
        y_reference=references,
        follows="figures",
    )


def size_chart(page: PageBuilder, published: Published) -> Chart | None:
    """Return the chart of throughput over the operations of an image, a dot for each network."""
    mode = published.modes[0]
    marks = []
    for key, network in page.atlas.networks.items():
        record = published.throughput.get((key, mode, "dense"))
        if record and network["gmacs"]:
            marks.append(
                Mark(
                    network["gmacs"],
                    record["images_per_second"],
                    text=network["name"],
                    href=page.url(f"networks/{key}/"),
                    keys={"network": key},
                )
            )
    if not marks:
        return None
    return Chart(
        "size",
        "Throughput over the operations of an image",
        f"Dense throughput in {mode_label(mode)} over multiply-accumulates per image of "
        f"{len(marks)} networks, both axes logarithmic.",
        "Operations per image (GMAC)",
        f"Sum of {published.cores} DLA cores, {mode_label(mode)} (images/s)",
        [Series("Networks", marks, palette.DLA)],
        kind="scatter",
        x_log=True,
        y_log=True,
        follows="networks",
    )
