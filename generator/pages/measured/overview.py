"""All that was measured: where, and how it stands to what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.builder import PageBuilder
from generator.facts.measured_words import CPU, DIFFERENCES
from generator.markup import Cell, Column
from generator.pages.measured import runs, tables
from generator.pages.measured.cells import NONE
from generator.pages.measured.place import place_address, place_title
from generator.words import listing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup

    from generator.atlas import Atlas
    from generator.facts.measured import Measured
    from generator.page import Page

_PLACES = "places"


def overview(atlas: Atlas, measured: Measured, here: Mapping[str, Measured]) -> Page:
    """Return the page.

    Parameters
    ----------
    atlas, measured
        The data, and all that was measured.
    here
        What was measured in each place.
    """
    page = PageBuilder(
        atlas,
        "measured/index.md",
        "Measured",
        "Throughput, power and perf/W measured with this project's program, with intervals and "
        "proof of the conditions, beside the published figures.",
    )
    accelerated = measured.accelerated
    return page.build(
        "measured_index.md.jinja",
        badge=page.badge("measured"),
        results=len(measured.results),
        origins=measured.origins,
        compared=len(measured.compared),
        inside=measured.inside,
        judged=measured.judged,
        apart=[
            {"text": DIFFERENCES[code], "count": count}
            for code, count in measured.first_differences
        ],
        runs=len(measured.runs),
        devices=_devices(measured),
        with_power=len(measured.with_power),
        accelerated=len(accelerated),
        on_cpu=len(measured.on_cpu),
        refused=len(measured.refused()),
        places_table=_places_table(page, here) if here else "",
        compared_table=tables.compared_table(page, measured) if measured.compared else "",
    )


def _devices(measured: Measured) -> Markup:
    """Return what was measured on, each named once."""
    names = (measured.module(run) for run in measured.runs.values())
    return listing(list(dict.fromkeys(name for name in names if name)))


def _places_table(page: PageBuilder, here: Mapping[str, Measured]) -> Markup:
    columns = [
        Column("place", "Device"),
        Column("results", "Results", numeric=True),
        Column("networks", "Networks", numeric=True),
        Column("inside", "Inside, of judged", sortable=False),
        Column("with_power", "With power", numeric=True),
        Column("refused", "Refused", numeric=True),
        Column("runs", "Runs", numeric=True),
        Column("software", "Software", sortable=False),
    ]
    rows = [_place_cells(page, place, measured) for place, measured in here.items()]
    return page.table(_PLACES, "Where figures were measured; each leads to its page", columns, rows)


def _place_cells(page: PageBuilder, place: str, measured: Measured) -> list[Cell]:
    name = place_title(page.atlas, place)
    behind = measured.runs_here()
    software = dict.fromkeys(", ".join(runs.software(run)) for run in behind)
    return [
        Cell(page.link(place_address(place), name), name),
        Cell(str(len(measured.results))),
        Cell(str(len(measured.network_names()))),
        Cell(f"{measured.inside} of {measured.judged}") if measured.judged else NONE,
        NONE if place == CPU else Cell(str(len(measured.with_power))),
        Cell(str(len(measured.refused()))),
        Cell(str(len(behind))),
        Cell("; ".join(filter(None, software))) if any(software) else NONE,
    ]
