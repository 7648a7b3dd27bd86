"""The dialog that shows the record behind a figure, on small pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.site.conftest import snippet

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.site.conftest import OpenSnippet
    from tests.site.server import SiteServer

pytestmark = pytest.mark.browser

PAGE = """
<p><a class="figure" id="one" href="records.html#t.a">2037</a>
<a class="figure" id="two" href="records.html#t.b">1948</a>
<a class="figure" id="lost" href="records.html#t.none">5</a>
<a class="figure" id="gone" href="missing.html#t.a">6</a></p>
<table><tr><td id="cell"><a class="figure" href="records.html#t.a">7</a></td></tr></table>
<svg width="99" height="20"><a class="figure" href="records.html#t.b"><text y="15">bar</text></a>
</svg>
"""
RECORDS = """
<article class="atlas-record" id="t.a"><h2 id="h"><a href="#t.a">ResNet-50, MAXN</a></h2>
<p><a href="elsewhere/">more</a></p><p>Cite: <code data-cite>DLA Atlas, t.a</code></p></article>
<article class="atlas-record" id="t.b"><h2>ResNet-50, 50W</h2><p>no citation</p></article>
"""


@pytest.fixture
def page(open_snippet: OpenSnippet, snippets: SiteServer) -> Page:
    """Return a page with figures, beside a page of records."""
    write(snippets.folder / "records.html", RECORDS)
    return open_snippet(PAGE)


def write(path: Path, body: str) -> None:
    """Write a page of its own beside the snippet."""
    path.write_text(snippet(body), encoding="utf-8")


def test_enter_opens_and_escape_returns(page: Page) -> None:
    """The record opens by keyboard alone and the focus comes back to the figure."""
    page.locator("#one").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="ResNet-50, MAXN")
    dialog.wait_for()
    assert page.evaluate("document.querySelector('dialog').contains(document.activeElement)")
    page.keyboard.press("Escape")

    assert not dialog.is_visible()
    assert page.evaluate("document.activeElement.id") == "one"


def test_dialog_links_lead_where_the_record_page_leads(page: Page, snippets: SiteServer) -> None:
    """Relative links of the record count from its own page, and no id is there twice."""
    page.locator("#one").click()
    dialog = page.get_by_role("dialog")
    href = dialog.get_by_role("link", name="more").evaluate("(link) => link.href")
    record = dialog.get_by_role("link", name="Open record page").evaluate("(link) => link.href")
    cell = dialog.get_by_role("link", name="Link to this figure").get_attribute("href")

    assert href == f"{snippets.url}elsewhere/"
    assert record == f"{snippets.url}records.html#t.a"
    assert cell == "#one"
    assert page.locator("#h, [id='t.a']").count() == 0


def test_one_dialog_and_one_fetch_serve_all_figures(page: Page, snippets: SiteServer) -> None:
    """A second figure reuses the dialog and the page that was fetched."""
    asked = len(snippets.answers)
    for figure, title in (("one", "MAXN"), ("two", "50W"), ("one", "MAXN")):
        page.locator(f"#{figure}").click()
        page.get_by_role("dialog", name=title).wait_for()
        page.get_by_role("button", name="Close").click()

    assert page.locator("dialog").count() == 1
    assert [path for path, _ in snippets.answers[asked:]] == ["/records.html"]


def test_citation_is_copied(page: Page) -> None:
    """The line to paste lands on the clipboard, where there is one to copy."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#one").click()
    page.get_by_role("button", name="Copy citation").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "DLA Atlas, t.a"
    page.keyboard.press("Escape")
    page.locator("#two").click()

    assert not page.get_by_role("button", name="Copy citation").is_visible()


def test_figure_of_a_chart_opens_its_record(page: Page) -> None:
    """A link inside an SVG is a figure like any other."""
    page.locator("svg text").click()

    page.get_by_role("dialog", name="ResNet-50, 50W").wait_for()
    assert not page.get_by_role("link", name="Link to this figure").is_visible()


def test_command_is_copied(open_snippet: OpenSnippet) -> None:
    """A block of commands has a button that copies it whole."""
    page = open_snippet('<div class="highlight"><pre><code>trtexec \n--int8</code></pre></div>')
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()

    assert page.evaluate("navigator.clipboard.readText()") == "trtexec \n--int8"


def test_figure_in_a_cell_is_addressed_by_the_cell(page: Page) -> None:
    """Where the cell has the address, the dialog links to the cell."""
    page.locator("#cell a").click()

    link = page.get_by_role("link", name="Link to this figure")
    assert link.get_attribute("href") == "#cell"


@pytest.mark.parametrize("figure", ["lost", "gone"])
def test_without_the_record_the_link_is_followed(page: Page, figure: str) -> None:
    """A page or record that cannot be fetched leaves an ordinary link."""
    target = page.locator(f"#{figure}").get_attribute("href")
    page.locator(f"#{figure}").click()

    page.wait_for_url(f"**/{target}")


def test_control_click_is_left_to_the_browser(page: Page) -> None:
    """Opening a figure in another tab works as with any link."""
    with page.context.expect_page() as opened:
        page.locator("#one").click(modifiers=["Control"])

    assert opened.value.url.endswith("records.html#t.a")
    assert page.locator("dialog").count() == 0
