"""One row as a reader sees it: figure, conditions, source, history, raw cells, citation."""

from __future__ import annotations

import csv
import io
from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from generator.downloads import csv_address
from generator.facts.measured import IMPORTED
from generator.facts.measured_words import conditions, network_name
from generator.flags import FLAG_COLUMNS, flag_links
from generator.markup import badge, link
from generator.record_figures import RecordFigures, with_unit
from generator.record_links import RecordLinks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.builder import PageBuilder
    from generator.descriptor import Field, Table
    from generator.package import Record

PROVENANCE = ("source", "more_sources", "locator", "note")

EVIDENCE = {
    "published": "Published by a vendor",
    "benchmark": "Benchmark result with public logs",
    "reported": "Reported by users",
    "inferred": "Inferred, not measured",
    "reference": "Reference",
    "measured": "Measured with this project",
}
READ_FROM_LOGS = "Read by this project from logs of others"
"""What the mark of a measured row says where somebody else ran it."""


class RecordPrinter:
    """Prints rows of one table on one page.

    Thousands of rows are printed in each build, so what they share is made once, and the parts
    are joined as text in which every cell is escaped on its own.

    Parameters
    ----------
    page
        The page the rows are shown on.
    table
        Their table.
    """

    def __init__(self, page: PageBuilder, table: Table) -> None:
        self.page = page
        self.table = table
        self._figures = RecordFigures(table)
        self._conditions = [
            column
            for column in table.fields
            if column.role != "figure" and column.name not in PROVENANCE
        ]
        self._header = escape(_csv_line(table.field_names))
        self._download = escape(page.url(csv_address(table.path)))
        self._source = lru_cache(maxsize=None)(self._print_source)
        self._links = RecordLinks(page, table)

    def article(self, record: Record) -> Markup:
        """Return the article of one row; its id is the record's."""
        return Markup(
            f'<article class="atlas-record" id="{escape(record.id)}">'
            f'<h2><a href="#{escape(record.id)}">{escape(self.title(record))}</a></h2>'
            f"{self._figures.line(record)}{self._condition_list(record)}"
            f"{self._provenance(record)}{self._remarks(record)}{self._history(record)}"
            f"{self._raw(record)}{self._citation(record)}</article>"
        )

    def title(self, record: Record) -> str:
        """Return what the row is about: its key in words."""
        words = [self._word(name, record.raw[name]) for name in self.table.primary_key]
        return f"{self.table.title}: {' · '.join(words)}"

    def _word(self, name: str, text: str) -> str:
        atlas = self.page.atlas
        if name == "network" and text in atlas.networks:
            return str(atlas.networks[text]["name"])
        if name == "module" and text in atlas.modules:
            return str(atlas.modules[text]["name"])
        if name in ("source", "claim_source") and text in atlas.sources:
            return str(atlas.sources[text]["title"])
        if name == "power_mode":
            return text.upper()
        if name in ("result", "dla_result") and (result := atlas.find("results", result=text)):
            return f"{network_name(atlas, result)}, {conditions(result)}"
        column = self.table.field(name)
        return f"{text} {column.title}" if column.type == "integer" else text or "–"

    def _condition_list(self, record: Record) -> str:
        known = [column for column in self._conditions if record.raw[column.name] != ""]
        unknown = [column.title for column in self._conditions if record.raw[column.name] == ""]
        items = "".join(
            f"<div><dt>{escape(column.title)}</dt>"
            f"<dd>{escape(self._condition(record, column))}</dd></div>"
            for column in known
        )
        if unknown:
            items += (
                f'<div><dt>Unknown</dt><dd class="atlas-unknown">{escape(", ".join(unknown))}'
                "</dd></div>"
            )
        return f'<dl class="atlas-record__conditions">{items}</dl>'

    def _condition(self, record: Record, column: Field) -> Markup | str:
        text, atlas = record.raw[column.name], self.page.atlas
        if column.name == "network" and text in atlas.networks and record.table != "networks":
            return self.page.link(f"networks/{text}/", atlas.networks[text]["name"])
        if column.name == "module" and text in atlas.modules and record.table != "modules":
            return self.page.link(f"modules/{text}/", atlas.modules[text]["name"])
        if column.name == "address":
            return link(text, text)
        if column.name in FLAG_COLUMNS:
            return flag_links(self.page, text)
        address = self._links.address(record, column.name)
        if address:
            return self.page.link(address, text)
        return with_unit(text, column)

    def _provenance(self, record: Record) -> str:
        keys = self._source_keys(record)
        sources = " ".join(self._source(key) for key in keys)
        locator = record.raw.get("locator")
        place = f" Where in it: <code>{escape(locator)}</code>" if locator else ""
        kind = self.page.atlas.evidence(record)
        mark = badge(kind, READ_FROM_LOGS if self._is_imported(record) else EVIDENCE[kind])
        return f'<p class="atlas-record__source">{mark} {sources}{place}</p>'

    def _is_imported(self, record: Record) -> bool:
        """Whether a row of a run was read from logs that others made."""
        atlas = self.page.atlas
        if record.table == "comparisons":
            record = atlas.find("results", result=record["result"]) or record
        run = atlas.find("runs", run=record.raw.get("run"))
        return run is not None and run["kind"] == IMPORTED

    def _source_keys(self, record: Record) -> list[str]:
        if self.table.name == "sources" or not record.raw.get("source"):
            return []
        return [record.raw["source"], *record.raw.get("more_sources", "").split()]

    def _print_source(self, key: str) -> str:
        source = self.page.atlas.sources[key]
        text = (
            f"Source: {escape(source['publisher'])}, {self.page.source(key)}, "
            f"read {escape(source.raw['read_on'])}."
        )
        if source["address"]:
            text += f" {link(source.raw['address'], 'Open the source')}"
        return text

    def _remarks(self, record: Record) -> str:
        remarks = [record.raw["note"]] if record.raw.get("note") else []
        for entry in self.page.atlas.exceptions(record):
            remarks.append(f"Known deviation ({entry['rule']}): {entry['reason']}")
        return "".join(f'<p class="atlas-record__note">{escape(text)}</p>' for text in remarks)

    def _history(self, record: Record) -> str:
        entries = self.page.atlas.history(record)
        if not entries:
            return ""
        items = "".join(
            f"<li>{escape(entry.raw['changed_on'])}: {escape(_change(entry))} "
            f"{self.page.source(str(entry['source']))}</li>"
            for entry in entries
        )
        return f'<div class="atlas-record__history"><h3>History</h3><ul>{items}</ul></div>'

    def _raw(self, record: Record) -> str:
        row = escape(_csv_line(record.raw.values()))
        return (
            '<details class="atlas-record__raw">'
            f"<summary>Raw row: data/{escape(self.table.path)}, line {record.line}</summary>"
            f'<pre tabindex="0">{self._header}\n{row}</pre>'
            f'<p><a href="{self._download}">Download the table</a></p></details>'
        )

    def _citation(self, record: Record) -> str:
        parts = [f"DLA Atlas, {self.page.atlas.record_url(record)}"]
        figures = self._figures.words(record)
        if figures:
            parts.append(figures)
        for key in self._source_keys(record)[:1]:
            source = self.page.atlas.sources[key]
            parts.append(f"from {source['publisher']}, {source['title']}")
            if source["address"]:
                parts.append(source.raw["address"])
            parts.append(f"read {source.raw['read_on']}")
        return (
            '<p class="atlas-record__cite">Cite this: '
            f"<code data-cite>{escape('; '.join(parts))}.</code></p>"
        )


def _change(entry: Record) -> str:
    old, new = entry.raw["old_value"], entry.raw["new_value"]
    if old and new:
        return f"changed from {old} to {new}."
    return f"first printed as {new}." if new else f"removed, was {old}."


def _csv_line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()
