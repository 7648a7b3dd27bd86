"""Every page in light, dark, on a phone and without JavaScript, in a real browser."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import (
        Browser,
        ConsoleMessage,
        Page,
        Request,
        Response,
        ViewportSize,
    )

    from tests.site.server import SiteServer

pytestmark = pytest.mark.browser

CHUNKS = 16
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
KNOWN_OF_THE_THEME: frozenset[str] = frozenset()
"""Rules of axe that the theme itself breaks and no override mends: none."""

AXE_ROWS = 6
"""Rows of a table, and records of a page, that axe sees: the rest repeat them."""

FAMILY = "operators/"
"""Folder of hundreds of pages made by one template, of which axe sees a sample."""

MARKS = re.compile(r'(?: class|<h2 id)="([^"]+)"')
STILL = """*, ::before, ::after {
  transition: none !important; animation: none !important; content-visibility: visible !important;
}"""
SETTLED = """() => new Promise((done) => {
  let frames = 4;
  const next = () => (frames-- ? requestAnimationFrame(next) : done());
  next();
})"""
"""The theme sizes its sidebars in the frames after a change of the window."""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SHORTEN = """(count) => {
  const lists = [...document.querySelectorAll("tbody")].map((body) => [...body.rows]);
  lists.push([...document.querySelectorAll(".atlas-record")]);
  for (const list of lists) list.slice(count).forEach((part) => part.remove());
}"""
UNSEEN = """() => [...document.querySelectorAll(".atlas-table tbody tr, .atlas-off, .atlas-switch")]
  .filter((part) => part.matches("fieldset") === part.checkVisibility()
    && !part.closest("details:not([open])"))
  .map((part) => part.outerHTML.slice(0, 80))"""


class Watch:
    """Collects what goes wrong on the pages of a tab."""

    def __init__(self, page: Page, server: SiteServer) -> None:
        self.page = page
        self.home = server.url
        self.problems: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.note(f"script error: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)
        page.on("requestfailed", self._failed)

    def note(self, problem: str) -> None:
        """Add a problem of the page that is open."""
        self.problems.append(f"{self.page.url.removeprefix(self.home)}: {problem}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.note(f"console {message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.home, "data:", "blob:")):
            self.note(f"outside request: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.note(f"{response.status} for {response.url}")

    def _failed(self, request: Request) -> None:
        # What a page still loads is broken off when the next one opens.
        if request.failure != "net::ERR_ABORTED":
            self.note(f"failed: {request.url}, {request.failure}")

    def check_width(self, mode: str) -> None:
        """Note a page that scrolls sideways."""
        overflow = self.page.evaluate(OVERFLOW)
        if overflow > 0:
            self.note(f"{mode}: {overflow} px wider than the screen")

    def check_axe(self, mode: str, **options: Any) -> None:
        """Note what axe finds."""
        found = self.page.evaluate(
            "(options) => axe.run(document, {resultTypes: ['violations'], ...options})", options
        )
        for rule in found["violations"]:
            if rule["id"] not in KNOWN_OF_THE_THEME:
                first = rule["nodes"][0]
                where = f"{first['target']} {first['html'][:120]}"
                self.note(f"{mode}: {rule['id']} ({len(rule['nodes'])} times), first {where}")


@contextmanager
def watched(browser: Browser, server: SiteServer, **options: Any) -> Iterator[Watch]:
    """Open a tab whose pages are watched."""
    context = browser.new_context(reduced_motion="reduce", **options)
    try:
        yield Watch(context.new_page(), server)
    finally:
        context.close()


def addresses(files: list[Path], root: Path, chunk: int) -> list[str]:
    """Return the addresses of one share of the pages."""
    names = [path.relative_to(root).as_posix() for path in files]
    return [name.removesuffix("index.html") for name in names][chunk::CHUNKS]


@pytest.fixture(scope="module")
def for_axe(built_site: Path, html_files: list[Path]) -> set[str]:
    """Return the addresses of the pages that axe sees: all, but of a family only a sample.

    In the order of their names each page of the family is taken that has a class or a section,
    and so a state or a mark, which none before it has.
    """
    chosen: set[str] = set()
    known: set[str] = set()
    for path in html_files:
        address = path.relative_to(built_site).as_posix().removesuffix("index.html")
        if address.startswith(FAMILY):
            marks = set(" ".join(MARKS.findall(path.read_text(encoding="utf-8"))).split())
            if marks <= known:
                continue
            known |= marks
        chosen.add(address)
    return chosen


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_pages_in_light_dark_and_narrow(
    browser: Browser,
    server: SiteServer,
    built_site: Path,
    html_files: list[Path],
    for_axe: set[str],
    chunk: int,
) -> None:
    """No error, no outside request, no sideways scroll, nothing that axe objects to."""
    with watched(browser, server, viewport=DESK) as watch:
        page = watch.page
        for address in addresses(html_files, built_site, chunk):
            page.emulate_media(color_scheme="light")
            page.goto(server.url + address)
            page.add_style_tag(content=STILL)
            page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
            watch.check_width("desk")
            page.set_viewport_size(PHONE)
            watch.check_width("phone")
            page.set_viewport_size(DESK)
            if address not in for_axe:
                continue
            page.evaluate(SETTLED)
            page.evaluate(SHORTEN, AXE_ROWS)
            page.evaluate(AXE_SCRIPT)
            watch.check_axe("light")
            page.emulate_media(color_scheme="dark")
            page.locator("body[data-md-color-scheme=slate]").wait_for()
            watch.check_axe("dark", runOnly=["color-contrast"])

    assert watch.problems == []


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_pages_without_javascript(
    browser: Browser, server: SiteServer, built_site: Path, html_files: list[Path], chunk: int
) -> None:
    """All rows and all alternatives are shown, no switch that does nothing, on a phone too."""
    with watched(browser, server, viewport=PHONE, java_script_enabled=False) as watch:
        page = watch.page
        for address in addresses(html_files, built_site, chunk):
            page.goto(server.url + address)
            watch.check_width("phone without scripts")
            for html in page.evaluate(UNSEEN):
                watch.note(f"without scripts: {html}")

    assert watch.problems == []


def test_dark_readers_see_no_flash_of_light(browser: Browser, server: SiteServer) -> None:
    """The colours are right before the theme's script has run."""
    with watched(browser, server, color_scheme="dark") as watch:
        watch.page.route("**/bundle*.js", lambda route: route.abort())
        watch.page.goto(server.url)

        assert watch.page.locator("body").get_attribute("data-md-color-scheme") == "slate"


def test_first_stop_of_the_keyboard_skips_to_the_content(
    browser: Browser, server: SiteServer
) -> None:
    """The first link on a page leads past the navigation."""
    with watched(browser, server) as watch:
        watch.page.goto(server.url + "throughput/")
        watch.page.keyboard.press("Tab")
        href = watch.page.evaluate("document.activeElement.getAttribute('href')")
        watch.page.keyboard.press("Enter")

        assert watch.page.evaluate("location.hash") == href
        assert watch.page.locator(href).count() == 1


def test_layout_holds_still_while_scripts_run(browser: Browser, server: SiteServer) -> None:
    """Controls appear where their place was kept."""
    with watched(browser, server, viewport=DESK) as watch:
        for address in ("", "throughput/", "mlperf/", "operators/", "operators/messages/"):
            watch.page.goto(server.url + address)
            shift = watch.page.evaluate(
                """() => new Promise((done) => {
                  let sum = 0;
                  new PerformanceObserver((list) => {
                    for (const entry of list.getEntries()) sum += entry.value;
                  }).observe({ type: "layout-shift", buffered: true });
                  setTimeout(() => done(sum), 300);
                })"""
            )
            assert shift < 0.02, address
