from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.generator.pages.reading import words

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

    from generator.atlas import Atlas
    from tests.generator.conftest import ChangeCell, RawRows, ReadPage, RenderPages

PATH = "glossary.md"


@pytest.fixture(scope="module")
def soup(atlas: Atlas, render_pages: RenderPages, read_page: ReadPage) -> BeautifulSoup:
    return read_page(render_pages("glossary", atlas)[PATH])


def test_every_term_has_its_address_and_definition(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """A heading whose id is the term's key, followed by the definition."""
    rows = raw_rows("glossary")

    assert len(soup.find_all("h2")) == len(rows)
    for row in rows:
        heading = soup.find("h2", id=row["term"])
        assert heading is not None
        assert heading.get_text().removesuffix("¶") == row["name"]
        paragraph = heading.find_next_sibling("p")
        assert paragraph is not None
        assert " ".join(paragraph.get_text().split()).startswith(row["definition"])


def test_terms_are_in_order(soup: BeautifulSoup) -> None:
    """Alphabetical, whatever the case."""
    names = [heading.get_text().removesuffix("¶") for heading in soup.find_all("h2")]

    assert names == sorted(names, key=str.casefold)


def test_see_also_leads_to_terms(soup: BeautifulSoup, raw_rows: RawRows) -> None:
    """Each reference is a link to a term on the page."""
    ids = {heading["id"] for heading in soup.find_all("h2")}
    links = [anchor["href"] for anchor in soup.select("p small a")]

    assert len(links) == sum(len(row["see_also"].split()) for row in raw_rows("glossary"))
    assert all(str(href).removeprefix("./#") in ids for href in links)


def test_a_definition_is_text(
    change_cell: ChangeCell, render_pages: RenderPages, read_page: ReadPage
) -> None:
    """Markdown and markup in a definition are shown, not obeyed."""
    hostile = "1. **x** <b>y</b> {: #z } [a](javascript:b)"
    changed = change_cell("glossary.loadable", "definition", hostile)

    soup = read_page(render_pages("glossary", changed)[PATH])

    assert hostile in words(soup)
    assert not soup.select("#z, b, ol, a[href^=javascript]")
