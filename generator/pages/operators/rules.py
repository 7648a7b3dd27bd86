"""Every condition with its bounds, and what is set rather than demanded."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.builder import PageBuilder
from generator.facts import operator_rules as facts
from generator.facts.operators import ANY
from generator.facts.releases import soc_name
from generator.markup import Cell, Column, badge, link
from generator.pages.operators.parts import (
    operator_address,
    parameter_list,
    rule_badges,
    target_words,
    words,
)
from generator.words import counted

if TYPE_CHECKING:
    from generator.package import Record
    from generator.page import Page
    from generator.pages.operators.subject import Subject

EVERY = "every"
"""Value of the filter for rules that hold for every layer."""


def rules_page(subject: Subject) -> Page:
    """Return the page with all rules."""
    page = PageBuilder(
        subject.atlas,
        "operators/rules.md",
        "Rules",
        "Every condition under which a layer runs on the DLA, with its bounds, versions, source "
        "and examples.",
        hide=("navigation", "toc"),
    )
    by_layer: dict[str, list[Record]] = defaultdict(list)
    for rule in subject.rules.rows.values():
        by_layer[rule["layer"] or EVERY].append(rule)
    rules = [rule for group in by_layer.values() for rule in group]
    effects = Counter(str(rule["effect"]) for rule in rules)
    return page.build(
        "operator_rules.md.jinja",
        count=len(rules),
        layer_count=len(by_layer) - (EVERY in by_layer),
        effects=[(facts.EFFECTS[name], number) for name, number in effects.most_common()],
        likely=counted(sum(rule["severity"] == facts.LIKELY for rule in rules), "rule"),
        layers=[
            page.link(f"operators/rules/?rules.layer={key}#tbl-rules", _layer(subject, key))
            for key in by_layer
        ],
        table=_table(page, subject, rules),
        notes=_notes(page),
    )


def _table(page: PageBuilder, subject: Subject, rules: list[Record]) -> Markup:
    columns = [
        Column("rule", "Rule", filter="text"),
        Column("condition", "Condition and remedy", filter="text", sortable=False),
        Column("layer", "Layer", filter="select"),
        Column("effect", "If broken", filter="select"),
        Column("soc", "SoC", filter="select"),
        Column("precision", "Precision", filter="select"),
        Column("versions", "TensorRT", filter="text"),
        Column("source", "Source", sortable=False),
        Column("more", "Operators and examples", sortable=False),
    ]
    rows = [
        [
            Cell(_name(page, rule), rule.raw["rule"], id=rule.raw["rule"]),
            Cell(_condition(rule)),
            Cell(_layer(subject, rule["layer"] or EVERY), rule["layer"] or EVERY),
            Cell(rule_badges(rule), facts.EFFECTS[rule["effect"]]),
            Cell("any" if rule["soc"] == ANY else soc_name(rule["soc"]), rule["soc"]),
            Cell("any" if rule["precision"] == ANY else rule["precision"].upper()),
            Cell(facts.versions(rule)),
            Cell(page.source(rule["source"])),
            Cell(_more(page, subject, rule)),
        ]
        for rule in rules
    ]
    return page.table("rules", "One rule a row, by layer", columns, rows)


def _name(page: PageBuilder, rule: Record) -> Markup:
    return link(page.url(page.atlas.record_url(rule)), rule["rule"], "figure")


def _layer(subject: Subject, key: str) -> str:
    return "every layer" if key == EVERY else subject.rules.layer_name(key)


def _condition(rule: Record) -> Markup:
    when = facts.conditions(rule)
    return Markup("<strong>{}</strong>{} {}").format(
        facts.sentence(rule), f" Applies {when}." if when else "", facts.remedy(rule)
    )


def _more(page: PageBuilder, subject: Subject, rule: Record) -> Markup:
    names = subject.rules.operators.get(str(rule["rule"]), [])
    operators = Markup(", ").join(page.link(operator_address(name), name) for name in names)
    examples = Markup("").join(
        Markup("<li>{} {} <small>{}{}</small></li>").format(
            badge("ran", "meets it", "seen")
            if example["outcome"] == facts.PASSES
            else badge("refused", "breaks it", "seen"),
            Markup("<b>{}</b> {}").format(example["onnx_op"], parameter_list(example)),
            target_words(example),
            f"; {example['note']}" if example["note"] else "",
        )
        for example in subject.rules.examples.get(str(rule["rule"]), [])
    )
    return Markup("<details><summary>{}</summary>{}<ul>{}</ul></details>").format(
        counted(len(names), "operator") if names else facts.SCOPES[rule["scope"]],
        operators,
        examples,
    )


def _notes(page: PageBuilder) -> Markup:
    columns = [
        Column("topic", "Topic", filter="select"),
        Column("note", "Setting or limit", filter="text", sortable=False),
        Column("soc", "SoC", filter="select"),
        Column("versions", "TensorRT"),
        Column("source", "Source", sortable=False),
    ]
    rows = [
        [
            Cell(words(note["topic"])),
            Cell(link(page.url(page.atlas.record_url(note)), facts.note_text(note), "figure")),
            Cell("any" if note["soc"] in (None, ANY) else soc_name(note["soc"])),
            Cell(facts.version_span(note)),
            Cell(page.source(note["source"])),
        ]
        for note in page.atlas.package.records("build-notes")
    ]
    return page.table("notes", "One setting or limit a row", columns, rows)
