"""One wrong cell in the shipped data is one finding at its line and column.

``mistakes.csv`` beside this file lists the cells; control characters in it are written as in JSON.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generator.lint.catalogue import catalogue
from generator.lint.sense import ordered_rules

if TYPE_CHECKING:
    from .planting import Copy

MISTAKES = Path(__file__).with_name("mistakes.csv")
PLANTED_OTHERWISE = {
    *(rule.id for rule in ordered_rules() if rule.id.startswith("measured.")),
    "mlperf.copy",
    "modes.dla-cores",
    "observations.duplicate",
    "operators.states",
    "rules.examples",
    "rules.operators",
    "sources.unused",
    "throughput.factor-two",
    "tops.dense-above-sparse",
    "tops.dla-cores",
}
"""Rules of sense that need more than one wrong cell; see ``test_planted_rows.py``
and ``test_planted_measured.py``, which holds that each of its rules has one."""


def read_mistakes() -> list[dict[str, str]]:
    """Return the rows of ``mistakes.csv``."""
    with MISTAKES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("mistake", read_mistakes(), ids=lambda mistake: mistake["mistake"])
def test_one_mistake_is_one_finding(copy: Copy, mistake: dict[str, str]) -> None:
    """The finding names file, line, column and rule, shows the value, and says what to do."""
    path, column = mistake["path"], mistake["column"]
    where = dict(pair.split("=") for pair in mistake["where"].split("; "))
    value = json.loads(f'"{mistake["value"]}"')
    line = copy.plant(path, where, column, value)

    findings = copy.lint()

    reported = mistake["reported_column"] or column
    expected = [(copy.file(path), line, reported, mistake["rule"])]
    assert expected == [(f.file, f.line, f.column, f.rule) for f in findings], [*map(str, findings)]
    assert reported != column or findings[0].value == value
    assert findings[0].problem
    assert findings[0].remedy
    assert str(findings[0]).isprintable()


def test_each_rule_of_sense_has_a_planted_mistake() -> None:
    """No rule of sense is without a mistake that it alone refuses."""
    planted = {mistake["rule"] for mistake in read_mistakes()}

    assert {rule.id for rule in ordered_rules()} - PLANTED_OTHERWISE <= planted
    assert planted <= set(catalogue())
