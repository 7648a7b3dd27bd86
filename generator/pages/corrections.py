"""How NVIDIA's figures changed over time, and where sources disagree."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.builder import PageBuilder
from generator.charts import Chart, Mark, Reference, Series
from generator.markup import Cell, Column
from generator.pages import _palette
from generator.pages._accuracy_checks import ENGINES, VERDICTS
from generator.pages._claims import TARGET_SHARE, read_claims
from generator.pages._recomputed import RULES, recomputed
from generator.pages._text import listing, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.atlas import Atlas
    from generator.package import Record
    from generator.page import Page

SECTIONS = {
    "introduction": "statements about peak and efficiency",
    "accuracy": "accuracy",
    "peak-performance": "peak performance",
    "throughput-dense": "dense throughput",
    "throughput-sparse": "sparse throughput",
    "perf-per-watt": "perf/W",
    "sparsity-accuracy": "accuracy with sparsity",
}
DOUBTED = ("differs", "not_found", "coincidence")
"""Verdicts by which MLPerf's logs do not bear a claim out."""

USED = {"a": "the first", "b": "the second", "both": "both", "neither": "neither"}


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the page."""
    page = PageBuilder(
        atlas,
        "corrections.md",
        "Corrections",
        "How NVIDIA's DLA figures changed after publication, which printed figures do not follow "
        "from each other, and where sources disagree.",
    )
    history = atlas.records("figure-history")
    changes = [entry for entry in reversed(history) if entry["change"] != "added"]
    doubted = [row for row in atlas.records("accuracy-checks") if row["verdict"] in DOUBTED]
    yield page.build(
        "corrections.md.jinja",
        changes=[_change(page, entry) for entry in changes],
        changed_figures=sum(len(_parts(entry)) for entry in changes),
        first=min(entry.raw["changed_on"] for entry in history),
        newest=max(entry.raw["changed_on"] for entry in history),
        added=sum(entry["change"] == "added" for entry in history),
        editions=_editions(page, history),
        chart=_chart(page),
        exceptions=len(atlas.records("exceptions")),
        rules=_rules(atlas),
        exception_table=_exception_table(page),
        doubted=len(doubted),
        checks=len(atlas.records("accuracy-checks")),
        doubted_table=_doubted_table(page, doubted),
        disagreements=len(atlas.records("disagreements")),
        disagreement_table=_disagreement_table(page),
        history_count=len(history),
        history_table=_history_table(page, history),
    )


def _parts(entry: Record) -> list[tuple[str, str]]:
    """Return the figures of an entry that differ before and after, as printed."""
    old, new = ((entry[name] or "").split("; ") for name in ("old_value", "new_value"))
    if len(old) != len(new):
        return [(entry["old_value"] or "", entry["new_value"] or "")]
    return [(one, two) for one, two in zip(old, new, strict=True) if one != two]


def _without_start(new: str, old: str) -> str:
    """Return `new` without the word that `old` begins with as well."""
    word, _, rest = new.partition(" ")
    return rest if rest and old.startswith(f"{word} ") else new


def _rules(atlas: Atlas) -> Markup:
    counts = Counter(entry["rule"] for entry in atlas.records("exceptions"))
    return listing(
        [
            f"{count} × {RULES[rule].title if rule in RULES else rule}"
            for rule, count in counts.items()
        ]
    )


def _change(page: PageBuilder, entry: Record) -> dict[str, object]:
    return {
        "date": entry.raw["changed_on"],
        "what": f"{entry['row'] or SECTIONS[entry['section']]}",
        "section": SECTIONS[entry["section"]],
        "parts": [
            (old, page.figure(entry, "new_value", _without_start(new, old) or "removed"))
            for old, new in _parts(entry)
        ],
        "source": page.source(entry["source"]),
        "link": page.link(f"{entry['table']}/", SECTIONS[entry["section"]])
        if entry["table"] == "accuracy"
        else SECTIONS[entry["section"]],
    }


def _editions(page: PageBuilder, history: list[Record]) -> list[dict[str, object]]:
    """Return the editions that added figures, newest first, with how many in which section."""
    entries: dict[str, list[Record]] = {}
    for entry in history:
        entries.setdefault(entry["source"], []).append(entry)
    editions = []
    for source, rows in entries.items():
        counts = Counter(row["section"] for row in rows if row["change"] == "added")
        if not counts:
            continue
        editions.append(
            {
                "date": rows[0].raw["changed_on"],
                "source": page.source(source),
                "added": sum(counts.values()),
                "sections": listing([f"{counts[key]} for {SECTIONS[key]}" for key in counts]),
            }
        )
    return sorted(editions, key=lambda edition: str(edition["date"]), reverse=True)


def _chart(page: PageBuilder) -> Markup:
    """Return the accuracies of a corrected network by edition."""
    claims = read_claims(page.atlas)
    corrected = next((claim for claim in claims if claim.superseded), None)
    if corrected is None:
        return Markup("")
    name = corrected.network["name"]
    editions = {
        source: claim
        for claim in claims
        if claim.network is corrected.network
        for source in claim.editions
    }
    dates = {source: page.atlas.sources[source].raw["published"] for source in editions}

    def series(label: str, engine: str, colour: int) -> Series:
        marks = []
        for source in sorted(editions, key=lambda key: dates[key]):
            record = page.atlas.find(
                "accuracy", network=corrected.network["network"], engine=engine, source=source
            )
            if record:
                href = page.url(page.atlas.record_url(record))
                marks.append(
                    Mark(dates[source], record["value"], text=record.raw["value"], href=href)
                )
        return Series(label, marks, colour)

    reference = corrected.figures["reference"]["value"]
    return page.chart(
        Chart(
            "editions",
            f"{name}: accuracy by edition of NVIDIA's document",
            f"Accuracy of {name} on DLA and GPU in INT8 and in FP32 as each edition prints it, "
            f"with the line at {percent(TARGET_SHARE)} of FP32.",
            "Edition",
            "Top-1 accuracy (%)",
            [
                series("FP32", "reference", _palette.REFERENCE),
                series("GPU INT8", "gpu", _palette.GPU),
                series("DLA INT8", "dla", _palette.DLA),
            ],
            kind="line",
            y_reference=[Reference(TARGET_SHARE * reference, f"{percent(TARGET_SHARE)} of FP32")],
            y_from_zero=False,
            note="The axis does not start at zero: the differences are small.",
        )
    )


def _exception_table(page: PageBuilder) -> Markup:
    atlas = page.atlas
    columns = [
        Column("table", "Table", filter="select"),
        Column("rule", "What is compared", filter="select"),
        Column("record", "Figure", sortable=False),
        Column("printed", "Printed", numeric=True),
        Column("recomputed", "Recomputed", numeric=True),
        Column("reason", "Why it stands", sortable=False),
    ]
    rows = []
    for entry in atlas.records("exceptions"):
        record = atlas.record(entry["record"])
        rule = RULES.get(entry["rule"])
        name = entry["record"].removeprefix(f"{record.table}.")
        again = recomputed(atlas, entry["rule"], record)
        rows.append(
            [
                Cell(atlas.package.tables[record.table].title, record.table),
                Cell(rule.title if rule else entry["rule"], entry["rule"]),
                Cell(page.link(atlas.record_url(record), name), name),
                page.figure_cell(record, rule.field) if rule else Cell("–", ""),
                Cell(again or "–", again),
                Cell(entry["reason"]),
            ]
        )
    return page.table(
        "exceptions", "Printed figures that others contradict, with the reason", columns, rows
    )


def _doubted_table(page: PageBuilder, checks: list[Record]) -> Markup:
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


def _disagreement_table(page: PageBuilder) -> Markup:
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


def _history_table(page: PageBuilder, history: list[Record]) -> Markup:
    columns = [
        Column("date", "Date", filter="select"),
        Column("change", "Change", filter="select"),
        Column("section", "Part", filter="select"),
        Column("row", "Row", filter="text"),
        Column("column", "Column", filter="select"),
        Column("old", "Before", sortable=False),
        Column("new", "After", sortable=False),
    ]
    order = {"changed": 0, "removed": 1, "added": 2}
    rows = [
        [
            Cell(entry.raw["changed_on"]),
            Cell(entry["change"]),
            Cell(SECTIONS[entry["section"]], entry["section"]),
            Cell(entry["row"] or entry["kind"]),
            Cell(entry["column"] or "–", entry["column"] or ""),
            Cell(entry["old_value"] or "–", ""),
            _after(page, entry),
        ]
        for entry in sorted(history, key=lambda entry: order[entry["change"]])
    ]
    return page.table(
        "history", "Every change of a figure in NVIDIA's document, changes first", columns, rows
    )


def _after(page: PageBuilder, entry: Record) -> Cell:
    if entry["summary"]:
        return Cell(page.link(page.atlas.record_url(entry), entry["summary"]), entry["summary"])
    return page.figure_cell(entry, "new_value")
