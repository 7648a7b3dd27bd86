"""What several pages on operators show: states, conditions, lists of parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from generator.facts import operator_rules as facts
from generator.facts.operators import ANY, BASES, MEASURED, ran
from generator.facts.releases import soc_name
from generator.markup import badge, link
from generator.record_ids import slug
from generator.words import listing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.builder import PageBuilder
    from generator.facts.operators import Operators, Verdict
    from generator.package import Record

COUNTED = ("role", "count", "layer", "example")
"""Parameters of a case that say where it was seen rather than what it is."""


def words(key: str) -> str:
    """Return a key of the data as words."""
    return key.replace("_", " ")


def operator_address(operator: str) -> str:
    """Return the address of an operator's page below the site's root."""
    return f"operators/{slug(operator)}/"


def state_badge(page: PageBuilder, state: str, row: Record | None) -> Markup:
    """Return a state by word, shape and colour, linked to the record behind it."""
    classes = f"state state--{slug(state)}"
    if row is None:
        return badge(state, words(state), "state")
    return link(page.url(page.atlas.record_url(row)), words(state), f"figure {classes}")


def basis_mark(basis: str, releases: Sequence[str] = ()) -> Markup:
    """Return by mark and word how far a state is known, with what it was measured on."""
    return badge(basis, basis_words(basis, releases), "basis")


def basis_words(basis: str, releases: Sequence[str] = ()) -> str:
    """Return in words how far a state is known: measured on JetPack 6.2."""
    return f"{BASES[basis]} on {listing(releases)}" if releases else BASES[basis]


def known_words(operators: Operators, verdict: Verdict) -> str:
    """Return in words how far the state of a verdict is known."""
    return basis_words(verdict.basis, measured_on(operators, verdict))


def measured_on(operators: Operators, verdict: Verdict) -> list[str]:
    """Return the releases on which a verdict that is measured was; none of any other."""
    return operators.releases(verdict.measured) if verdict.basis == MEASURED else []


def precision_words(precisions: str) -> str:
    """Return ``fp16 int8`` as ``FP16, INT8``."""
    return ", ".join(precisions.upper().split())


def parameter_list(record: Record) -> Markup:
    """Return the parameters of a node."""
    pairs = [pair for pair in facts.parameters(record) if pair[0] not in COUNTED]
    items = "".join(
        f"<span><i>{escape(words(name))}</i> {escape(value)}</span> " for name, value in pairs
    )
    return Markup(f'<span class="op-node">{items}</span>') if items else Markup("")


def rule_link(page: PageBuilder, rule: str) -> Markup:
    """Return a link to a rule on the page of rules."""
    return page.link(f"operators/rules/#{rule}", rule)


class RulePrinter:
    """Prints conditions on the pages of one folder, each made once.

    Parameters
    ----------
    page
        A page of the folder; links of the others are the same.
    """

    def __init__(self, page: PageBuilder) -> None:
        self.page = page
        self._printed: dict[str, Markup] = {}

    def items(self, rules: Sequence[Record]) -> Markup:
        """Return conditions as a list."""
        return Markup('<ul class="op-rules">{}</ul>').format(
            Markup("").join(map(self._item, rules))
        )

    def _item(self, rule: Record) -> Markup:
        if rule.id not in self._printed:
            self._printed[rule.id] = self._print(rule)
        return self._printed[rule.id]

    def _print(self, rule: Record) -> Markup:
        remedy = facts.remedy(rule)
        where = facts.where(rule)
        return Markup(
            '<li><p><strong>{}</strong> {}</p><p class="op-small">{} {}{}. Rule {}, {}</p></li>'
        ).format(
            facts.sentence(rule),
            remedy,
            rule_badges(rule),
            f"{where}; " if where else "",
            facts.versions(rule),
            rule_link(self.page, rule["rule"]),
            self.page.source(rule["source"]),
        )


def rule_badges(rule: Record) -> Markup:
    """Return what breaking a rule does, and whether that is only likely."""
    effect = badge(rule["effect"], facts.EFFECTS[rule["effect"]], "effect")
    likely = rule["severity"] == facts.LIKELY
    return effect + Markup(" ") + badge("likely", "likely", "effect") if likely else effect


def evidence_place(page: PageBuilder, record: Record) -> Markup:
    """Return where something was seen: SoC, TensorRT, precision, linked to its record."""
    parts = [
        soc_name(record["soc"]) if record["soc"] != ANY else "any SoC",
        f"TensorRT {record['trt_version'] or 'unknown'}",
    ]
    if record["precision"]:
        parts.append(record["precision"].upper())
    return link(page.url(page.atlas.record_url(record)), ", ".join(parts), "figure")


def outcome(record: Record) -> Markup:
    """Return whether a device ran the node of a row of evidence on the DLA."""
    return (
        badge("ran", "ran on the DLA", "seen")
        if ran(record)
        else badge("refused", "refused", "seen")
    )


def target_words(example: Record) -> str:
    """Return for which SoC, TensorRT and precision an example holds."""
    precision = example["precision"].upper()
    return f"{soc_name(example['soc'])}, TensorRT {example['tensorrt']}, {precision}"
