"""The shipped data, copies of it with a changed cell, and pages as a reader sees them."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from markdown import Markdown
from mkdocs.config import load_config

from generator.atlas import Atlas
from generator.package import load_package
from generator.page import Page

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"

Pages = dict[str, Page]
RenderPages = Callable[[str, Atlas], Pages]
ChangeCell = Callable[[str, str, str], Atlas]
ReadPage = Callable[[Page], BeautifulSoup]
RawRows = Callable[[str], list[dict[str, str]]]


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    """Return the shipped data; whether it is sound is a matter of the lint's own tests."""
    return Atlas(load_package(DATA, check=False))


@pytest.fixture(scope="session")
def raw_rows(atlas: Atlas) -> RawRows:
    """Return a function that reads a table with nothing but the csv module."""

    def read(table: str) -> list[dict[str, str]]:
        path = DATA / atlas.package.tables[table].path
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return read


@pytest.fixture(scope="session")
def render_pages() -> RenderPages:
    """Return a function that renders one module of ``generator.pages``, pages by their path."""

    def render(module: str, atlas: Atlas) -> Pages:
        pages = import_module(f"generator.pages.{module}").render(atlas)
        return {page.path: page for page in pages}

    return render


@pytest.fixture
def change_cell(tmp_path: Path) -> ChangeCell:
    """Return a function that changes one cell in a copy of the data and loads the copy.

    Its arguments are a record id, a column and the new cell; several calls in one test add up.
    """
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)

    def change(record_id: str, column: str, cell: str) -> Atlas:
        package = load_package(copy, check=False)
        record = package.record(record_id)
        table = package.tables[record.table]
        rows = [dict(row.raw) for row in package.records(table.name)]
        changed = next(
            row
            for row, old in zip(rows, package.records(table.name), strict=True)
            if old.id == record_id
        )
        changed[column] = cell
        with (copy / table.path).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, table.field_names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return Atlas(load_package(copy, check=False))

    return change


@pytest.fixture(scope="session")
def to_html() -> Callable[[str], str]:
    """Return a function that turns Markdown into HTML with the site's own extensions."""
    config = load_config(str(ROOT / "mkdocs.yml"))

    def convert(markdown: str) -> str:
        reader = Markdown(
            extensions=config.markdown_extensions, extension_configs=config.mdx_configs
        )
        return reader.convert(markdown)

    return convert


@pytest.fixture(scope="session")
def read_page(to_html: Callable[[str], str]) -> ReadPage:
    """Return a function that parses a page as it is built, slots filled, without the theme."""

    def read(page: Page) -> BeautifulSoup:
        body = page.markdown.split("---\n", 2)[2]
        return BeautifulSoup(page.fill(to_html(body)), "html.parser")

    return read
