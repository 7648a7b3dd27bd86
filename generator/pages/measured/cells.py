"""Cells that several tables of measured figures have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.facts.measured import DIFFERENCES
from generator.flags import flag_links
from generator.markup import Cell
from generator.words import dash

if TYPE_CHECKING:
    from generator.builder import PageBuilder
    from generator.package import Record

NONE = Cell("–", "")


def interval(page: PageBuilder, row: Record, field: str) -> Cell:
    """Return the ends of an interval, each linked; with what it rests on if not on segments."""
    low, high = row.raw[f"{field}_low"], row.raw[f"{field}_high"]
    if not low:
        return Cell("none", "")
    ends = page.figure(row, f"{field}_low", dash(low, high))
    if field == "images_per_second" and row["interval_basis"] == "blocks":
        return Cell(Markup("{} <small>within one run</small>").format(ends))
    return Cell(ends)


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


def run_cell(page: PageBuilder, row: Record) -> Cell:
    """Return the run of a row."""
    run = page.atlas.record(f"runs.{row['run']}")
    return Cell(page.link(page.atlas.record_url(run), row["run"]), row["run"])
