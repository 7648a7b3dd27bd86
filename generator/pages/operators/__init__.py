"""Operators on the DLA: the matrix, a page for each operator, the rules and the messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.builder import PageBuilder
from generator.pages.operators.index import index_page
from generator.pages.operators.messages import messages_page
from generator.pages.operators.operator import operator_page
from generator.pages.operators.parts import RulePrinter
from generator.pages.operators.rules import rules_page
from generator.pages.operators.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.atlas import Atlas
    from generator.page import Page


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the pages."""
    subject = Subject(atlas)
    printer = RulePrinter(PageBuilder(atlas, "operators/any.md", "", ""))
    yield index_page(subject)
    yield rules_page(subject)
    yield messages_page(subject)
    for operator in subject.operators.rows:
        yield operator_page(subject, printer, operator)
