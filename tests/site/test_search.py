"""The search finds networks, modules, releases and terms."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from generator.package import Package, load_package
from tests.site.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.site.server import SiteServer

SUBJECTS = [
    ("networks", "name", "networks/"),
    ("modules", "name", "modules/"),
    ("releases", "release", "releases/"),
    ("operators", "operator", "operators/"),
    ("glossary", "name", "glossary/"),
]


@pytest.fixture(scope="module")
def package() -> Package:
    """Return the shipped data."""
    return load_package(ROOT / "data", check=False)


@pytest.fixture(scope="module")
def entries(built_site: Path) -> list[dict[str, Any]]:
    """Return what the search looks through."""
    path = built_site / "search" / "search_index.json"
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["docs"]
    return found


def words(text: str) -> set[str]:
    """Return the words of `text` as the search cuts them."""
    return set(re.split(r"[\s\-/,:()]+", re.sub(r"<[^>]*>", " ", text).lower())) - {""}


@pytest.mark.parametrize(("table", "field", "place"), SUBJECTS)
def test_search_index_holds_every_name(
    package: Package, entries: list[dict[str, Any]], table: str, field: str, place: str
) -> None:
    """All words of a name stand together in one entry of the page it belongs to."""
    texts = [
        words(f"{entry['title']} {entry['text']}")
        for entry in entries
        if entry["location"].startswith(place)
    ]
    names = {str(record[field]) for record in package.records(table)}

    assert {name for name in names if not any(words(name) <= text for text in texts)} == set()


def test_records_are_not_searched(entries: list[dict[str, Any]]) -> None:
    """Thousands of rows would drown the pages that explain them."""
    assert [entry for entry in entries if entry["location"].startswith("records/")] == []


@pytest.mark.browser
def test_search_index_waits_for_a_reader(browser: Browser, server: SiteServer) -> None:
    """A page does not load the index before someone turns to the search."""
    context = browser.new_context()
    page = context.new_page()
    start = len(server.answers)
    page.goto(server.url, wait_until="networkidle")
    before = [path for path, _ in server.answers[start:]]
    with page.expect_response("**/search_index.json"):
        page.get_by_role("textbox", name="Search").focus()
    context.close()

    assert "/search/search_index.json" not in before


@pytest.mark.browser
@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ("ResNet-50", "networks/resnet-50/"),
        ("Orin NX 8GB", "modules/jetson-orin-nx-8gb/"),
        ("JetPack 5.1.1", "releases/"),
        ("GlobalAveragePool", "operators/globalaveragepool/"),
        ("GPU fallback", "glossary/"),
    ],
)
def test_reader_finds_a_page(browser: Browser, server: SiteServer, wanted: str, place: str) -> None:
    """Typing a name offers the page about it among the results."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.url)
    page.get_by_role("textbox", name="Search").fill(wanted)
    page.locator(".md-search-result__link").first.wait_for()
    links = page.locator(".md-search-result__link").evaluate_all(
        "(links) => links.map((link) => link.href)"
    )
    context.close()

    assert any(link.startswith(server.url + place) for link in links)
