"""The engines that runs built: where their layers are, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.facts.measured_words import ENGINES
from generator.markup import UNKNOWN, Cell, Column
from generator.pages.measured.cells import network_cell, run_cell

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.builder import PageBuilder
    from generator.facts.measured import Measured
    from generator.package import Record

FAILED = "failed"
_COUNTS = ("dla_layers", "gpu_layers", "dla_subgraphs")


def builds_table(page: PageBuilder, measured: Measured) -> Markup:
    """Return a row for each build on an accelerator, with its placement or its failure."""
    columns = [
        Column("network", "Network", filter="select"),
        Column("engine", "Engine", filter="select"),
        Column("precision", "Precision", filter="select"),
        Column("batch", "Batch", numeric=True),
        Column("outcome", "Outcome", filter="select"),
        Column("dla_layers", "Layers on DLA", numeric=True),
        Column("gpu_layers", "Layers on GPU", numeric=True),
        Column("dla_subgraphs", "DLA subgraphs", numeric=True),
        Column("placement", "Placement, or why there is no engine", sortable=False),
        Column("run", "Run", filter="select"),
    ]
    rows = [_row(page, measured, build) for build in measured.builds()]
    return page.table("builds", "One engine that was built, or was not", columns, rows)


def _row(page: PageBuilder, measured: Measured, build: Record) -> list[Cell]:
    precision = (build["precision"] or "").upper()
    if build["weights"] == "sparse":
        precision += " sparse"
    return [
        network_cell(page, measured, build),
        Cell(ENGINES[build["engine"]], build["engine"]),
        Cell(precision or UNKNOWN, precision),
        Cell(build.raw["batch"] or UNKNOWN, build.raw["batch"]),
        Cell(build["outcome"]),
        *(page.figure_cell(build, field) for field in _COUNTS),
        Cell(_placement(build)),
        run_cell(page, build),
    ]


def _placement(build: Record) -> str | Markup:
    """Return where the layers are, or why there is no engine."""
    said = build["failure"] if build["outcome"] == FAILED else build["placement"]
    if not said:
        return UNKNOWN
    return str(said) if build["outcome"] == FAILED else str(said).replace("_", " ")
