"""The HTML report is one file that opens offline, is safe, and can be read by everybody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup

from measure.check.as_html import as_html
from measure.check.html_layers import LAYERS_SHOWN
from measure.check.html_network import RUNS_SHOWN, compressed, runs_of
from measure.check.report import Report, Source
from tests.measure.check.reports import all_on_dla, node, reason, some_fall_back

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

HOSTILE = "\"><script>alert(1)</script>\n'&amp;\u202e<img src=//evil.example onerror=x>"


def parse(report: Report) -> BeautifulSoup:
    """Return the page."""
    return BeautifulSoup(as_html(report), "html.parser")


def long_network(layers: int) -> Report:
    """Return the report on a network that changes sides at every layer."""
    report = some_fall_back()
    report.nodes = [
        node(f"n{n}", "Op", n, "gpu", reasons=[reason()])
        if n % 2
        else node(f"n{n}", "Op", n, subgraph=1 + n // 2)
        for n in range(layers)
    ]
    return report


def test_nothing_is_loaded() -> None:
    """No element refers to anything outside but links that a reader may follow."""
    page = parse(some_fall_back())

    assert (
        page.find_all(["script", "link", "img", "iframe", "object", "embed", "base", "form"]) == []
    )
    assert page.find_all(src=True) == []
    assert [
        tag for tag in page.find_all(True) if any(name.startswith("on") for name in tag.attrs)
    ] == []
    assert page.find_all(style=True) == []
    assert "@import" not in str(page.style)
    assert set(re.findall(r"url\(([^)]*)\)", str(page.style))) == {'"#hatch"'}
    policy = str(page.find("meta", {"http-equiv": "Content-Security-Policy"}))
    assert "default-src 'none'" in policy


def test_everything_is_said() -> None:
    """Verdict, causes with remedy and source, each layer, formats, borders, the command."""
    text = " ".join(parse(some_fall_back()).get_text(" ").split())

    for part in (
        "5 of 9 layers fall back to the GPU",
        "What brings most: change the 5 MaxPool nodes",
        "Window height and width lie between 1 and 8. Here: 9; 10; 11; 12; 13.",
        "window 9 -> 8. Split it.",
        "Seen on devices: 2 agree",
        "int8:dla_hwc4",
        "DLA subgraph 1 → GPU",
        "unknown size",
        "trtexec --onnx=models/net.onnx",
        "Convolution buffer: 3 of 16 banks.",
        "Runs in one step with conv.",
        "computed while building",
        "No INT8 scales.",
        "A note.",
    ):
        assert part in text, part


def test_every_link_inside_leads_somewhere() -> None:
    """Pieces of the picture and names of nodes lead to their rows."""
    page = parse(some_fall_back())
    targets = {tag["id"] for tag in page.find_all(id=True)}
    links = [str(a["href"]) for a in page.find_all("a", href=True)]
    inside = [address[1:] for address in links if address.startswith("#")]

    assert len(inside) > 5
    assert set(inside) <= targets


def test_sources_are_links_to_the_web_only() -> None:
    """An address that is none is shown as text."""
    report = some_fall_back()
    assert parse(report).find("a", href="https://example.org/guide")
    report.sources["guide"] = Source("guide", "The guide", "javascript:alert(1)")

    assert "javascript:" not in as_html(report)


def test_hostile_names_are_text() -> None:
    """Whatever a model calls its nodes, the page has the elements it had before."""
    plain, hostile = some_fall_back(), some_fall_back()
    hostile.model = f"/tmp/{HOSTILE.replace('/', '')}"
    for result in hostile.nodes:
        result.name, result.op_type, result.into = HOSTILE, HOSTILE, HOSTILE
    hostile.command = ["trtexec", f"--onnx={HOSTILE}"]
    hostile.notes = [HOSTILE]
    page, expected = parse(hostile), parse(plain)

    assert page.find_all(["script", "img"]) == []
    assert {tag.name for tag in page.find_all(True)} == {
        tag.name for tag in expected.find_all(True)
    }
    assert "\u202e" not in str(page)


def test_a_long_network_is_drawn_in_few_pieces() -> None:
    """Neighbours are put together, and all layers are still in them."""
    report = long_network(1001)
    runs = compressed(runs_of(report))

    assert len(runs_of(report)) == 1001
    assert len(runs) <= RUNS_SHOWN
    assert sum(len(run.nodes) for run in runs) == 1001
    assert len(parse(report).svg.find_all("a")) == len(runs)  # type: ignore[union-attr]


def test_a_huge_network_lists_what_matters() -> None:
    """Layers with reasons come before those without."""
    report = long_network(2 * LAYERS_SHOWN)
    page = as_html(report)

    assert page.count("<tr id=") == LAYERS_SHOWN
    assert f"{LAYERS_SHOWN} more layers are in the JSON report" in page
    assert page.count('class="gpu"><td>') == LAYERS_SHOWN


@pytest.mark.parametrize(
    "report", [all_on_dla(), Report("empty.onnx", all_on_dla().target)], ids=["all", "empty"]
)
def test_small_reports(report: Report) -> None:
    """Nothing that falls back, or nothing at all."""
    page = parse(report)

    assert "Why layers leave the DLA" not in page.get_text()


@pytest.fixture(params=[("light", 1200), ("dark", 1200), ("light", 360), ("dark", 360)], ids=str)
def opened(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """Return the page in a browser, as wide and coloured as asked."""
    scheme, width = request.param
    path = tmp_path / "report.html"
    path.write_text(as_html(some_fall_back()), encoding="utf-8")
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    )
    page = context.new_page()
    page.goto(path.as_uri())
    yield page
    context.close()


@pytest.mark.browser
def test_contrast_and_structure(opened: Page) -> None:
    """Axe finds nothing, in light and dark, wide and narrow."""
    assert Axe().run(opened).response["violations"] == []


@pytest.mark.browser
def test_nothing_sticks_out(opened: Page) -> None:
    """What is wide scrolls in its own box."""
    wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"

    assert not opened.evaluate(wider)


@pytest.mark.browser
def test_works_without_script_and_by_keyboard(browser: Browser, tmp_path: Path) -> None:
    """The policy lets the style in, the choice of layers works, a piece leads to its layer."""
    path = tmp_path / "report.html"
    path.write_text(as_html(some_fall_back()), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())

    assert page.locator("#layer-9").is_hidden()
    page.locator("#only-run").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#only-dla").is_checked()
    assert page.locator("#layer-2").is_hidden()
    assert page.locator("#layer-0").is_visible()
    page.locator("svg a.gpu").first.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#layer-2")
    assert page.locator("#layer-2").is_visible()
    assert asked == [path.as_uri()]
    assert said == []
    context.close()
