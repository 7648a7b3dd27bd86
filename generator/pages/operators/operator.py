"""One operator: where it runs, under which conditions, what devices did, what to use instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from generator.builder import PageBuilder
from generator.facts.operator_axes import release_key
from generator.facts.operators import RUNS, UNKNOWN
from generator.facts.releases import soc_name
from generator.pages.operators.answer import answer
from generator.pages.operators.parts import operator_address, words
from generator.pages.operators.seen import conflict, evidence_table, example_table
from generator.pages.operators.timeline import timelines
from generator.words import counted

if TYPE_CHECKING:
    from generator.package import Record
    from generator.page import Page
    from generator.pages.operators.parts import RulePrinter
    from generator.pages.operators.subject import Subject

TEMPLATE = "operator.md.jinja"
EXACTNESS = {
    "exact": "exact",
    "approximate": "an approximation",
    "scale": "exact but for INT8 scales",
}
SOFTWARE_LAYERS = {
    "tensorrt": "through TensorRT",
    "dla_software": "in DLA software",
    "both": "both",
}


def operator_page(subject: Subject, printer: RulePrinter, operator: str) -> Page:
    """Return the page of an operator.

    Parameters
    ----------
    subject
        What all pages of operators stand on.
    printer
        Prints the conditions.
    operator
        Its name.
    """
    row = subject.operators.rows[operator]
    page = PageBuilder(
        subject.atlas,
        f"{operator_address(operator)[:-1]}.md",
        operator,
        f"Whether the ONNX operator {operator} runs on the DLA: by release, with conditions, "
        "evidence and alternatives.",
    )
    rules = subject.rules.of(operator)
    seen = subject.operators.evidence(operator)
    examples = example_table(page, subject, operator)
    recipes = subject.recipes.get(operator, [])
    return page.build(
        TEMPLATE,
        answer=page.slot(answer(page, subject, operator)),
        conflict=page.slot(box) if (box := conflict(page, subject, operator)) else "",
        timelines=page.slot(timelines(page, subject, operator)),
        recipes=[_recipe(page, subject, recipe) for recipe in recipes],
        alternatives=_alternatives(page, subject, printer, recipes),
        refused=subject.verdict(operator, subject.soc).state not in (*RUNS, UNKNOWN),
        **_conditions(page, subject, printer, rules),
        printed=[
            page.link(f"operators/messages/#{message['message']}", message["title"])
            for rule in rules
            for message in subject.messages.get(str(rule["rule"]), [])
        ],
        evidence=page.slot(evidence_table(page, subject, seen)) if seen else "",
        examples=page.slot(examples) if examples else "",
        history=[_change(page, entry) for entry in subject.operators.history(operator)],
        facts=page.slot(_facts(page, subject, row)),
        release=release_key(subject.newest[subject.soc]),
        soc=subject.soc,
    )


def _conditions(
    page: PageBuilder, subject: Subject, printer: RulePrinter, rules: list[Record]
) -> dict[str, Any]:
    """Return the conditions in force with the newest JetPack of each SoC, and the others.

    Each condition stands where it first holds.
    """
    left = list(rules)
    lists = []
    for soc, release in subject.newest.items():
        here = subject.in_force(left, soc)
        left = [rule for rule in left if rule not in here]
        name = f"JetPack {release['release']} on {soc_name(soc)}"
        lists.append((name, page.slot(printer.items(here)) if here else ""))
    return {
        "conditions": lists,
        "other": page.slot(printer.items(left)) if left else "",
        "general": counted(len(subject.rules.general()), "more condition"),
    }


def _alternatives(
    page: PageBuilder, subject: Subject, printer: RulePrinter, recipes: list[Record]
) -> list[Markup]:
    """Return the conditions of each operator that replaces another one alone."""
    alone = dict.fromkeys(
        recipe["uses"] for recipe in recipes if recipe["uses"] in subject.operators.rows
    )
    return [
        page.slot(
            Markup(
                '<details class="atlas-more"><summary>Conditions of {}</summary>{}</details>'
            ).format(name, printer.items(rules))
        )
        for name in alone
        if (rules := subject.in_force(subject.rules.of(name), subject.soc))
    ]


def _recipe(page: PageBuilder, subject: Subject, recipe: Record) -> dict[str, Any]:
    uses = [
        page.link(operator_address(name), name) if name in subject.operators.rows else name
        for name in (recipe["uses"] or "").split()
    ]
    return {
        "uses": uses,
        "how": recipe["how"] or "",
        "condition": recipe["condition"] or "",
        "exactness": EXACTNESS[recipe["exactness"]],
        "script": recipe["script"] or "",
        "record": page.link(page.atlas.record_url(recipe), "record"),
    }


def _change(page: PageBuilder, entry: Record) -> dict[str, Any]:
    old, new = (
        " from ".join(filter(None, (words(entry[f"{age}_status"] or ""), entry[f"{age}_since"])))
        for age in ("old", "new")
    )
    what = {
        "added": f"added as {new or 'unnamed'}",
        "removed": f"removed, was {old}",
        "repeated": "listed a second time",
    }.get(entry["change"], f"{old} became {new}")
    return {
        "date": entry.raw["date"],
        "layer": SOFTWARE_LAYERS[entry["software_layer"]],
        "what": what,
        "edition": entry["upstream_release"],
        "record": page.link(page.atlas.record_url(entry), "record"),
    }


def _facts(page: PageBuilder, subject: Subject, row: Record) -> Markup:
    """Return what the operator is: its ONNX specification and what the parser makes of it."""
    opsets = f"since opset {row['since_opset']}"
    if row["last_changed_opset"] != row["since_opset"]:
        opsets += f", last changed in opset {row['last_changed_opset']}"
    pairs = [
        ("ONNX", Markup("{}: {}").format(page.link(row["specification"], "specification"), opsets)),
        ("TensorRT's parser", f"{words(row['parser'])}" if row["parser"] else "unknown"),
        ("Becomes the layer", subject.rules.layer_name(row["layer"]) or "unknown"),
        (
            "Source",
            Markup("{}, {}").format(
                page.link(page.atlas.record_url(row), "record"), page.source(row["source"])
            ),
        ),
    ]
    items = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(term, text) for term, text in pairs
    )
    return Markup('<dl class="atlas-facts">{}</dl>').format(items)
