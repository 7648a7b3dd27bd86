"""Pages that show each row of the data with its conditions, source, history and raw cells."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.atlas import Atlas
from generator.builder import TEMPLATES, PageBuilder
from generator.record_article import RecordPrinter
from generator.remember import RememberedReads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.descriptor import Table
    from generator.package import Package, Record
    from generator.page import Page

TEMPLATE = "records.md.jinja"

_last_pages: RememberedReads[list[Page]] = RememberedReads()


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the record pages of every table."""
    template = (TEMPLATES / TEMPLATE).read_bytes()
    for table in atlas.package.tables.values():
        yield from _last_pages.get(table.name, atlas.package, template, partial(_pages, table))


def _pages(table: Table, package: Package) -> list[Page]:
    atlas = Atlas(package)
    parts: dict[str, list[Record]] = defaultdict(list)
    for record in package.records(table.name):
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
