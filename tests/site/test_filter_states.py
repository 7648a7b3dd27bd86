"""A thousand random states of filters, order and switches: state, address, reload, same rows."""

from __future__ import annotations

import random
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.site.server import SiteServer

pytestmark = pytest.mark.browser

CHUNKS = 25
STATES_A_CHUNK = 40
NOT_NEEDED = ["*bundle*.js", "*.css", "*charts.js", "*.svg"]
"""What has no part in the state; without it a reload takes a fraction of the time."""

DESCRIBE = """() => ({
  switches: [...document.querySelectorAll("fieldset[data-switch] input")].map((input) => [
    input.name, input.value]),
  tables: [...document.querySelectorAll("[data-table]")].map((box) => ({
    key: box.dataset.table,
    search: "search" in box.dataset,
    columns: [...box.querySelectorAll("thead th[data-column]")].map((head) => ({
      at: head.cellIndex, ...head.dataset })),
    rows: [...box.querySelectorAll("tbody tr")].map((row) => ({
      text: row.textContent,
      cells: [...row.cells].map((cell) => cell.textContent.trim()),
      values: [...row.cells].map((cell) => cell.dataset.value ?? cell.textContent.trim()),
    })),
  })),
})"""

ACT = """async ({ key, filters, sort, clicks, pressed }) => {
  const box = document.querySelector(`[data-table="${key}"]`);
  document.querySelectorAll(".atlas-table__reset:enabled").forEach((reset) => reset.click());
  const inputs = [...box.querySelectorAll(".atlas-table__filters :is(input, select)")];
  inputs.forEach((input, at) => {
    input.value = filters[at];
    input.dispatchEvent(new Event("input"));
  });
  const head = box.querySelector(`th[data-column="${sort}"] .atlas-sort`);
  for (let click = 0; click < clicks; click++) head.click();
  for (const [name, value] of pressed) {
    document.querySelector(`input[name="${name}"][value="${value}"]`).click();
  }
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
}"""

SHOWN = """(key) => ({
  address: location.href,
  rows: [...document.querySelectorAll(`[data-table="${key}"] tbody tr`)]
    .filter((row) => !row.hidden).map((row) => row.textContent),
  switches: [...document.querySelectorAll("fieldset[data-switch] input:checked")]
    .map((input) => [input.name, input.value]),
  off: document.querySelectorAll(".atlas-off").length,
})"""


def pages_of(pages: list[str], chunk: int) -> list[str]:
    """Return the pages whose tables a chunk tries; each page has its turn."""
    return pages[chunk::CHUNKS] or [pages[chunk % len(pages)]]


@pytest.fixture(scope="module")
def pages(built_site: Path, html_files: list[Path]) -> list[str]:
    """Return the addresses of the pages that have a table to filter."""
    found = [
        path.relative_to(built_site).as_posix().removesuffix("index.html")
        for path in html_files
        if "data-filter=" in path.read_text(encoding="utf-8")
    ]
    assert found
    return found


@contextmanager
def bare_tab(browser: Browser) -> Iterator[Page]:
    """Open a tab that loads only what keeps the state."""
    context = browser.new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setBlockedURLs", {"urls": NOT_NEEDED})
    try:
        yield page
    finally:
        context.close()


def random_text(draw: random.Random, texts: list[str]) -> str:
    """Return a search: a few letters of a text, two of its words, or what is in none."""
    text = draw.choice(texts)
    start = draw.randrange(len(text) + 1)
    words = text.split() or ["x"]
    return draw.choice(
        [
            text[start : start + draw.randint(1, 6)],
            f"{draw.choice(words)} {draw.choice(words)}".upper(),
            draw.choice(["&=+?#%", "ß 100 %", "none such"]),
        ]
    )


def random_filters(draw: random.Random, table: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return a value for each control of the table, and the text of the rows they leave."""
    kept = table["rows"]
    values = []
    columns = [{"filter": "all"}] if table["search"] else []
    columns += [column for column in table["columns"] if column.get("filter")]
    for column in columns:
        at = column.get("at")
        value = ""
        if column["filter"] == "select" and draw.random() < 0.4:
            value = draw.choice([row["values"][at] for row in table["rows"]])
            kept = [row for row in kept if value in ("", row["values"][at])]
        elif column["filter"] != "select" and draw.random() < 0.5:
            texts = ["\n".join(row["cells"]) if at is None else row["cells"][at] for row in kept]
            value = " ".join(random_text(draw, texts or [""]).split())
            kept = [
                row
                for row, text in zip(kept, texts, strict=True)
                if all(word in text.lower() for word in value.lower().split())
            ]
        values.append(value)
    return values, [row["text"] for row in kept]


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_state_survives_its_address(
    browser: Browser, server: SiteServer, pages: list[str], chunk: int
) -> None:
    """The address alone brings back the rows, their order and the switches."""
    draw = random.Random(chunk)
    here = pages_of(pages, chunk)
    with bare_tab(browser) as page:
        for address in here:
            page.goto(server.url + address, wait_until="domcontentloaded")
            try_states(draw, page, STATES_A_CHUNK // len(here))


def try_states(draw: random.Random, page: Page, count: int) -> None:
    """Bring the tables of a page into random states, each of which is then loaded again."""
    described = page.evaluate(DESCRIBE)
    tables = [
        table
        for table in described["tables"]
        if table["rows"] and any(column.get("filter") for column in table["columns"])
    ]
    for _ in range(count):
        table = draw.choice(tables)
        filters, expected = random_filters(draw, table)
        sortable = [column["column"] for column in table["columns"] if column.get("sort")]
        pressed = draw.sample(described["switches"], min(1, len(described["switches"])))
        action = {
            "key": table["key"],
            "filters": filters,
            "sort": draw.choice(sortable) if sortable else "",
            "clicks": draw.randint(0, 2) if sortable else 0,
            "pressed": pressed,
        }
        page.evaluate(ACT, action)
        before = page.evaluate(SHOWN, table["key"])
        page.goto(before["address"], wait_until="domcontentloaded")

        assert sorted(before["rows"]) == sorted(expected), before["address"]
        assert page.evaluate(SHOWN, table["key"]) == before
