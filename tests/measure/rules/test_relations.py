"""Each relation finds what breaks it, and the smallest change."""

from __future__ import annotations

from typing import Any

import pytest

from measure.rules.relations import find_violation
from measure.rules.rule import Rule, rule_from_row
from measure.rules.values import Except, Labelled, Unknown
from measure.tables import read_table


def rule(relation: str, **cells: str) -> Rule:
    """Return a rule that compares the parameter size."""
    row = dict.fromkeys(read_table("operators/rules")[0], "")
    row.update(rule="test", parameter="size", relation=relation, **cells)
    return rule_from_row(row)


@pytest.mark.parametrize(
    ("tested", "values", "change"),
    [
        (rule("between", minimum="1", maximum="8"), [1, 8], None),
        (rule("between", minimum="1", maximum="8"), [9, 0], "size 9 -> 8; size 0 -> 1"),
        (rule("between", minimum="2"), [1], "size 1 -> 2"),
        (rule("between", maximum="16"), [17], "size 17 -> 16"),
        (rule("below", maximum="16"), [15.999], None),
        (rule("below", maximum="16"), [16], "size 16 -> below 16"),
        (rule("outside", minimum="23", maximum="32"), [22, 33], None),
        (rule("outside", minimum="23", maximum="32"), [31], "size 31 -> 33"),
        (rule("outside", minimum="23", maximum="32"), [25], "size 25 -> 22"),
        (rule("one_of", allowed="3 5 7"), [5], None),
        (rule("one_of", allowed="3 5 9"), [8], "size 8 -> 9"),
        (rule("one_of", allowed="near linear"), ["cubic"], "size cubic -> near or linear"),
        (rule("none_of", allowed="slice"), ["conv"], None),
        (rule("none_of", allowed="slice"), ["slice"], "size slice -> another"),
        (rule("equal"), [0.5, 0.5], None),
        (rule("equal"), [0.5, 0.25], "size 0.5, 0.25 -> 0.5 for all"),
        (rule("between_or_one_of", maximum="32", allowed="1x64"), [1, 64], None),
        (rule("between_or_one_of", maximum="32", allowed="1x64"), [32, 32], None),
        (
            rule("between_or_one_of", maximum="32", allowed="1x64"),
            [1, 65],
            "size 65 -> 32 or 1x64",
        ),
    ],
)
def test_relation_on_values(tested: Rule, values: list[Any], change: str | None) -> None:
    violation = find_violation(tested, values, None)

    assert change == (violation.change if violation else None)


@pytest.mark.parametrize(
    ("relation", "values", "bound", "change"),
    [
        ("less_than", [2, 2, 2, 2], [3, 3], None),
        ("less_than", [0, 3], [3, 3], "size 3 -> 2 or other 3 -> 4"),
        ("equals_parameter", [2, 2], [2, 2], None),
        ("equals_parameter", [1, 2], [2, 2], "size 1 -> 2"),
    ],
)
def test_relation_with_another_parameter(
    relation: str, values: list[int], bound: list[int], change: str | None
) -> None:
    violation = find_violation(rule(relation, bound_parameter="other"), values, bound)

    assert change == (violation.change if violation else None)


def test_labels_name_the_axis() -> None:
    violation = find_violation(rule("between", maximum="8"), Labelled([9], ["height"]), None)

    assert violation is not None
    assert (
        violation.change,
        violation.value,
        violation.bound,
    ) == ("size height 9 -> 8", 9, "at most 8")


@pytest.mark.parametrize(
    ("tested", "excluded", "is_violated"),
    [
        (rule("one_of", allowed="C"), ["C"], True),
        (rule("between", minimum="4", maximum="4"), [4], True),
        (rule("one_of", allowed="C H"), ["C"], None),
        (rule("between", minimum="1", maximum="4"), [4], None),
        (rule("equal"), [4], None),
    ],
)
def test_excluded_values_break_what_allows_only_them(
    tested: Rule, excluded: list[Any], is_violated: bool | None
) -> None:
    if is_violated is None:
        with pytest.raises(Unknown):
            find_violation(tested, Except(excluded), None)
    else:
        assert find_violation(tested, Except(excluded), None) is not None
