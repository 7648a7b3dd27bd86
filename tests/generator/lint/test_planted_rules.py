"""Mistakes in the rules of the DLA that take more than one cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .test_planted_rows import found

if TYPE_CHECKING:
    from .planting import Copy

RULES = "operators/rules.csv"
EXAMPLES = "operators/rule-examples.csv"
OPERATORS = "operators/rule-operators.csv"


def line_of(copy: Copy, rule: str) -> int:
    """Return the line of a rule."""
    return next(line for line, row in enumerate(copy.rows(RULES), start=1) if row[0] == rule)


def drop(copy: Copy, path: str, *cells: str) -> None:
    """Delete the rows of a table that have all of these cells."""
    kept = [row for row in copy.rows(path) if not set(cells) <= set(row)]
    copy.write_rows(path, kept)


@pytest.mark.parametrize("outcome", ["passes", "violates"])
def test_a_rule_without_an_example(copy: Copy, outcome: str) -> None:
    """A rule needs an example of each outcome."""
    drop(copy, EXAMPLES, "conv.kernel", outcome)

    findings = copy.lint()

    expected = (copy.file(RULES), line_of(copy, "conv.kernel"), "rule", "rules.examples")
    assert [expected] == [(f.file, f.line, f.column, f.rule) for f in findings]
    assert outcome in findings[0].problem


def test_a_rule_of_no_operator(copy: Copy) -> None:
    """A rule about a layer is asked about operators."""
    drop(copy, OPERATORS, "lrn.window")

    expected = (copy.file(RULES), line_of(copy, "lrn.window"), "rule", "rules.operators")
    assert [expected] == found(copy)


def test_a_rule_about_every_layer_names_no_operator(copy: Copy) -> None:
    """What holds for every layer holds for every operator."""
    copy.write_rows(OPERATORS, [*copy.rows(OPERATORS), ["gen.dims", "Relu"]])

    expected = (copy.file(RULES), line_of(copy, "gen.dims"), "rule", "rules.operators")
    assert [expected] == found(copy)


def test_a_range_without_bounds(copy: Copy) -> None:
    """A rule that compares with bounds has one of them."""
    where = {"rule": "resize.whole"}
    copy.plant(RULES, where, "minimum", "")
    line = copy.plant(RULES, where, "maximum", "")

    assert [(copy.file(RULES), line, "relation", "rules.bounds")] == found(copy)


def test_an_exception_does_not_explain_the_gap_of_another_rule(copy: Copy) -> None:
    """It holds for one rule; the gap it no longer explains is a finding again."""
    path = "published/exceptions.csv"
    copy.plant(path, {"record": "rules.gen.batch"}, "record", "rules.gen.dims")

    rules = {(rule, file) for file, _, _, rule in found(copy)}

    assert ("rules.chain-gap", copy.file(RULES)) in rules
    assert ("exceptions.unused", copy.file(path)) not in rules
