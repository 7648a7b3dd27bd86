"""Tables of the throughput page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.facts.published import mode_label
from generator.facts.throughput import cameras, per_core
from generator.markup import UNKNOWN, Cell, Column
from generator.words import counted, fixed, shortest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from generator.builder import PageBuilder
    from generator.facts.published import Published
    from generator.package import Record

NAME = "throughput"
SUM = ("cores", "sum")
SINGLE = ("cores", "single")

_NONE = Cell("–", "")


def throughput_table(page: PageBuilder, published: Published) -> Markup:
    """Return the table of all published throughputs, with what follows from each."""
    records = page.atlas.records("throughput")
    several = len({record["module"] for record in records}) > 1
    columns = [
        Column("network", "Network", filter="select"),
        *([Column("module", "Module", filter="select")] if several else []),
        Column("power_mode", "Power mode", filter="select"),
        Column("weights", "Weights", filter="select"),
        Column(
            "images_per_second",
            f"Images/s, {counted(published.cores, 'core')}",
            numeric=True,
            switch=SUM,
        ),
        Column("per_core", "Images/s, one core (derived)", numeric=True, switch=SINGLE, off=True),
        Column("speedup", "Speed-up, printed", numeric=True),
        Column("recomputed", "Speed-up (derived)", numeric=True),
        Column("kept", f"Of {mode_label(published.modes[0])}, % (derived)", numeric=True),
        Column("utilisation", "Of peak, % (derived)", numeric=True),
        Column("input", "Input, batch", sortable=False),
    ]
    rows = [_row(page, published, record, several) for record in records]
    return page.table(
        NAME,
        "Images per second on the DLA: one row for each network, power mode and kind of weights",
        columns,
        rows,
    )


def _row(page: PageBuilder, published: Published, record: Record, several: bool) -> list[Cell]:
    key = record["network"]
    module = page.atlas.modules[record["module"]]
    ours = published.throughput.get((key, record["power_mode"], record["weights"])) is record
    whole = record["aggregation"] == "sum"
    speedup = published.speedup(key, record["power_mode"]) if ours else None
    return [
        Cell(page.link(f"networks/{key}/", published.name(key)), key),
        *([Cell(module["name"], record["module"])] if several else []),
        Cell(mode_label(record["power_mode"]), record["power_mode"]),
        Cell(record["weights"]),
        page.figure_cell(record, "images_per_second", switch=SUM)
        if whole
        else _NONE._replace(attributes=page.figure_cell(record, "batch", switch=SUM).attributes),
        page.figure_cell(
            record,
            "images_per_second",
            shortest(per_core(record)),
            derived="per-core" if whole else "",
            switch=SINGLE,
        ),
        page.figure_cell(record, "printed_speedup") if record["printed_speedup"] else _NONE,
        page.figure_cell(record, "printed_speedup", fixed(speedup, 2), derived="recomputed")
        if speedup and record["weights"] == "sparse"
        else _NONE,
        _percent(page, record, published.kept(record) if ours else None, "kept"),
        _percent(page, record, published.utilisation(record) if ours else None, "utilisation"),
        Cell(f"{record.raw['input_width']}×{record.raw['input_height']}, {record.raw['batch']}"),
    ]


def _percent(page: PageBuilder, record: Record, share: float | None, name: str) -> Cell:
    if share is None:
        return Cell(UNKNOWN, "")
    return page.figure_cell(record, "images_per_second", fixed(100 * share), derived=name)


def camera_table(page: PageBuilder, published: Published) -> Markup:
    """Return how many cameras each network serves in each power mode."""
    columns = [Column("network", "Network", filter="select")]
    columns.append(Column("weights", "Weights", filter="select"))
    for choice in (SUM, SINGLE):
        words = counted(published.cores if choice == SUM else 1, "core")
        columns += [
            Column(
                mode if choice == SUM else f"{mode}-single",
                f"{mode_label(mode)}, {words}",
                numeric=True,
                switch=choice,
                off=choice == SINGLE,
            )
            for mode in published.modes
        ]
    rows = []
    for weights in ("dense", "sparse"):
        for network in published.networks(weights):
            cells = [
                Cell(page.link(f"networks/{network}/", published.name(network)), network),
                Cell(weights),
            ]
            for choice in (SUM, SINGLE):
                cells += [
                    _camera_cell(page, published.throughput.get((network, mode, weights)), choice)
                    for mode in published.modes
                ]
            rows.append(cells)
    return page.table(
        "cameras", "Cameras served, whole ones only (derived from the throughput)", columns, rows
    )


def _camera_cell(page: PageBuilder, record: Record | None, switch: tuple[str, str]) -> Cell:
    if record is None:
        return Cell(UNKNOWN, "")
    value = record["images_per_second"] if switch == SUM else per_core(record)
    return page.figure_cell(
        record,
        "images_per_second",
        str(cameras(value)),
        derived=f"cameras-{switch[1]}",
        switch=switch,
    )


def halves_table(
    page: PageBuilder, published: Published, pairs: Sequence[tuple[Record, Record]]
) -> Markup:
    """Return one-core figures that users report beside half of the published sum.

    Parameters
    ----------
    page, published
        Where the table stands, and the published figures.
    pairs
        Each report with the published record of the same conditions.
    """
    columns = [
        Column("network", "Network"),
        Column("published", f"Published, {counted(published.cores, 'core')}", numeric=True),
        Column("half", "Per core (derived)", numeric=True),
        Column("reported", "One core, reported by a user", numeric=True),
        Column("ratio", "Reported over derived, %", numeric=True),
    ]
    rows = [
        [
            Cell(published.name(record["network"]), record["network"]),
            page.figure_cell(record, "images_per_second"),
            page.figure_cell(
                record, "images_per_second", shortest(per_core(record)), derived="per-core"
            ),
            page.figure_cell(report, "images_per_second"),
            page.figure_cell(
                report,
                "images_per_second",
                fixed(100 * report["images_per_second"] / per_core(record), 1),
                derived="of-half",
            ),
        ]
        for report, record in pairs
    ]
    return page.table(
        "halves",
        "One core as a user measured it beside half of NVIDIA's sum, images/s",
        columns,
        rows,
    )
