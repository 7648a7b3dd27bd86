"""What tests of pages read from a parsed page."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag


def words(soup: BeautifulSoup) -> str:
    """Return the text of a page with single spaces."""
    return " ".join(soup.get_text().split())


def rows_of(soup: BeautifulSoup, table: str) -> list[list[str]]:
    """Return the cells of a table's body as text."""
    return [
        [cell.get_text(strip=True) for cell in row.find_all("td")]
        for row in soup.select(f"#tbl-{table} tbody tr")
    ]


def cell_text(soup: BeautifulSoup, identifier: str) -> str:
    """Return the text of the cell with that address."""
    cell = soup.find(id=identifier)
    assert isinstance(cell, Tag), f"no cell {identifier}"
    return cell.get_text(strip=True)
