"""How NVIDIA's figures changed over time, and where sources disagree."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.builder import PageBuilder
from generator.charts import Chart, Mark, Reference, Series
from generator.facts.claims import TARGET_SHARE, read_claims
from generator.facts.recomputed import RULES, contradicted_figures
from generator.pages import palette
from generator.pages.corrections import tables
from generator.pages.corrections.tables import SECTIONS
from generator.words import listing, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.atlas import Atlas
    from generator.package import Record
    from generator.page import Page

DOUBTED = ("differs", "not_found", "coincidence")
"""Verdicts by which MLPerf's logs do not bear a claim out."""


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
        exceptions=len(contradicted_figures(atlas)),
        rules=_rules(atlas),
        exception_table=tables.exceptions(page),
        doubted=len(doubted),
        checks=len(atlas.records("accuracy-checks")),
        doubted_table=tables.doubted(page, doubted),
        disagreements=len(atlas.records("disagreements")),
        disagreement_table=tables.disagreements(page),
        history_count=len(history),
        history_table=tables.history(page, history),
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
    counts = Counter(entry["rule"] for entry in contradicted_figures(atlas))
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
                series("FP32", "reference", palette.REFERENCE),
                series("GPU INT8", "gpu", palette.GPU),
                series("DLA INT8", "dla", palette.DLA),
            ],
            kind="line",
            y_reference=[Reference(TARGET_SHARE * reference, f"{percent(TARGET_SHARE)} of FP32")],
            y_from_zero=False,
            note="The axis does not start at zero: the differences are small.",
        )
    )
