"""The data as downloads, with a dictionary of every table made from its schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.builder import PageBuilder
from generator.downloads import csv_address, json_address
from generator.markup import Cell, Column, link
from generator.record_article import EVIDENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.atlas import Atlas
    from generator.descriptor import Field, Table
    from generator.page import Page


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the index of the tables and a page for each."""
    yield _index(atlas)
    for table in atlas.package.tables.values():
        yield _dictionary(atlas, table)


def _index(atlas: Atlas) -> Page:
    page = PageBuilder(
        atlas,
        "data/index.md",
        "Data",
        "Every table behind the site to download as CSV and JSON, with its columns and licence.",
    )
    tables = atlas.package.tables.values()
    columns = [
        Column("table", "Table", filter="text"),
        Column("rows", "Rows", numeric=True),
        Column("evidence", "Kind of evidence", filter="select"),
        Column("one-row", "One row is", sortable=False),
        Column("download", "Download", sortable=False),
    ]
    rows = [
        [
            Cell(page.link(f"data/{table.name}/", table.title), table.title),
            Cell(str(len(atlas.package.records(table.name)))),
            Cell(EVIDENCE[table.evidence]),
            Cell(table.description),
            Cell(_downloads(page, table)),
        ]
        for table in tables
    ]
    sources = page.table(
        "sources",
        "Sources, with the date on which each was read",
        [
            Column("source", "Source", filter="text"),
            Column("publisher", "Publisher", filter="select"),
            Column("kind", "Kind", filter="select"),
            Column("read", "Read on"),
            Column("address", "Address", sortable=False),
        ],
        [
            [
                Cell(page.link(atlas.record_url(source), source["title"]), source.raw["title"]),
                Cell(source.raw["publisher"]),
                Cell(source.raw["kind"].replace("_", " ")),
                Cell(source.raw["read_on"]),
                Cell(link(source.raw["address"], "open"), "") if source["address"] else Cell("–"),
            ]
            for source in atlas.sources.values()
        ],
    )
    return page.build(
        "data_index.md.jinja",
        tables=page.table("tables", "Tables of the data package", columns, rows),
        sources=sources,
        descriptor=atlas.package.descriptor,
        table_count=len(tables),
        row_count=sum(len(rows) for rows in atlas.package.rows.values()),
        source_count=len(atlas.sources),
        read_on=max(source.raw["read_on"] for source in atlas.sources.values()),
    )


def _downloads(page: PageBuilder, table: Table) -> Markup:
    return Markup("{} · {}").format(
        page.link(csv_address(table.path), "CSV"), page.link(json_address(table.path), "JSON")
    )


def _dictionary(atlas: Atlas, table: Table) -> Page:
    page = PageBuilder(
        atlas,
        f"data/{table.name}.md",
        f"Table: {table.title}",
        f"Columns, keys and downloads of the table “{table.title}”.",
    )
    columns = [
        Column("column", "Column", sortable=False),
        Column("type", "Type", sortable=False),
        Column("unit", "Unit", sortable=False),
        Column("meaning", "Meaning", sortable=False),
        Column("constraints", "Constraints", sortable=False),
    ]
    rows = [
        [
            Cell(Markup("<code>{}</code>").format(column.name), column.name),
            Cell(column.type),
            Cell(column.unit),
            Cell(f"{column.title}. {column.description}" if column.description else column.title),
            Cell(_constraints(page, table, column)),
        ]
        for column in table.fields
    ]
    return page.build(
        "data_table.md.jinja",
        table=table,
        row_count=len(atlas.package.records(table.name)),
        evidence=EVIDENCE[table.evidence],
        columns=page.table("columns", f"Columns of {table.title}", columns, rows),
        csv=page.link(csv_address(table.path), "CSV"),
        json=page.link(json_address(table.path), "JSON"),
        key=", ".join(table.primary_key),
        record_pages=_record_pages(page, table),
    )


def _constraints(page: PageBuilder, table: Table, column: Field) -> Markup:
    parts: list[Markup | str] = []
    if column.name in table.primary_key:
        parts.append("part of the key")
    elif column.required:
        parts.append("never empty")
    if column.role == "figure":
        parts.append("a stated figure")
    for key in table.foreign_keys:
        if column.name in key.fields:
            parts.append(page.link(f"data/{key.table}/", f"key of {key.table}"))
    for name, value in column.constraints.items():
        if name == "enum":
            parts.append("one of " + ", ".join(map(str, value)))
        elif name in ("minimum", "maximum"):
            parts.append(f"{name} {value}")
        elif name == "pattern":
            parts.append(Markup("matches <code>{}</code>").format(value))
        elif name not in ("required", "unique"):
            parts.append(f"{name} {json.dumps(value)}")
    return Markup("; ").join(parts)


def _record_pages(page: PageBuilder, table: Table) -> list[Markup]:
    addresses = dict.fromkeys(
        page.atlas.record_page(record) for record in page.atlas.package.records(table.name)
    )
    prefix = f"records/{table.name}/"
    return [
        page.link(address, address.removeprefix(prefix).strip("/") or "all rows")
        for address in addresses
    ]
