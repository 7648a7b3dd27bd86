"""Everything the site computes from printed figures, with how and an example."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from generator.facts.claims import TARGET_SHARE, read_claims
from generator.facts.published import SPARSE_GAIN, Published, mode_label
from generator.facts.throughput import CAMERA_RATE, cameras, per_core
from generator.markup import UNKNOWN, Cell, Column
from generator.words import counted, fixed, percent, shortest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.builder import PageBuilder
    from generator.package import Record

THROUGHPUT = "throughput/"

SHARE = (
    "Two operations for each multiply-accumulate of an image, times images per second, over the "
    "peak TOPS. The multiply-accumulates are counted by this project from the layers' shapes."
)

INFERRED = (
    "From a run of GPU and DLA together and one of the GPU alone, if the DLA took the share of "
    "images that the configuration expects. Marked as inferred, not as derived."
)


class Computed(NamedTuple):
    """One kind of computed figure."""

    what: str
    how: str
    example: Markup | str
    address: str


def derived_table(page: PageBuilder) -> Markup:
    """Return the table of everything computed here, each with an example from the data."""
    columns = [
        Column("what", "Derived", sortable=False),
        Column("how", "How", sortable=False),
        Column("example", "Example", sortable=False),
    ]
    rows = [
        [
            Cell(page.link(row.address, row.what), row.what),
            Cell(row.how),
            Cell(row.example),
        ]
        for row in _computed(page)
    ]
    return page.table("derived", "What no source prints, and how it is computed", columns, rows)


def _computed(page: PageBuilder) -> Iterator[Computed]:
    published = Published(page.atlas)
    first = published.modes[0]
    dense = _fastest(published, first, "dense")
    sparse = _fastest(published, first, "sparse")
    speedup = published.speedup(sparse["network"], first) if sparse else None
    share = published.utilisation(dense) if dense else None
    peak = published.peak(first, "dense")
    yield Computed(
        "Throughput per core",
        f"The published sum over {counted(published.cores, 'DLA core')}, over their number.",
        _example(page, dense, shortest(per_core(dense)) if dense else ""),
        THROUGHPUT,
    )
    yield Computed(
        "Cameras",
        f"Throughput over {CAMERA_RATE} images/s, rounded down.",
        _example(page, dense, str(cameras(dense["images_per_second"])) if dense else ""),
        THROUGHPUT,
    )
    yield Computed(
        "Speed-up by 2:4 weights",
        "Sparse over dense throughput as printed. The printed speed-up stands beside it.",
        _example(page, sparse, fixed(speedup, 2) if speedup else ""),
        "sparsity/",
    )
    yield Computed(
        "Dense peak",
        f"The printed sparse TOPS over {SPARSE_GAIN}.",
        f"{mode_label(first)}: {fixed(peak, 1)} TOPS" if peak else UNKNOWN,
        "peak-performance/",
    )
    yield Computed(
        "Share of the peak reached",
        SHARE,
        _example(page, dense, percent(share) if share else ""),
        THROUGHPUT,
    )
    yield Computed(
        "Share of FP32's accuracy",
        f"Printed INT8 over printed FP32; MLPerf asks for {percent(TARGET_SHARE)}.",
        _accuracy(page),
        "accuracy/",
    )
    yield Computed("Accuracy of the DLA alone", INFERRED, _inferred(page), "accuracy/")


def _accuracy(page: PageBuilder) -> Markup:
    claim = next((claim for claim in read_claims(page.atlas) if claim.is_current), None)
    if claim is None:
        return UNKNOWN
    share = page.figure(claim.figures["dla"], "value", percent(claim.share("dla"), 1), derived=True)
    return Markup("{}: {}").format(claim.network["name"], share)


def _inferred(page: PageBuilder) -> Markup:
    record = page.atlas.find("accuracy-dla-inference")
    if record is None:
        return UNKNOWN
    return Markup("{}, {} {}: {} %").format(
        page.atlas.networks[record["network"]]["name"],
        record["round"],
        record["system"],
        page.figure(record, "implied_dla_accuracy_percent", derived=True),
    )


def _fastest(published: Published, mode: str, weights: str) -> Record | None:
    """Return the fastest throughput of a mode with such weights."""
    found = [
        record
        for (_, here, kind), record in published.throughput.items()
        if (here, kind) == (mode, weights)
    ]
    return max(found, key=lambda record: record["images_per_second"], default=None)


def _example(page: PageBuilder, record: Record | None, text: str) -> Markup:
    if record is None or not text:
        return UNKNOWN
    network = page.atlas.networks[record["network"]]["name"]
    return Markup("{}, {}: {}").format(
        network,
        mode_label(record["power_mode"]),
        page.figure(record, "images_per_second", text, derived=True),
    )
