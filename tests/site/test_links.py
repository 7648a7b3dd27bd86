"""No link of the built site is dead, and nothing is loaded from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.site.crawl import ORIGIN, Document

if TYPE_CHECKING:
    from pathlib import Path

LOADED = {"link", "script", "img", "image", "use"}


@pytest.fixture(scope="module")
def documents(built_site: Path, html_files: list[Path]) -> dict[str, Document]:
    """Return every page by its file name below the site's root."""
    pages = [Document(built_site, path) for path in html_files]
    return {page.name: page for page in pages}


def test_no_dead_link_or_fragment(documents: dict[str, Document], built_site: Path) -> None:
    """Each link within the site leads to a file, each fragment to an id."""
    broken = [line for page in documents.values() for line in page.broken(documents, built_site)]

    assert broken == []


def test_no_id_stands_twice(documents: dict[str, Document]) -> None:
    """An address within a page is unambiguous."""
    twice = {
        page.name: [name for name, count in page.ids.items() if count > 1]
        for page in documents.values()
    }

    assert {name: ids for name, ids in twice.items() if ids} == {}


def test_nothing_is_loaded_from_elsewhere(documents: dict[str, Document]) -> None:
    """Styles, scripts and pictures come from the site itself."""
    outside = {
        link
        for page in documents.values()
        for tag, link in page.links
        if tag in LOADED and not link.startswith((ORIGIN, "data:"))
    }

    assert outside == set()


def test_each_page_describes_itself(documents: dict[str, Document]) -> None:
    """Every page has a line that a search engine can show."""
    assert [page.name for page in documents.values() if not page.description] == []
