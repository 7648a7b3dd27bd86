"""The matrix of operators and the messages, as a reader uses them in a browser."""

from __future__ import annotations

import csv
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.site.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.site.server import SiteServer

pytestmark = pytest.mark.browser

ROW = """(operator) => {
  const rows = [...document.querySelectorAll("#tbl-matrix tbody tr")];
  const row = rows.find((row) => row.cells[0].textContent === operator);
  return [...row.cells].slice(1, 4).map((cell) => cell.textContent.trim());
}"""
VISIBLE = """async () => {
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  const rows = [...document.querySelectorAll("#tbl-matrix tbody tr")];
  return rows.filter((row) => !row.hidden).map((row) => row.cells[0].textContent);
}"""


@contextmanager
def opened(browser: Browser, address: str, **options: bool) -> Iterator[Page]:
    """Open a page in a tab of its own."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(address)
    try:
        yield page
    finally:
        context.close()


@pytest.fixture
def home(server: SiteServer) -> str:
    """Return the address of the matrix."""
    return f"{server.url}operators/"


def query(page: Page) -> dict[str, str]:
    """Return the names and values in the page's address."""
    return dict(parse_qsl(urlsplit(page.url).query))


def test_newest_release_stands_there_without_scripts(browser: Browser, home: str) -> None:
    """All operators with the newest usable Jetson release, and no control that does nothing."""
    with opened(browser, home, java_script_enabled=False) as page:
        rows = page.locator("#tbl-matrix tbody tr")
        assert rows.count() == page.locator("#tbl-matrix tbody tr:visible").count() > 200
        assert page.locator("[data-chosen]").inner_text().startswith("JetPack 6.2.3, TensorRT 10.3")
        assert not page.locator("select[name=release]").is_visible()
        assert page.locator("[data-release='tensorrt-11.1']").is_visible()


@pytest.mark.parametrize(
    ("release", "soc", "operator", "expected"),
    [
        ("jetpack-5.1.1", "orin", "Ceil", ["refused", "documents only", ""]),
        ("jetpack-6.2", "orin", "Div", ["limited", "conflicting", "FP16, INT8"]),
        ("jetpack-6.2", "orin", "Pow", ["limited", "conflicting", "FP16, INT8"]),
        ("jetpack-6.0", "orin", "Div", ["refused", "seen on a device", ""]),
        ("drive-os-6.0.9.0", "orin", "Div", ["limited", "documents only", "FP16, INT8"]),
        ("jetpack-5.1.1", "xavier", "Softmax", ["refused", "documents only", ""]),
        ("jetpack-5.1.1", "orin", "Softmax", ["limited", "documents only", "FP16"]),
        ("jetpack-7.2.2", "orin", "DequantizeLinear", ["limited", "documents only", "INT8"]),
    ],
)
def test_named_cases(
    browser: Browser, home: str, release: str, soc: str, operator: str, expected: list[str]
) -> None:
    """The address alone brings up a release and an SoC; the row says what holds there."""
    address = f"{home}?matrix.release={release}&matrix.soc={soc}"
    with opened(browser, address) as page:
        assert page.evaluate(ROW, operator) == expected
        assert page.locator("select[name=soc]").input_value() == soc
        assert page.locator("select[name=release]").input_value() == release


def test_choice_goes_to_the_address_and_leaves_filters_alone(browser: Browser, home: str) -> None:
    """Release, SoC, filters and search live in one address, which brings all of them back."""
    with opened(browser, f"{home}?matrix.operator=div") as page:
        page.locator("select[name=release]").select_option("jetpack-6.0")
        page.get_by_role("combobox", name="State").select_option("refused")
        assert page.evaluate(VISIBLE) == ["Div"]
        assert query(page) == {
            "matrix.operator": "div",
            "matrix.state": "refused",
            "matrix.release": "jetpack-6.0",
        }
        page.reload()
        assert page.evaluate(VISIBLE) == ["Div"]
        assert page.evaluate(ROW, "Div")[0] == "refused"

        page.locator(".atlas-table__reset").click()
        assert len(page.evaluate(VISIBLE)) > 200
        assert query(page) == {"matrix.release": "jetpack-6.0"}
        page.locator("select[name=release]").select_option("jetpack-6.2.3")
        assert query(page) == {}


def test_filters_see_what_the_chosen_release_says(browser: Browser, home: str) -> None:
    """The lists of a filter hold the words of the rows as they are now."""
    with opened(browser, home) as page:
        page.get_by_role("combobox", name="Known from").select_option("conflicting")
        assert {"Div", "Pow"} <= set(page.evaluate(VISIBLE))
        page.locator("select[name=soc]").select_option("xavier")
        shown = page.evaluate(VISIBLE)
        assert "Div" not in shown
        assert all(page.evaluate(ROW, name)[1] == "conflicting" for name in shown)


def test_soc_brings_its_newest_release(browser: Browser, home: str) -> None:
    """A release that an SoC never had cannot be chosen for it."""
    with opened(browser, home) as page:
        page.locator("select[name=soc]").select_option("xavier")
        assert page.locator("select[name=release]").input_value() == "jetpack-5.1.6"
        newer = page.locator("option[value='jetpack-6.2.3']")
        assert newer.evaluate("(option) => option.disabled")
        assert query(page) == {"matrix.soc": "xavier", "matrix.release": "jetpack-5.1.6"}
        current = page.locator("th[data-step][aria-current]")
        assert current.inner_text().startswith("8.5.2")


@pytest.mark.parametrize(
    ("release", "reason"),
    [
        ("tensorrt-11.1", "It has no DLA: every layer runs on the GPU."),
        ("jetpack-7.2", "builds nothing for the DLA; stay with JetPack 6.2.3"),
        ("jetpack-7.0", "Thor has no DLA"),
        ("jetpack-7.2-ea", "whether the DLA runs is unknown"),
    ],
)
def test_release_without_a_dla_shows_no_operators(
    browser: Browser, home: str, release: str, reason: str
) -> None:
    """In place of the matrix stands the reason."""
    with opened(browser, f"{home}?matrix.release={release}") as page:
        assert not page.locator("#tbl-matrix").is_visible()
        assert reason in page.locator("[data-notice]").inner_text()
        page.locator("select[name=release]").select_option("jetpack-6.2.3")
        assert page.locator("#tbl-matrix").is_visible()
        assert not page.locator("[data-notice]").is_visible()


def test_nonsense_in_the_address_is_ignored(browser: Browser, home: str) -> None:
    """A release nobody made leaves the newest one."""
    with opened(browser, f"{home}?matrix.release=jetpack-99&matrix.soc=hopper") as page:
        assert page.locator("select[name=release]").input_value() == "jetpack-6.2.3"
        assert page.evaluate(ROW, "Div")[0] == "limited"


def test_going_back_restores_the_release(browser: Browser, home: str) -> None:
    """The browser's back button returns to the release of before."""
    with opened(browser, f"{home}?matrix.release=jetpack-6.0") as page:
        page.evaluate("history.pushState(null, '', '?matrix.release=jetpack-5.1.1')")
        page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")
        assert page.locator("[data-chosen]").inner_text().startswith("JetPack 5.1.1")
        page.go_back()
        assert page.locator("[data-chosen]").inner_text().startswith("JetPack 6.0")


def messages() -> list[dict[str, str]]:
    """Return the rows of the table of messages."""
    with (ROOT / "data/operators/messages.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def example(pattern: str) -> str:
    """Return a line of a log that a pattern for readers describes."""
    numbered = re.sub(r"<(?:other )?number>", "3", pattern)
    return re.sub(r"<operation>|<type>", "DIV", re.sub(r"<(?:layer|tensor|mode)>", "a/b", numbered))


def test_browser_reads_the_patterns_as_python_does(browser: Browser, server: SiteServer) -> None:
    """Each expression finds the same layer in the same line on both sides."""
    with opened(browser, f"{server.url}operators/messages/") as page:
        for row in messages():
            line = f"[03/24/2025-10:11:12] [W] [TRT] {example(row['pattern'])}"
            found = page.evaluate(
                """([id, line]) => {
                  const { pattern, flags } = document.getElementById(id).dataset;
                  const match = new RegExp(pattern, flags).exec(line);
                  return match && { ...match.groups };
                }""",
                [row["message"], line],
            )
            expected = re.search(row["regex"], line)
            assert (found is None) == (expected is None), row["message"]
            if expected:
                groups = {name: text for name, text in expected.groupdict().items() if text}
                assert {name: text for name, text in found.items() if text} == groups


def test_pasted_line_is_explained(browser: Browser, server: SiteServer) -> None:
    """A line brings up its message with the layer's name; other lines are said to be unknown."""
    with opened(browser, f"{server.url}operators/messages/") as page:
        box = page.get_by_label("Paste lines of a build log")
        box.fill(
            "[W] [TRT] /model/Div: DLA cores do not support DIV ElementWise operation.\n"
            "something else\n"
        )
        answer = page.locator(".op-paste li")
        assert page.get_by_role("status").last.inner_text() == "1 of 2 lines recognised"
        assert "Division or power refused: " in answer.inner_text()
        assert "/model/Div" in answer.inner_text()
        answer.get_by_role("link", name="Division or power refused").click()
        assert page.url.endswith("#m6")
        box.fill("<img src=x onerror=alert(1)>")
        assert "None of these lines" in page.locator(".op-paste").inner_text()
        box.fill("x" * 200_000)
        box.fill("")
        assert page.locator(".op-paste li").count() == 0
