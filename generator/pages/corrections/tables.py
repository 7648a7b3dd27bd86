"""Tables of the page of corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.facts.recomputed import RULES, contradicted_figures
from generator.markup import Cell, Column
from generator.pages.accuracy.checks import ENGINES, VERDICTS
from generator.record_article import RecordPrinter

if TYPE_CHECKING:
    from generator.builder import PageBuilder
    from generator.package import Record

SECTIONS = {
    "introduction": "statements about peak and efficiency",
    "accuracy": "accuracy",
    "peak-performance": "peak performance",
    "throughput-dense": "dense throughput",
    "throughput-sparse": "sparse throughput",
    "perf-per-watt": "perf/W",
    "sparsity-accuracy": "accuracy with sparsity",
}
USED = {"a": "the first", "b": "the second", "both": "both", "neither": "neither"}

ORDER = {"changed": 0, "removed": 1, "added": 2}
"""Changes of printed figures come before additions."""


def exceptions(page: PageBuilder) -> Markup:
    """Return the marker of the table of explained deviations."""
    columns = [
        Column("record", "Figure", filter="text"),
        Column("printed", "Printed", numeric=True),
        Column("recomputed", "Recomputed (derived)", numeric=True),
        Column("inputs", "From", sortable=False),
        Column("rule", "What is compared", filter="select"),
        Column("reason", "Why it stands", sortable=False),
    ]
    return page.table(
        "exceptions",
        "Printed figures that others contradict, with the reason",
        columns,
        [_exception(page, entry) for entry in contradicted_figures(page.atlas)],
    )


def _exception(page: PageBuilder, entry: Record) -> list[Cell]:
    atlas = page.atlas
    record = atlas.record(entry["record"])
    rule = RULES.get(entry["rule"])
    found = rule.recompute(atlas, record) if rule else None
    name = RecordPrinter(page, atlas.package.tables[record.table]).title(record)
    inputs = [page.figure(row, field) for row, field in found.inputs] if found else []
    return [
        Cell(page.link(atlas.record_url(record), name), name),
        page.figure_cell(record, rule.field) if rule else Cell("–", ""),
        Cell(rule.text(found)) if rule and found else Cell("–", ""),
        Cell(Markup(", ").join(inputs)) if inputs else Cell("–"),
        Cell(rule.title if rule else entry["rule"], entry["rule"]),
        Cell(entry["reason"]),
    ]


def doubted(page: PageBuilder, checks: list[Record]) -> Markup:
    """Return the marker of the table of claims that MLPerf's logs do not bear out."""
    columns = [
        Column("network", "Network", filter="select"),
        Column("engine", "Claim about", filter="select"),
        Column("verdict", "Verdict", filter="select"),
        Column("claimed", "Claimed", numeric=True),
        Column("logged", "Logged", numeric=True),
        Column("round", "Log of", filter="select"),
        Column("note", "Why", sortable=False),
    ]
    rows = [
        [
            Cell(page.atlas.networks[check["network"]]["name"], check["network"]),
            Cell(ENGINES[check["engine"]], check["engine"]),
            Cell(
                page.badge(
                    check["verdict"].replace("_", "-"),
                    check["verdict"].replace("_", " "),
                    "verdict",
                ),
                check["verdict"],
            ),
            page.figure_cell(check, "claimed"),
            page.figure_cell(check, "logged"),
            Cell(check["compared_with"]),
            Cell(check["note"] or VERDICTS[check["verdict"]]),
        ]
        for check in checks
    ]
    return page.table("doubted", "Claims that MLPerf's logs do not bear out", columns, rows)


def disagreements(page: PageBuilder) -> Markup:
    """Return the marker of the table of sources against each other."""
    columns = [
        Column("topic", "Topic", filter="text"),
        Column("a", "One source says", sortable=False),
        Column("b", "Another says", sortable=False),
        Column("used", "Used here", filter="select"),
        Column("why", "Why", sortable=False),
    ]

    def statement(row: Record, side: str) -> Cell:
        text = Markup("{} {}").format(row[f"statement_{side}"], page.source(row[f"source_{side}"]))
        return Cell(text)

    rows = [
        [
            Cell(page.link(page.atlas.record_url(row), row["topic"]), row["topic"]),
            statement(row, "a"),
            statement(row, "b"),
            Cell(USED[row["used"]], row["used"]),
            Cell(row["why"]),
        ]
        for row in page.atlas.records("disagreements")
    ]
    return page.table("disagreements", "Statements that cannot both hold", columns, rows)


def history(page: PageBuilder, history: list[Record]) -> Markup:
    """Return the marker of the table of every change."""
    columns = [
        Column("date", "Date", filter="select"),
        Column("change", "Change", filter="select"),
        Column("section", "Part", filter="select"),
        Column("row", "Row", filter="text"),
        Column("column", "Column", filter="select"),
        Column("figures", "Figures or statement", sortable=False),
    ]
    rows = [
        [
            Cell(entry.raw["changed_on"]),
            Cell(entry["change"]),
            Cell(SECTIONS[entry["section"]], entry["section"]),
            Cell(entry["row"] or entry["kind"]),
            Cell(entry["column"] or "–", entry["column"] or ""),
            _printed(page, entry),
        ]
        for entry in sorted(history, key=lambda entry: ORDER[entry["change"]])
    ]
    return page.table(
        "history", "Every change of a figure in NVIDIA's document, changes first", columns, rows
    )


def _printed(page: PageBuilder, entry: Record) -> Cell:
    if entry["summary"]:
        return Cell(page.link(page.atlas.record_url(entry), entry["summary"]), entry["summary"])
    cell = page.figure_cell(entry, "new_value")
    if not entry["old_value"]:
        return cell
    return cell._replace(html=Markup("{} → {}").format(entry["old_value"], cell.html))
