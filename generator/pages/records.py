"""Pages that show each row of the data with its conditions, source, history and raw cells."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.builder import PageBuilder
from generator.record_article import RecordPrinter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.atlas import Atlas
    from generator.package import Record
    from generator.page import Page


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the record pages of every table."""
    for table in atlas.package.tables.values():
        parts: dict[str, list[Record]] = defaultdict(list)
        for record in atlas.package.records(table.name):
            parts[atlas.record_page(record)].append(record)
        for address, records in parts.items():
            yield _part(atlas, address, records)


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
    return page.build("records.md.jinja", table=table, articles=page.slot(articles))
