"""Read the words and tables of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.pages import measured

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import Tag

    from generator.atlas import Atlas
    from tests.generator.conftest import ReadPage


def measured_pages(atlas: Atlas, read_page: ReadPage) -> dict[str, BeautifulSoup]:
    """Return the pages of measured figures by their paths."""
    return {page.path: read_page(page) for page in measured.render(atlas)}


def words(soup: Tag) -> str:
    """Return the text of a page, or of a part of it, with single spaces."""
    return " ".join(soup.get_text().split())


def part(soup: BeautifulSoup, selector: str) -> str:
    """Return the text of the first element that `selector` finds, with single spaces."""
    found = soup.select_one(selector)
    assert found, f"nothing is {selector}"
    return " ".join(found.get_text().split())


def answer(soup: BeautifulSoup) -> str:
    """Return the first sentences of a page with single spaces."""
    return " ".join(soup.select_one(".atlas-answer > p").get_text().split())  # type: ignore[union-attr]


def rows_of(soup: BeautifulSoup, table: str) -> list[dict[str, str]]:
    """Return the rows of a table as shown, cells by the name of their column."""
    box = soup.find(id=f"tbl-{table}")
    assert box, f"no table {table}"
    names = [str(head["data-column"]) for head in box.select("thead th")]
    return [
        dict(
            zip(
                names, (" ".join(cell.get_text().split()) for cell in row.select("td")), strict=True
            )
        )
        for row in box.select("tbody tr")
    ]


def cell(soup: BeautifulSoup, identifier: str) -> str:
    """Return what the cell with that address shows."""
    found = soup.find(id=identifier)
    assert found, f"no cell {identifier}"
    return str(found.get_text(strip=True))
