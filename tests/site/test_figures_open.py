"""A figure of the built site opens to its record, by keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.base import AXE_SCRIPT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.site.server import SiteServer

pytestmark = pytest.mark.browser

REACH = 200
"""How often Tab may be pressed before a figure must have been reached."""


@pytest.fixture
def page(browser: Browser, server: SiteServer) -> Iterator[Page]:
    """Return the page on throughput."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.url + "throughput/")
    yield page
    context.close()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until an element that `selector` finds has the focus."""
    for _ in range(REACH):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} is not among the first {REACH} stops of the keyboard")


def test_figure_opens_and_closes_by_keyboard(page: Page) -> None:
    """Tab reaches a figure, Enter opens its record, Escape returns to the figure."""
    tab_to(page, "td a.figure, th a.figure")
    before = page.evaluate("document.activeElement.href")
    page.keyboard.press("Enter")
    page.locator("dialog[open] .atlas-record").wait_for()
    page.keyboard.press("Escape")

    assert page.locator("dialog[open]").count() == 0
    assert page.evaluate("document.activeElement.href") == before


def test_open_record_is_accessible(page: Page) -> None:
    """Axe finds nothing in the dialog, and it tells source, conditions and citation."""
    page.locator("td a.figure").first.click()
    dialog = page.get_by_role("dialog")
    dialog.locator(".atlas-record").wait_for()
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run(document.querySelector('dialog'))")

    assert [rule["id"] for rule in found["violations"]] == []
    assert dialog.locator("[data-cite]").inner_text().startswith("DLA Atlas")
    assert dialog.get_by_role("link", name="Open record page").is_visible()


def test_address_of_a_figure_marks_it(page: Page, server: SiteServer) -> None:
    """Following the address of a cell brings it into view and marks it."""
    figure = page.locator("td[id]:has(a.figure), td a.figure[id]").last
    identifier = figure.get_attribute("id")
    plain = figure.evaluate("(one) => getComputedStyle(one).backgroundColor")
    page.goto("about:blank")
    page.goto(f"{server.url}throughput/#{identifier}")

    marked = page.locator(f"[id='{identifier}']")
    box = marked.bounding_box()
    assert box
    assert 0 <= box["y"] <= page.evaluate("innerHeight")
    assert marked.evaluate("(one) => getComputedStyle(one).backgroundColor") != plain


def test_figure_without_javascript_is_a_link(browser: Browser, server: SiteServer) -> None:
    """The same link leads to the record on its own page."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.url + "throughput/")
    page.locator("td a.figure").first.click()
    page.wait_for_url("**/records/**")
    fragment = page.url.partition("#")[2]

    assert page.locator(f"article[id='{fragment}']").is_visible()
    context.close()
