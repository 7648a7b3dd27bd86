"""Tables of the page of measured figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.facts.measured import DEVICE, IMPORTED
from generator.facts.measured_words import CPU, conditions, engine_words
from generator.facts.measured_words import DEFINITIONS as NAMES
from generator.facts.published import mode_label
from generator.markup import UNKNOWN, Cell, Column
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

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.builder import PageBuilder
    from generator.facts.measured import Measured
    from generator.package import Record

ACCELERATED = "accelerated"
ON_CPU = "on-cpu"
COMPARED = "compared"

DEFINITIONS = (
    ("b", NAMES["b"], "rail_delta_w", "images_per_s_per_w_b"),
    ("a", NAMES["a"], "module_delta_w", "images_per_s_per_w_a"),
)
"""The named definitions of power: choice of the switch, name, and the columns of a result."""

SWITCH = "definition"


def definition_switch(page: PageBuilder) -> Markup:
    """Return the switch between the definitions of power in the table of results."""
    choices = [
        *((choice, title) for choice, title, _, _ in DEFINITIONS),
        ("c", "C, marginal energy"),
    ]
    return page.switch(SWITCH, "Power definition", choices)


def compared_table(page: PageBuilder, measured: Measured) -> Markup:
    """Return each result beside the published figure, with the verdict."""
    rows = [compared_cells(page, measured, row) for row, _ in measured.compared]
    return page.table(
        COMPARED,
        "Results for which a figure is published, below a figure its interval",
        compared_columns(),
        rows,
    )


def compared_columns(*, subject: bool = True) -> list[Column]:
    """Return the columns of results beside published figures.

    Parameters
    ----------
    subject
        Whether the network has a column, which a page on one network does without.
    """
    return [
        *(_SUBJECT if subject else _SUBJECT[1:]),
        *_CONDITIONS,
        Column("images_per_second", "Measured, images/s", numeric=True),
        Column("published", "Published", numeric=True),
        Column("verdict", "Verdict", filter="select"),
        Column("first_difference", "First difference", filter="select"),
        Column("ratio", "Measured over published", numeric=True),
        _BATCH,
        _MODULE,
        _ORIGIN,
    ]


def compared_cells(
    page: PageBuilder, measured: Measured, row: Record, *, subject: bool = True
) -> list[Cell]:
    """Return the cells of a result; those on a published figure are empty where there is none."""
    comparison = measured.comparisons.get(row["result"])
    named = _subject(page, measured, row)
    return [
        *(named if subject else named[1:]),
        *_conditions(row),
        with_interval(page, row, "images_per_second"),
        published_cell(page, comparison, "images_per_second"),
        verdict(page, comparison) if comparison else NONE,
        first_difference(comparison) if comparison else NONE,
        _over_published(page, row, comparison) if comparison else NONE,
        _batch(row),
        _module(measured, row),
        _origin(measured, row),
    ]


def results_table(
    page: PageBuilder, measured: Measured, name: str, results: Sequence[Record], caption: str
) -> Markup:
    """Return results with their intervals, and on an accelerator with power and placement."""
    power = name != ON_CPU
    endured = has_endurance(results)
    columns = [
        *_SUBJECT,
        *_CONDITIONS,
        Column("images_per_second", "Images/s", numeric=True),
        *([_ENDURANCE] if endured else []),
        *(_power_columns() if power else []),
        Column("latency", "Latency p50, ms", numeric=True),
        _BATCH,
        *([Column("layers", "Layers on DLA, GPU", sortable=False)] if power else []),
        _ORIGIN if power else _MODULE,
        Column("segments", "Segments, valid of all", sortable=False),
        Column("flags", "Flags", sortable=False),
        Column("run", "Run", filter="select"),
    ]
    rows = [
        [
            *_subject(page, measured, row),
            *_conditions(row),
            with_interval(page, row, "images_per_second"),
            *([_endurance(page, row)] if endured else []),
            *(_power_cells(page, row) if power else []),
            page.figure_cell(row, "latency_p50_ms"),
            _batch(row),
            *([_layers(page, row)] if power else []),
            _origin(measured, row) if power else _module(measured, row),
            Cell(f"{row['segments_valid']} of {row['segments_total']}"),
            flags(page, row["flags"]),
            run_cell(page, row),
        ]
        for row in results
    ]
    return page.table(name, caption, columns, rows)


def has_endurance(results: Sequence[Record]) -> bool:
    """Say whether a long load of any of these results counts."""
    return any(row["endurance_s"] is not None for row in results)


def _endurance(page: PageBuilder, row: Record) -> Cell:
    if row["endurance_s"] is None:
        return NONE
    return page.figure_cell(row, "endurance_images_per_second")


_ENDURANCE = Column("endurance", "Endurance, images/s", numeric=True)
_SUBJECT = (
    Column("network", "Network", filter="select"),
    Column("engine", "Engine", filter="select"),
)
_MODULE = Column("module", "On", filter="select")
_ORIGIN = Column("origin", "Origin", filter="select")
_ORIGINS = {DEVICE: "measured", IMPORTED: "imported", CPU: "measured"}
_CONDITIONS = (
    Column("precision", "Precision", filter="select"),
    Column("power_mode", "Power mode", filter="select"),
)
_BATCH = Column("batch", "Batch", numeric=True)


def _subject(page: PageBuilder, measured: Measured, row: Record) -> list[Cell]:
    return [network_cell(page, measured, row), Cell(engine_words(row), row["engine"])]


def _module(measured: Measured, row: Record) -> Cell:
    return Cell(measured.module(row) or UNKNOWN)


def _origin(measured: Measured, row: Record) -> Cell:
    """Say whether our program measured it, or read it from a log of somebody else."""
    return Cell(_ORIGINS[measured.origin(row)])


def _conditions(row: Record) -> list[Cell]:
    mode = row["power_mode"]
    precision = " ".join(
        filter(None, [(row["precision"] or "").upper(), "sparse" * (row["weights"] == "sparse")])
    )
    return [
        Cell(precision or UNKNOWN, precision),
        Cell(mode_label(mode), mode) if mode else NONE if row["engine"] == CPU else Cell(UNKNOWN),
    ]


def _batch(row: Record) -> Cell:
    return Cell(row.raw["batch"] or UNKNOWN, row.raw["batch"])


def _power_columns() -> list[Column]:
    columns = [Column("load_power_w", "Power at load, W", numeric=True)]
    for position, (choice, title, _, _) in enumerate(DEFINITIONS):
        switch = (SWITCH, choice)
        off = position > 0
        columns += [
            Column(f"power-{choice}", f"{title}, W", numeric=True, switch=switch, off=off),
            Column(f"per-watt-{choice}", f"Images/s/W ({title})", True, switch=switch, off=off),
        ]
    title = "C, marginal energy, J/image"
    columns.append(Column("marginal", title, True, switch=(SWITCH, "c"), off=True))
    return columns


def _power_cells(page: PageBuilder, row: Record) -> list[Cell]:
    return [
        with_interval(page, row, "load_power_w"),
        *(
            with_interval(page, row, field, switch=(SWITCH, choice))
            for choice, _, watts, per_watt in DEFINITIONS
            for field in (watts, per_watt)
        ),
        with_interval(page, row, "marginal_j", switch=(SWITCH, "c")),
    ]


def _layers(page: PageBuilder, row: Record) -> Cell:
    if row["dla_layers"] is None and row["gpu_layers"] is None:
        return Cell(UNKNOWN, "")
    ends = [
        page.figure(row, field) if row.raw[field] else Markup("?")
        for field in ("dla_layers", "gpu_layers")
    ]
    return Cell(Markup(", ").join(ends))


def _over_published(page: PageBuilder, row: Record, comparison: Record) -> Cell:
    record = page.atlas.record(comparison["published_record"])
    ratio = row["images_per_second"] / record["images_per_second"]
    text = f"{ratio:.3g}"
    return Cell(page.figure(comparison, "ratio", text, derived=True), text)


def _measurement(measured: Measured, segment: Record) -> Cell:
    """Return what a segment is of: the result's conditions or, without one, the job's key."""
    result = measured.by_key.get(segment["result"])
    if result is None:
        return Cell(segment["result"].removeprefix(f"{segment['run']}-"))
    return Cell(f"{measured.name(result)}, {conditions(result)}")


def refused_table(page: PageBuilder, measured: Measured, refused: Sequence[Record]) -> Markup:
    """Return the segments that do not count, with the reasons."""
    columns = [
        Column("run", "Run", filter="select"),
        Column("result", "Measurement"),
        Column("segment", "Segment", numeric=True),
        Column("role", "Role", filter="select"),
        Column("images_per_second", "Images/s", numeric=True),
        Column("reasons", "Does not count because", sortable=False),
    ]
    rows = [
        [
            run_cell(page, row),
            _measurement(measured, row),
            Cell(page.link(page.atlas.record_url(row), row.raw["segment"]), row.raw["segment"]),
            Cell(row["role"]),
            page.figure_cell(row, "images_per_second") if row.raw["images_per_second"] else NONE,
            flags(page, row["reasons"]),
        ]
        for row in refused
    ]
    return page.table("refused", "Segments that were measured and do not count", columns, rows)
