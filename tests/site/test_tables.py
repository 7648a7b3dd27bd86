"""Filters, sorting and switches, on pages small enough to read."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.site.conftest import OpenSnippet

pytestmark = pytest.mark.browser

TABLE = """
<div class="atlas-table" id="tbl-t" data-table="t" data-search="Find">
<div class="atlas-table__scroll"><table class="atlas-grid"><thead><tr>
<th data-column="network" data-filter="select" data-sort="text">Network</th>
<th data-column="note" data-filter="text">Note</th>
<th data-column="top-speed" data-sort="number" class="num">Images/s</th>
</tr></thead><tbody>
<tr id="r0"><td data-value="resnet-50">ResNet-50</td><td>Batch two</td><td>95</td></tr>
<tr id="r1"><td data-value="ssd">SSD</td><td>batch ONE</td><td data-value="1000">1 000</td></tr>
<tr id="r2"><td data-value="resnet-50">ResNet-50</td><td>a &amp; b + c=d?</td><td>unknown</td></tr>
<tr id="r3"><td data-value="ssd">SSD</td><td></td><td><a class="figure" id="cell">7.5</a></td></tr>
</tbody></table></div></div>
"""
SWITCH = """
<fieldset class="atlas-switch" data-switch="cores" hidden><legend>Cores</legend>
<label><input type="radio" name="cores" value="sum" checked><span>two</span></label>
<label><input type="radio" name="cores" value="single"><span>one</span></label></fieldset>
<p id="sum" data-cores="sum">2037</p>
<p id="single" data-cores="single" class="atlas-off">1018</p>
<p id="both" data-cores="sum single">either</p>
"""


def visible_rows(page: Page) -> list[int]:
    """Return the numbers of the rows in sight, in their order on the page."""
    rows: list[int] = page.evaluate(
        """async () => {
          await new Promise(requestAnimationFrame);
          await new Promise(requestAnimationFrame);
          const rows = [...document.querySelectorAll("tbody tr")];
          return rows.filter((row) => row.checkVisibility()).map((row) => +row.id.slice(1));
        }"""
    )
    return rows


def query(page: Page) -> dict[str, str]:
    """Return the names and values in the page's address."""
    return dict(parse_qsl(urlsplit(page.url).query))


@pytest.fixture
def table(open_snippet: OpenSnippet) -> Page:
    """Return a page with one table."""
    page = open_snippet(TABLE)
    assert visible_rows(page) == [0, 1, 2, 3]
    return page


def test_select_offers_each_value_once(table: Page) -> None:
    """A list of values has what the column holds, in the order of the rows."""
    labels = table.locator(".atlas-table__filters select option").all_inner_texts()

    assert labels == ["All", "ResNet-50", "SSD"]


def test_select_hides_other_rows(table: Page) -> None:
    """A chosen value stays, the address and the count say so."""
    table.get_by_label("Network").select_option("ssd")

    assert visible_rows(table) == [1, 3]
    assert query(table) == {"t.network": "ssd"}
    assert table.get_by_role("status").inner_text() == "2 of 4 rows"


@pytest.mark.parametrize(
    ("field", "text", "rows"),
    [
        ("Note", "BATCH", [0, 1]),
        ("Note", "one batch", [1]),
        ("Note", "a & b + c=d?", [2]),
        ("Note", "none such", []),
        ("Note", "   ", [0, 1, 2, 3]),
        ("Find", "resnet two", [0]),
        ("Find", "7.5", [3]),
    ],
)
def test_text_finds_all_words(table: Page, field: str, text: str, rows: list[int]) -> None:
    """A search ignores case and asks for every word, in any order."""
    table.get_by_label(field).fill(text)

    assert visible_rows(table) == rows


def test_sort_button_goes_round(table: Page) -> None:
    """Figures start from the largest, then the smallest, then as printed; unknown is last."""
    head = table.locator("th[data-column=top-speed]")
    seen = []
    for _ in range(3):
        head.get_by_role("button").press("Enter")
        seen.append((visible_rows(table), head.get_attribute("aria-sort")))

    assert seen == [
        ([1, 0, 3, 2], "descending"),
        ([3, 0, 1, 2], "ascending"),
        ([0, 1, 2, 3], None),
    ]
    assert query(table) == {}


def test_sort_by_text_keeps_the_order_of_equals(table: Page) -> None:
    """Rows that compare equal stay in the order of the data, in both directions."""
    head = table.locator("th[data-column=network]").get_by_role("button")
    head.click()
    assert visible_rows(table) == [0, 2, 1, 3]
    head.click()
    assert visible_rows(table) == [1, 3, 0, 2]


def test_reset_brings_everything_back(table: Page) -> None:
    """One button clears filters, search, order and address."""
    table.get_by_label("Network").select_option("ssd")
    table.get_by_label("Find").fill("batch")
    assert visible_rows(table) == [1]
    table.get_by_role("button", name="Reset").click()

    assert visible_rows(table) == [0, 1, 2, 3]
    assert query(table) == {}
    assert table.get_by_label("Find").input_value() == ""


def test_state_is_restored_from_the_address(open_snippet: OpenSnippet) -> None:
    """An address that someone was sent shows the same rows and controls."""
    page = open_snippet(TABLE, "?keep=1&t.network=ssd&t.sort=top-speed")

    assert visible_rows(page) == [3, 1]
    assert page.get_by_label("Network").input_value() == "ssd"
    page.get_by_label("Network").select_option("")
    assert visible_rows(page) == [3, 0, 1, 2]
    assert query(page) == {"keep": "1", "t.sort": "top-speed"}


@pytest.mark.parametrize(
    "address",
    [
        "?t.network=nonsense",
        "?t.sort=note",
        "?t.sort=--top-speed",
        "?t.none=1&t=2",
        "?t.q=%F0%28",
        "#%",
    ],
)
def test_nonsense_in_the_address_is_ignored(open_snippet: OpenSnippet, address: str) -> None:
    """What no control could have written changes nothing, unless it is a search."""
    page = open_snippet(TABLE, address)

    assert len(visible_rows(page)) == (0 if "q=" in address else 4)


def test_going_back_restores_the_state(open_snippet: OpenSnippet) -> None:
    """The browser's back button returns to the filters of before."""
    page = open_snippet(TABLE, "?t.network=ssd")
    page.evaluate("history.pushState(null, '', '?t.network=resnet-50')")
    page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")
    assert visible_rows(page) == [0, 2]
    page.go_back()

    assert visible_rows(page) == [1, 3]


def test_addressed_figure_is_never_hidden(open_snippet: OpenSnippet) -> None:
    """A link to a figure wins over a filter that would hide it."""
    page = open_snippet(TABLE, "?t.network=resnet-50#cell")

    assert 3 in visible_rows(page)


def test_charts_are_told_of_filters(table: Page) -> None:
    """An event on the document names the table and its filters."""
    table.evaluate("document.addEventListener('atlas:filter', (e) => (window.told = e.detail))")
    table.get_by_label("Network").select_option("ssd")
    visible_rows(table)

    assert table.evaluate("window.told") == {"table": "t", "filters": {"network": "ssd"}}


def test_controls_have_names_and_state(table: Page) -> None:
    """The button for narrow screens says whether the filters are open."""
    table.set_viewport_size({"width": 360, "height": 640})
    toggle = table.get_by_role("button", name="Filter")
    assert toggle.get_attribute("aria-expanded") == "false"
    assert not table.get_by_label("Network").is_visible()
    toggle.click()

    assert toggle.get_attribute("aria-expanded") == "true"
    assert table.get_by_label("Network").is_visible()


def test_nothing_moves_when_controls_appear(open_snippet: OpenSnippet) -> None:
    """The place of the controls is kept before the scripts run."""
    page = open_snippet(TABLE)
    after = page.locator("tbody").bounding_box()
    page.evaluate("document.querySelector('.atlas-table__controls').remove()")
    before = page.locator("tbody").bounding_box()

    assert after
    assert before
    assert abs(after["y"] - before["y"]) < 1


def test_switch_shows_one_alternative(open_snippet: OpenSnippet) -> None:
    """Only what belongs to the choice is seen, and the address keeps a choice."""
    page = open_snippet(SWITCH)
    seen = [page.locator(f"#{name}").is_visible() for name in ("sum", "single", "both")]
    assert seen == [True, False, True]
    page.get_by_label("two").press("ArrowRight")

    seen = [page.locator(f"#{name}").is_visible() for name in ("sum", "single", "both")]
    assert seen == [False, True, True]
    assert query(page) == {"cores": "single"}
    page.get_by_label("one").press("ArrowLeft")
    assert query(page) == {}


def test_switches_of_one_name_act_together(open_snippet: OpenSnippet) -> None:
    """The same switch beside two tables is one switch."""
    again = SWITCH.replace('name="cores"', 'name="cores-2"').partition("<p")[0]
    page = open_snippet(SWITCH + again, "?cores=single")
    assert page.locator("input[value=single]:checked").count() == 2
    page.locator("input[name=cores-2][value=sum]").check()

    assert page.locator("input[value=sum]:checked").count() == 2
    assert page.locator("#sum").is_visible()


def test_addressed_figure_switches_to_its_alternative(open_snippet: OpenSnippet) -> None:
    """A link to a figure of the other alternative shows that one."""
    page = open_snippet(SWITCH, "#single")

    assert page.locator("#single").is_visible()
    assert page.get_by_label("one").is_checked()


def test_column_follows_a_switch_and_filters_still_fit(open_snippet: OpenSnippet) -> None:
    """A hidden column does not shift the columns that filters read."""
    table = TABLE.replace('<th data-column="note"', '<th data-cores="single" data-column="note"')
    page = open_snippet(SWITCH + table, "?t.sort=top-speed")

    assert visible_rows(page) == [3, 0, 1, 2]


def test_tables_script_is_small() -> None:
    """The script that every page loads stays small enough to read."""
    from tests.site.conftest import ROOT

    assert len((ROOT / "docs/assets/js/tables.js").read_bytes()) <= 8500
