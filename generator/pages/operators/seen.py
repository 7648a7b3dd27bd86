"""What devices did with an operator, where that contradicts documents, and example nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.facts.operator_rules import EFFECTS, PASSES, VIOLATES
from generator.facts.operators import CONFLICTING, MEASURED, is_measured, ran
from generator.facts.releases import soc_name
from generator.markup import Cell, Column, badge, table
from generator.pages.operators.parts import (
    evidence_place,
    outcome,
    parameter_list,
    rule_link,
    target_words,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.builder import PageBuilder
    from generator.package import Record
    from generator.pages.operators.subject import Subject


FAILING_EXAMPLES = 3
"""So many nodes that break a condition are shown; all are with the rules."""

SEEN_AT_ONCE = 12
"""So many rows of evidence need no filter."""


def conflict(page: PageBuilder, subject: Subject, operator: str) -> Markup | None:
    """Return the box that says who contradicts whom; None where nobody does."""
    verdicts = {soc: subject.verdict(operator, soc) for soc in subject.newest}
    found = [(soc, v) for soc, v in verdicts.items() if v.basis == CONFLICTING and v.row]
    if not found:
        return None
    soc, verdict = found[0]
    row = verdict.row
    assert row is not None
    release = subject.newest[soc]
    sides = [_side(words(row["state"]), page.source(row["source"]))]
    if row["disputed_state"]:
        sides.append(_side(words(row["disputed_state"]), page.source(row["disputed_source"])))
    sides += [
        Markup("<li>{}: {} {}</li>").format(
            outcome(record), _where(page, subject, record), _said(page, record)
        )
        for record in (*verdict.contradicting, *verdict.agreeing)
    ]
    note = Markup("<p>{}</p>").format(row["note"]) if row["note"] else ""
    return Markup(
        '<div class="atlas-notice atlas-notice--warning" role="note" id="conflict"><p><strong>'
        "Conflicting on {soc} with JetPack {release}.</strong> Build it on your device before you "
        "rely on either.</p><ul>{sides}</ul>{note}</div>"
    ).format(soc=soc_name(soc), release=release["release"], sides=Markup("").join(sides), note=note)


def evidence_table(page: PageBuilder, subject: Subject, records: Sequence[Record]) -> Markup:
    """Return what was seen of an operator, refusals first."""
    kind = "select" if len(records) > SEEN_AT_ONCE else ""
    columns = [
        Column("outcome", "Outcome", filter=kind, sortable=bool(kind)),
        Column("where", "Where", filter=kind, sortable=bool(kind)),
        Column("node", "Node", sortable=False),
        Column("said", "What was printed or said", sortable=False),
        Column("source", "Source", sortable=False),
    ]
    rows = [
        [
            Cell(outcome(record), record["runs_on_dla"]),
            Cell(_where(page, subject, record)),
            Cell(parameter_list(record)),
            Cell(_said(page, record)),
            Cell(page.source(record["source"])),
        ]
        for record in sorted(records, key=ran)
    ]
    return table("seen", "One kind of node a row; refusals first", columns, rows)


def _where(page: PageBuilder, subject: Subject, record: Record) -> Markup:
    """Return where something was seen, and the run where this project's program measured it."""
    place = evidence_place(page, record)
    run = subject.operators.run(record)
    if run is None:
        return place
    mark = badge(MEASURED, f"measured on {subject.operators.release(record)}", "basis")
    run_link = page.link(page.atlas.record_url(run), "run")
    return Markup("{} {} ({})").format(place, mark, run_link)


def _said(page: PageBuilder, record: Record) -> Markup:
    parts = []
    if record["message"]:
        quoted = (
            Markup("<q>{}</q>") if record["kind"] == "maintainer" else Markup("<code>{}</code>")
        )
        parts.append(quoted.format(record["message"]))
    if record["rule"]:
        parts.append(rule_link(page, record["rule"]))
    if record["kind"] == "maintainer":
        parts.append(Markup("said by a maintainer"))
    if is_measured(record) and record["note"]:
        parts.append(Markup("<strong>{}</strong>").format(record["note"]))
    return Markup(" ").join(parts) or Markup("–")


def example_table(page: PageBuilder, subject: Subject, operator: str) -> Markup | None:
    """Return a node that runs and some that do not, each with the condition it shows.

    Where no example is of the operator itself, one of another operator of its layer stands in.
    """
    records = _examples(subject, operator, PASSES)[:1]
    records += _examples(subject, operator, VIOLATES)[:FAILING_EXAMPLES]
    if not records:
        return None
    columns = [
        Column("outcome", "Outcome", sortable=False),
        Column("node", "Node", sortable=False),
        Column("why", "Condition", sortable=False),
        Column("target", "Where", sortable=False),
    ]
    rows = [
        [
            Cell(_expected(subject, record)),
            Cell(Markup("<b>{}</b> {}").format(record["onnx_op"], parameter_list(record))),
            Cell(rule_link(page, record["rule"])),
            Cell(target_words(record)),
        ]
        for record in records
    ]
    return table("examples", "Nodes made up for the conditions", columns, rows)


def _examples(subject: Subject, operator: str, outcome: str) -> list[Record]:
    own = [r for r in subject.examples.get(operator, []) if r["outcome"] == outcome]
    of_layer = [record for record in own if subject.rules.rows[record["rule"]]["layer"]]
    related = [
        example
        for rule in subject.rules.of(operator)
        for example in subject.rules.examples.get(str(rule["rule"]), [])
        if example["outcome"] == outcome
    ]
    return _newest_first(subject, of_layer or related or own)


def _newest_first(subject: Subject, records: Sequence[Record]) -> list[Record]:
    """Return examples, those of rules that hold with the newest JetPack in front."""
    rules = [subject.rules.rows[record["rule"]] for record in records]
    current = subject.in_force(rules, subject.soc)
    pairs = sorted(zip(records, rules, strict=True), key=lambda pair: pair[1] not in current)
    return [record for record, _ in pairs]


def _expected(subject: Subject, record: Record) -> Markup:
    if record["outcome"] == PASSES:
        return badge("ran", "meets the condition", "seen")
    effect = subject.rules.rows[record["rule"]]["effect"]
    return badge("refused", EFFECTS[effect], "seen")


def _side(state: str, source: Markup) -> Markup:
    return Markup("<li><strong>{}</strong>: {}</li>").format(state, source)
