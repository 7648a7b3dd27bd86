"""The glossary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.builder import PageBuilder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from generator.atlas import Atlas
    from generator.package import Record
    from generator.page import Page


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the page with every term and its definition."""
    page = PageBuilder(
        atlas, "glossary.md", "Glossary", "The terms of DLA deployment, each in a sentence or two."
    )
    records = sorted(atlas.package.records("glossary"), key=lambda term: term["name"].casefold())
    yield page.build(
        "glossary.md.jinja",
        count=len(records),
        entries=[(term, _see(page, term)) for term in records],
    )


def _see(page: PageBuilder, term: Record) -> list[Markup]:
    keys = (term["see_also"] or "").split()
    return [
        page.link(f"glossary/#{key}", page.atlas.record(f"glossary.{key}")["name"]) for key in keys
    ]
