"""What kinds of evidence there are, what is derived, how the data are checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.builder import PageBuilder
from generator.charts import Chart, Mark, Series
from generator.facts.measured import DEVICE, Measured
from generator.lint.catalogue import catalogue
from generator.markup import Cell, Column
from generator.pages import palette
from generator.pages.method.derived import derived_table
from generator.record_article import EVIDENCE
from generator.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.atlas import Atlas
    from generator.page import Page

MEANINGS = {
    "published": "A vendor states it in a document of its own. It may be measured, computed or "
    "rounded; the document seldom says which.",
    "benchmark": "A run by fixed rules whose logs are public, so anybody can look it up.",
    "reported": "Somebody wrote it in a thread or a repository. Conditions are often incomplete; "
    "kept apart from the others.",
    "inferred": "Concluded from other figures under an assumption that the page names.",
    "reference": "What things are: modules, modes, releases, networks, terms, and their sources.",
    "measured": "Measured with this project's program, on a Jetson or on a CPU, or read by it from "
    "logs of runs that others made. Each row says which, and its logs go with it.",
}
"""What each kind of evidence is."""

MARKS = {
    "published": "published",
    "benchmark": "benchmark result",
    "reported": "reported by users",
    "inferred": "inferred",
    "reference": "reference",
    "measured": "measured",
}
"""What the mark of each kind of evidence says on pages."""

LAYERS = {
    "descriptor": "descriptor",
    "file": "files",
    "text": "text",
    "csv": "text",
    "header": "columns",
    "number": "types",
    "type": "types",
    "schema": "schema",
    "key": "keys",
    "exceptions": "exceptions",
}
"""What the lint looks at, by the first part of a rule's name; all others are rules of sense."""


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the page."""
    page = PageBuilder(
        atlas,
        "method.md",
        "Method and trust",
        "Kinds of evidence, what is derived and how, how the data are checked and corrected.",
    )
    rules = catalogue()
    measured = Measured(atlas)
    kinds = _kinds(atlas)
    yield page.build(
        "method.md.jinja",
        kinds=kinds,
        figures=sum(kind["figures"] for kind in kinds),
        sources=len(atlas.sources),
        origins=measured.origins,
        on_device=measured.count(DEVICE),
        chart=page.chart(_chart(kinds)),
        kind_table=_kind_table(page, kinds),
        derived_table=derived_table(page),
        rule_count=len(rules),
        rule_table=_rule_table(page, rules),
        exceptions=len(atlas.package.rows["exceptions"]),
        disagreements=counted(len(atlas.package.rows["disagreements"]), "point"),
        corrections=counted(
            sum(row["change"] == "changed" for row in atlas.records("figure-history")),
            "entry",
            "entries",
        ),
    )


def _kinds(atlas: Atlas) -> list[dict[str, object]]:
    """Return each kind of evidence with its tables, rows and stated figures."""
    kinds = []
    for key, title in EVIDENCE.items():
        tables = [table for table in atlas.package.tables.values() if table.evidence == key]
        rows = sum(len(atlas.package.rows[table.name]) for table in tables)
        figures = sum(
            record.raw[field.name] != ""
            for table in tables
            for field in table.fields
            if field.role == "figure"
            for record in atlas.package.rows[table.name]
        )
        kinds.append(
            {
                "key": key,
                "title": title,
                "tables": tables,
                "rows": rows,
                "figures": figures if key != "reference" else 0,
            }
        )
    return kinds


def _chart(kinds: list[dict[str, object]]) -> Chart:
    shown = [kind for kind in kinds if kind["key"] != "reference"]
    words = ", ".join(f"{kind['title']}: {kind['figures']}" for kind in shown)
    marks = [
        Mark(str(kind["title"]), kind["figures"], text=str(kind["figures"]))  # type: ignore[arg-type]
        for kind in shown
    ]
    return Chart(
        "evidence",
        "Where the figures come from",
        f"Number of figures of each kind of evidence. {words}.",
        "Kind of evidence",
        "Figures",
        [Series("Figures", marks, palette.REFERENCE)],
        horizontal=True,
    )


def _kind_table(page: PageBuilder, kinds: list[dict[str, object]]) -> Markup:
    columns = [
        Column("kind", "Kind", sortable=False),
        Column("meaning", "What it is", sortable=False),
        Column("figures", "Figures", numeric=True),
        Column("rows", "Rows", numeric=True),
        Column("tables", "Tables", sortable=False),
    ]
    rows = []
    for kind in kinds:
        key, tables = str(kind["key"]), kind["tables"]
        links = [page.link(f"data/{table.name}/", table.title) for table in tables]  # type: ignore[attr-defined]
        rows.append(
            [
                Cell(page.badge(key, MARKS[key]), key),
                Cell(MEANINGS[key]),
                Cell("–" if key == "reference" else str(kind["figures"])),
                Cell(str(kind["rows"])),
                Cell(Markup(", ").join(links) or "none yet"),
            ]
        )
    return page.table("evidence", "Kinds of evidence, each with its mark", columns, rows)


def _rule_table(page: PageBuilder, rules: dict[str, str]) -> Markup:
    columns = [
        Column("rule", "Rule", filter="text"),
        Column("layer", "Looks at", filter="select"),
        Column("sentence", "What it says", filter="text", sortable=False),
    ]
    rows = [
        [
            Cell(Markup("<code>{}</code>").format(rule), rule),
            Cell(LAYERS.get(rule.partition(".")[0], "sense")),
            Cell(sentence),
        ]
        for rule, sentence in rules.items()
    ]
    return page.table("rules", "Rules of the lint", columns, rows)
