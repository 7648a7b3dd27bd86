"""Pages that show each row of the data with its conditions, source, history and raw cells."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.builder import TEMPLATES, PageBuilder
from generator.record_article import RecordPrinter
from generator.remember import Remembered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.atlas import Atlas
    from generator.descriptor import Table
    from generator.package import Record
    from generator.page import Page

TEMPLATE = "records.md.jinja"

SHARED_TABLES = ("sources", "networks", "modules", "figure-history", "exceptions")
"""Tables whose rows stand in the records of other tables: names, sources, history, deviations."""

_last_pages: Remembered[list[Page]] = Remembered()


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the record pages of every table."""
    package = atlas.package
    shared = [package.rows[name] for name in SHARED_TABLES]
    template = (TEMPLATES / TEMPLATE).read_text(encoding="utf-8")
    for table in package.tables.values():
        made_from = (package.tables, package.rows[table.name], shared, template)
        yield from _last_pages.get(table.name, made_from, partial(_pages, atlas, table))


def _pages(atlas: Atlas, table: Table) -> list[Page]:
    parts: dict[str, list[Record]] = defaultdict(list)
    for record in atlas.package.records(table.name):
        parts[atlas.record_page(record)].append(record)
    return [_part(atlas, address, records) for address, records in parts.items()]


def _part(atlas: Atlas, address: str, records: list[Record]) -> Page:
    table = atlas.package.tables[records[0].table]
    title = f"Records: {table.title}"
    if table.partition:
        title += f" ({records[0].raw[table.partition]})"
    page = PageBuilder(
        atlas,
        f"{address}index.md",
        title,
        f"Every row of the table “{table.title}” with its conditions, source and raw cells.",
        search={"exclude": True},
    )
    printer = RecordPrinter(page, table)
    articles = Markup("\n".join(printer.article(record) for record in records))
    return page.build(TEMPLATE, table=table, articles=page.slot(articles))
