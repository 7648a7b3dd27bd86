"""The script of the charts, in a browser, on a page with nothing else."""

from __future__ import annotations

import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from generator.charts import chart_html, panels_html
from generator.plotly_bundle import plotly_bundle

from . import chart_examples as examples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

ASSETS = Path(__file__).resolve().parents[3] / "docs" / "assets"
FILTER = "filters => document.dispatchEvent(new CustomEvent('atlas:filter', {detail: filters}))"


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Keep requests out of the output of the tests."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a page with one chart of each kind and two panels."""
    folder = tmp_path_factory.mktemp("charts")
    shutil.copytree(ASSETS, folder / "assets")
    shutil.copy(plotly_bundle(), folder / "assets" / "js")
    (folder / "index.html").write_text(_page(), encoding="utf-8")
    handler = partial(QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Return the page, opened; it must end without an error or a request to elsewhere."""
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda message: trouble.append(message.text))
    page.on(
        "request",
        lambda request: None if request.url.startswith(address) else trouble.append(request.url),
    )
    page.goto(address)
    yield page
    context.close()

    assert trouble == []


def press(page: Page, chart: str) -> None:
    page.locator(f"#fig-{chart} .atlas-chart-button").press("Enter")


def open_live(page: Page, chart: str) -> None:
    press(page, chart)
    page.wait_for_selector(f"#fig-{chart}.is-live .main-svg", timeout=180_000)


def live_figures(page: Page, chart: str) -> Any:
    return page.evaluate(
        "id => [...document.querySelectorAll(`#fig-${id} .atlas-live`)]"
        ".map(live => live.data.map(trace => trace.y))",
        chart,
    )


def visible(page: Page, selector: str) -> int:
    return sum(node.is_visible() for node in page.query_selector_all(selector))


def test_plotly_is_loaded_once_and_only_when_asked_for(page: Page) -> None:
    """Reading costs nothing; two interactive charts load the bundle once."""
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.reload()
    page.wait_for_load_state("networkidle")

    assert not any("plotly" in url for url in loaded)

    open_live(page, "tops")
    open_live(page, "rounds")

    assert len([url for url in loaded if url.endswith("/assets/js/plotly.min.js")]) == 1


def test_button_changes_the_chart_and_back(page: Page) -> None:
    """Both charts show the same figures; the keyboard is enough, and focus stays."""
    open_live(page, "tops")

    assert live_figures(page, "tops") == [[[171, 109, 41, 14], [105, 92, 90, 40]]]
    assert not page.is_visible("#fig-tops .atlas-still")
    assert page.evaluate("document.activeElement.textContent") == "Static chart"

    press(page, "tops")

    assert page.is_visible("#fig-tops .atlas-still")
    assert page.query_selector("#fig-tops .atlas-live") is None
    assert page.evaluate("document.activeElement.textContent") == "Interactive chart"


def test_failure_to_load_is_said_and_can_be_retried(browser: Browser, address: str) -> None:
    """Without the bundle the still chart stays, and another attempt may succeed."""
    page = browser.new_page()
    page.route("**/plotly.min.js", lambda route: route.abort())
    page.goto(address)
    press(page, "tops")
    page.wait_for_selector("text=could not be loaded")

    assert page.is_visible("#fig-tops .atlas-still")

    page.unroute("**/plotly.min.js")
    open_live(page, "tops")
    page.close()


def test_colours_follow_the_scheme(page: Page) -> None:
    """The interactive chart has the colours of the page, also when they change."""
    open_live(page, "tops")
    colour = "document.querySelector('#fig-tops .atlas-live').data[0].marker.color"
    variable = "getComputedStyle(document.body).getPropertyValue('--atlas-series-1').trim()"
    light = page.evaluate(colour)

    assert light == page.evaluate(variable)

    page.evaluate("document.body.dataset.mdColorScheme = 'slate'")
    page.wait_for_function(f"{colour} !== '{light}'")

    assert page.evaluate(colour) == page.evaluate(variable)


def test_filters_choose_the_same_marks_in_all_forms(page: Page) -> None:
    """Picture, table and interactive chart show what the filter leaves, and all of it after."""
    open_live(page, "tops")
    page.evaluate(FILTER, {"table": "modes", "filters": {"power_mode": "30w", "other": "x"}})

    assert live_figures(page, "tops") == [[[41], [90]]]
    assert visible(page, "#fig-tops tbody tr, #fig-tops .mark") == 0

    press(page, "tops")
    page.click("#fig-tops summary")

    assert visible(page, "#fig-tops .mark") == 2
    assert visible(page, "#fig-tops text.category") == 1
    assert visible(page, "#fig-tops tbody tr") == 1

    page.evaluate(FILTER, {"table": "modes", "filters": {"power_mode": ""}})

    assert visible(page, "#fig-tops .mark") == 8


def test_filters_leave_other_charts_alone(page: Page) -> None:
    """A chart follows its own table only."""
    page.evaluate(FILTER, {"table": "other", "filters": {"power_mode": "30w"}})

    assert visible(page, "#fig-tops .mark") == 8
    assert visible(page, "#fig-panels .mark") == 16


def test_panels_hidden_when_drawn_have_their_width_when_shown(page: Page) -> None:
    """A filter that hides a panel does not spoil the interactive chart in it."""
    page.evaluate(FILTER, {"table": "networks", "filters": {"network": "a"}})

    assert visible(page, "#fig-panels .atlas-panel") == 1

    open_live(page, "panels")
    page.evaluate(FILTER, {"table": "networks", "filters": {}})
    widths = (
        "[...document.querySelectorAll('#fig-panels .atlas-live')].map(live =>"
        " Math.abs(live.offsetWidth - live.querySelector('.main-svg').width.baseVal.value) < 2)"
    )
    page.wait_for_function(f"{widths}.join() === 'true,true'")


def test_hostile_words_stay_words_in_the_interactive_chart(page: Page) -> None:
    """Plotly shows tags in names as text; a dialog or an element would be caught."""
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    open_live(page, "hostile")

    assert page.query_selector("#fig-hostile script, #fig-hostile b") is None
    assert "<script>" in page.inner_text("#fig-hostile .atlas-live")


@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_axe_finds_nothing(page: Page, scheme: str) -> None:
    """Still and interactive charts are accessible in both schemes."""
    page.evaluate("scheme => { document.body.dataset.mdColorScheme = scheme }", scheme)
    for summary in page.query_selector_all("summary"):
        summary.click()
    open_live(page, "power")

    assert Axe().run(page, "main").response["violations"] == []


@pytest.mark.parametrize("width", [320, 360, 700])
def test_nothing_runs_out_of_the_page(page: Page, width: int) -> None:
    """Long words, figures and names stay inside a narrow page."""
    page.set_viewport_size({"width": width, "height": 800})

    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", [296, 360, 520, 800])
def test_labels_do_not_cover_each_other(page: Page, width: int) -> None:
    """At any width the labels that are shown beside bars and dots can be read."""
    page.set_viewport_size({"width": width + 32, "height": 800})
    boxes = page.evaluate(
        """() => [...document.querySelectorAll('.atlas-svg')].map(svg =>
             [...svg.querySelectorAll('text.value, text.category, .heading')]
               .map(text => text.getBoundingClientRect()).filter(box => box.width)
               .map(({left, right, top, bottom}) => [left + 1, right - 1, top + 2, bottom - 2]))"""
    )

    for svg in boxes:
        for number, (left, right, top, bottom) in enumerate(svg):
            for other_left, other_right, other_top, other_bottom in svg[number + 1 :]:
                assert (
                    right <= other_left
                    or other_right <= left
                    or bottom <= other_top
                    or other_bottom <= top
                )


def test_works_without_scripts(browser: Browser, address: str) -> None:
    """Without JavaScript there is a picture and a table, and no button that does nothing."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)

    assert visible(page, ".atlas-svg") == len(page.query_selector_all(".atlas-svg"))
    assert visible(page, ".atlas-chart-button") == 0

    page.click("#fig-tops summary")

    assert page.is_visible("#fig-tops table")
    context.close()


def _page() -> str:
    panels = [
        examples.bars(id=f"panel-{name}", title=name.upper(), keys={"network": name})
        for name in ("a", "b")
    ]
    charts = [
        chart_html(examples.bars(follows="modes")),
        panels_html("panels", "Panels", "Two panels.", panels, follows="networks"),
        *(chart_html(chart) for chart in examples.all_kinds()[1:]),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Charts</title>'
        '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
        '<link rel="stylesheet" href="assets/css/atlas.css">'
        '<link rel="stylesheet" href="assets/css/charts.css">'
        "<style>body { margin: 0 16px; background: var(--atlas-paper); color: var(--atlas-ink) }"
        " a { color: var(--atlas-link) }</style>"
        '<script src="assets/js/charts.js" defer></script></head>'
        '<body class="md-typeset" data-md-color-scheme="default"><main><h1>Charts</h1>'
        f"{''.join(charts)}</main></body></html>"
    )
