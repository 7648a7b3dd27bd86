"""The page of rules and the checker print the same sentence for the same row."""

from __future__ import annotations

from pathlib import Path

from generator.facts import operator_rules
from generator.package import load_package
from measure.rules.rule import rule_from_row

DATA = Path(__file__).resolve().parents[1] / "data"


def test_both_halves_print_the_same_sentences() -> None:
    """Whoever follows a reason of the checker to the page finds the words again."""
    for record in load_package(DATA, check=False).records("rules"):
        rule = rule_from_row(record.raw)

        assert rule.text(rule.sentence, "the value") == operator_rules.sentence(record)
        assert rule.text(rule.remedy, "the value") == operator_rules.remedy(record)
