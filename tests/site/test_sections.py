"""A page outside the navigation shows where in the site it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("address", "section"),
    [
        ("measured", "Figures"),
        ("measured/jetson-agx-orin-64gb", "Figures"),
        ("modules/jetson-agx-orin-64gb", "Platform"),
        ("networks/resnet-50", "Networks"),
        ("operators/conv", "Operators"),
        ("records/throughput", None),
    ],
)
def test_a_page_shows_the_section_of_the_page_above_it(
    built_site: Path, address: str, section: str | None
) -> None:
    """In the tabs, and in the list beside the page; records stand below no page."""
    html = (built_site / address / "index.html").read_text(encoding="utf-8")
    page = BeautifulSoup(html, "html.parser")

    tabs = [tab.get_text(strip=True) for tab in page.select(".md-tabs__item--active")]
    lists = [
        item.get_text(" ", strip=True)
        for item in page.select(".md-nav__item--section > .md-nav__link .md-ellipsis")
    ]

    assert tabs == ([section] if section else [])
    assert lists == tabs
