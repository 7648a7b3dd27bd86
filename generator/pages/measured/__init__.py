"""Figures measured with this project's program: a page of all, and one for each place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.facts.measured import Measured
from generator.pages.measured.overview import overview
from generator.pages.measured.place import place_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.atlas import Atlas
    from generator.page import Page


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the page that holds measured figures against published ones, and those of places."""
    measured = Measured(atlas)
    here = {place: Measured(atlas, place) for place in measured.places()}
    yield overview(atlas, measured, here)
    for place, of_place in here.items():
        yield place_page(atlas, place, of_place)
