"""Operators on the DLA: the matrix, a page for each operator, the rules and the messages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from generator.builder import TEMPLATES, PageBuilder
from generator.pages.operators.index import index_page
from generator.pages.operators.messages import messages_page
from generator.pages.operators.operator import operator_page
from generator.pages.operators.parts import RulePrinter
from generator.pages.operators.rules import rules_page
from generator.pages.operators.subject import Subject
from generator.remember import Remembered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.atlas import Atlas
    from generator.page import Page

OTHER_TABLES = ("releases", "tensorrt-versions", "modules", "sources")
"""Tables beside those of the group that these pages show."""

_last_pages: Remembered[list[Page]] = Remembered()


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the pages."""
    package = atlas.package
    names = [table.name for table in package.tables.values() if table.group == "operators"]
    rows = [package.rows[name] for name in (*names, *OTHER_TABLES)]
    templates = [path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.glob("operator*"))]
    made_from = (package.tables, rows, templates)
    yield from _last_pages.get("operators", made_from, partial(_pages, atlas))


def _pages(atlas: Atlas) -> list[Page]:
    subject = Subject(atlas)
    printer = RulePrinter(PageBuilder(atlas, "operators/any.md", "", ""))
    pages = [index_page(subject), rules_page(subject), messages_page(subject)]
    return pages + [
        operator_page(subject, printer, operator) for operator in subject.operators.rows
    ]
