"""Pages that show each row of the data with its conditions, source, history and raw cells."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.builder import PageBuilder
from generator.downloads import csv_address
from generator.markup import UNKNOWN, badge, link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.atlas import Atlas
    from generator.descriptor import Field
    from generator.package import Record
    from generator.page import Page

PROVENANCE = ("source", "more_sources", "locator", "note")

EVIDENCE = {
    "published": "Published by a vendor",
    "benchmark": "Benchmark result with public logs",
    "reported": "Reported by users",
    "inferred": "Inferred, not measured",
    "reference": "Reference",
    "measured": "Measured with this project",
}


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the record pages of every table, and their index."""
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
    )
    articles = Markup("\n").join(_article(page, record) for record in records)
    return page.build("records.md.jinja", table=table, articles=page.slot(articles))


def _article(page: PageBuilder, record: Record) -> Markup:
    table = page.atlas.package.tables[record.table]
    figures = [column for column in table.fields if column.role == "figure"]
    conditions = [
        column
        for column in table.fields
        if column.role != "figure" and column.name not in PROVENANCE
    ]
    parts = [
        Markup('<h2><a href="#{0}">{1}</a></h2>').format(record.id, _title(record, table.title)),
        _figures(record, figures),
        Markup('<dl class="atlas-record__conditions">{}</dl>').format(
            _conditions(page, record, conditions)
        ),
        _provenance(page, record),
        _remarks(page, record),
        _history(page, record),
        _raw(page, record),
        _citation(page, record, figures),
    ]
    return Markup('<article class="atlas-record" id="{}">{}</article>').format(
        record.id, Markup("").join(parts)
    )


def _title(record: Record, table_title: str) -> str:
    return f"{table_title}: {record.id.removeprefix(record.table + '.')}"


def with_unit(text: str, field: Field) -> str:
    """Return a printed figure with its unit, or the word unknown."""
    if text == "":
        return "unknown"
    return f"{text} {field.unit}".strip()


def _figures(record: Record, figures: list[Field]) -> Markup:
    shown = [column for column in figures if record.raw[column.name] != ""]
    if not shown:
        return Markup("")
    items = Markup("").join(
        Markup("<span><b>{}</b> {}</span>").format(
            with_unit(record.raw[column.name], column), column.title
        )
        for column in shown
    )
    return Markup('<p class="atlas-record__figure">{}</p>').format(items)


def _conditions(page: PageBuilder, record: Record, columns: list[Field]) -> Markup:
    return Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(
            column.title, _condition(page, record, column)
        )
        for column in columns
    )


def _condition(page: PageBuilder, record: Record, column: Field) -> Markup | str:
    text = record.raw[column.name]
    if text == "":
        return UNKNOWN
    if column.name == "network" and text in page.atlas.networks and record.table != "networks":
        return page.link(f"networks/{text}/", page.atlas.networks[text]["name"])
    if column.name == "module" and text in page.atlas.modules and record.table != "modules":
        return page.link(f"modules/{text}/", page.atlas.modules[text]["name"])
    if column.name == "address":
        return link(text, text)
    return with_unit(text, column)


def _provenance(page: PageBuilder, record: Record) -> Markup:
    atlas = page.atlas
    kind = atlas.evidence(record)
    parts = [badge(kind, EVIDENCE[kind])]
    if record.table != "sources" and record.raw.get("source"):
        keys = [record.raw["source"], *record.raw.get("more_sources", "").split()]
        for key in keys:
            source = atlas.sources[key]
            parts.append(
                Markup("Source: {}, {}, read {}.").format(
                    source["publisher"], page.source(key), source.raw["read_on"]
                )
            )
            if source["address"]:
                parts.append(link(source.raw["address"], "Open the source"))
    if record.raw.get("locator"):
        parts.append(Markup("Where in it: <code>{}</code>").format(record.raw["locator"]))
    return Markup('<p class="atlas-record__source">{}</p>').format(Markup(" ").join(parts))


def _remarks(page: PageBuilder, record: Record) -> Markup:
    remarks = [record.raw["note"]] if record.raw.get("note") else []
    for entry in page.atlas.exceptions(record):
        remarks.append(f"Known deviation ({entry['rule']}): {entry['reason']}")
    return Markup("").join(
        Markup('<p class="atlas-record__note">{}</p>').format(text) for text in remarks
    )


def _history(page: PageBuilder, record: Record) -> Markup:
    entries = page.atlas.history(record)
    if not entries:
        return Markup("")
    items = Markup("").join(
        Markup("<li>{}: {} {}</li>").format(
            entry["changed_on"], _change(entry), page.source(str(entry["source"]))
        )
        for entry in entries
    )
    return Markup('<div class="atlas-record__history"><h3>History</h3><ul>{}</ul></div>').format(
        items
    )


def _change(entry: Record) -> str:
    old, new = entry.raw["old_value"], entry.raw["new_value"]
    if old and new:
        return f"changed from {old} to {new}."
    return f"first printed as {new}." if new else f"removed, was {old}."


def _raw(page: PageBuilder, record: Record) -> Markup:
    path = page.atlas.package.tables[record.table].path
    lines = Markup("\n").join([_csv_line(record.raw.keys()), _csv_line(record.raw.values())])
    return Markup(
        '<details class="atlas-record__raw"><summary>Raw row: data/{0}, line {1}</summary>'
        '<pre tabindex="0">{2}</pre></details><p><a href="{3}">Download the table</a></p>'
    ).format(path, record.line, lines, page.url(csv_address(path)))


def _csv_line(cells: object) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)  # type: ignore[arg-type]
    return out.getvalue()


def _citation(page: PageBuilder, record: Record, figures: list[Field]) -> Markup:
    shown = ", ".join(
        f"{column.title.lower()} {with_unit(record.raw[column.name], column)}"
        for column in figures
        if record.raw[column.name] != ""
    )
    parts = [f"DLA Atlas, {page.atlas.record_url(record)}"]
    if shown:
        parts.append(shown)
    if record.table != "sources" and record.raw.get("source"):
        source = page.atlas.sources[record.raw["source"]]
        parts.append(f"from {source['publisher']}, {source['title']}")
        if source["address"]:
            parts.append(source.raw["address"])
        parts.append(f"read {source.raw['read_on']}")
    return Markup('<p class="atlas-record__cite">Cite this: <code data-cite>{}</code></p>').format(
        "; ".join(parts) + "."
    )
