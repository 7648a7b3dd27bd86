"""Cells that several tables of measured figures have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.facts.measured_words import DIFFERENCES
from generator.flags import flag_links
from generator.markup import Cell
from generator.rounding import rounded_alike
from generator.words import dash

if TYPE_CHECKING:
    from generator.builder import PageBuilder
    from generator.facts.measured import Measured
    from generator.package import Record

NONE = Cell("–", "")


def with_interval(
    page: PageBuilder, row: Record, field: str, *, switch: tuple[str, str] | None = None
) -> Cell:
    """Return a figure with the interval below it, or with a word that there is none.

    Parameters
    ----------
    row, field
        Where the figure stands; the ends of its interval stand beside it.
    switch
        Name and choice of the switch with which the cell is shown.
    """
    if not row.raw[field]:
        return page.figure_cell(row, field, switch=switch)
    shown, interval = _shown(row, field)
    cell = page.figure_cell(row, field, shown, switch=switch)
    return cell._replace(html=Markup("{} <small>{}</small>").format(cell.html, interval))


def _shown(row: Record, field: str) -> tuple[str, str]:
    """Return a figure and its interval, with what that rests on if not on segments."""
    figure, low, high = (row.raw[name] for name in (field, _end(field, "low"), _end(field, "high")))
    if not low:
        return figure, "no interval"
    figure, low, high = rounded_alike(figure, low, high)
    ends = dash(low, high)
    if field == "images_per_second" and row["interval_basis"] == "blocks":
        return figure, f"{ends} within one run"
    return figure, ends


def _end(field: str, end: str) -> str:
    """Return the column of an end of an interval; a unit in watts stays last."""
    return f"{field[:-2]}_{end}_w" if field.endswith("_w") else f"{field}_{end}"


def verdict(page: PageBuilder, comparison: Record) -> Cell:
    """Return how a figure stands to the published one."""
    word = comparison["verdict"]
    return Cell(page.badge(word, family="verdict"), word)


def first_difference(comparison: Record) -> Cell:
    """Return the condition that differs first, in a sentence."""
    text = comparison["detail"] or "No known condition differs."
    possible = "" if comparison["certain"] is not False else "Possibly: "
    return Cell(f"{possible}{text}", DIFFERENCES[comparison["first_difference"]])


def flags(page: PageBuilder, codes: str | None) -> Cell:
    """Return flags or reasons, each linked to what it means."""
    return Cell(flag_links(page, codes)) if codes else NONE


def network_cell(page: PageBuilder, measured: Measured, row: Record) -> Cell:
    """Return the network of a result or build; a model of one's own has no page."""
    network, name = row["network"], measured.name(row)
    return Cell(page.link(f"networks/{network}/", name) if network else name, network or name)


def published_cell(page: PageBuilder, comparison: Record | None, field: str) -> Cell:
    """Return the published figure of a comparison; empty where there is none."""
    if comparison is None:
        return NONE
    record = page.atlas.record(comparison["published_record"])
    return Cell(page.figure(record, field), record.raw[field])


def run_cell(page: PageBuilder, row: Record) -> Cell:
    """Return the run of a row."""
    run = page.atlas.record(f"runs.{row['run']}")
    return Cell(page.link(page.atlas.record_url(run), row["run"]), row["run"])
