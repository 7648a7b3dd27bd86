"""MkDocs hook of a made-up site: as many pages with a table as an environment variable says."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from benchmarks.tables import HEADER, page_name, rows
from generator.hook import offer, on_files, on_post_page
from generator.markup import Cell, Column, table
from generator.page import Page, Site, slot_marker

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

__all__ = ["on_config", "on_files", "on_post_page"]


def on_config(config: MkDocsConfig) -> None:
    """Make the pages."""
    offer(Site({page.path: page for page in map(_page, range(int(os.environ["PAGES"])))}, {}))


def _page(number: int) -> Page:
    columns = [Column(name, name, numeric=index > 2) for index, name in enumerate(HEADER)]
    html = table("figures", "Figures", columns, [[Cell(text) for text in row] for row in rows()])
    title = f"Page {number}"
    return Page(
        page_name(number), title, title, f"# {title}\n\n{slot_marker('1')}\n", {"1": str(html)}
    )
