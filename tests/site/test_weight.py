"""A page is light before a chart is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.site.server import SiteServer

pytestmark = pytest.mark.browser

BUDGET = 150_000


def heaviest_of_each_type(root: Path, files: list[Path]) -> list[str]:
    """Return one page a folder of the site: the one with the most HTML."""
    heaviest: dict[Path, Path] = {}
    for path in files:
        folder = path.parent.parent if path.parent != root else root / path.stem
        other = heaviest.setdefault(folder, path)
        if path.stat().st_size > other.stat().st_size:
            heaviest[folder] = path
    top = [path for path in files if path.parent.parent == root]
    chosen = sorted({*heaviest.values(), *top})
    return [path.relative_to(root).as_posix().removesuffix("index.html") for path in chosen]


def test_page_is_light(
    browser: Browser, server: SiteServer, built_site: Path, html_files: list[Path]
) -> None:
    """All that a first visit loads, compressed as a server sends it, keeps to the budget."""
    heavy = {}
    for address in heaviest_of_each_type(built_site, html_files):
        context = browser.new_context()
        page = context.new_page()
        start = len(server.answers)
        page.goto(server.url + address, wait_until="load")
        weight = sum(size for _, size in server.answers[start:])
        context.close()
        if weight > BUDGET:
            parts = sorted(server.answers[start:], key=lambda answer: -answer[1])[:3]
            heavy[address] = f"{weight} bytes, most of all {parts}"

    assert heavy == {}
