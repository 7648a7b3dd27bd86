"""Mistakes in the states of an operator that show in another table than they stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .planting import Copy

OPERATORS = "operators/operators.csv"
STATES = "operators/operator-states.csv"


def found(copy: Copy) -> list[tuple[str, str, str]]:
    """Return file, column and rule of each finding."""
    return [(finding.file, finding.column, finding.rule) for finding in copy.lint()]


def test_an_operator_without_a_state_in_the_dla_software(copy: Copy) -> None:
    """A missing row is reported where the operator stands."""
    header, *rows = copy.rows(STATES)
    kept = [row for row in rows if row[:2] != ["ArgMax", "dla-software"]]
    copy.write_rows(STATES, [header, *kept])

    findings = copy.lint()

    assert [(copy.file(OPERATORS), "operator", "operators.states")] == found(copy)
    assert findings[0].value == "ArgMax"
    assert "dla-software" in findings[0].problem


def test_a_state_for_one_soc_of_two(copy: Copy) -> None:
    """What holds for Orin only leaves Xavier without a state."""
    copy.plant(STATES, {"operator": "Ceil", "version_kind": "tensorrt-jetson"}, "soc", "orin")

    assert [(copy.file(OPERATORS), "operator", "operators.states")] == found(copy)


def test_a_state_for_any_soc_beside_one_for_xavier(copy: Copy) -> None:
    """A range that holds for any SoC has no second one for a single SoC beside it."""
    where = {"operator": "Softmax", "version_kind": "tensorrt-jetson", "soc": "xavier"}
    copy.plant(STATES, where, "soc", "any")

    assert [(copy.file(OPERATORS), "operator", "operators.states")] == found(copy)


def test_a_lost_interval(copy: Copy) -> None:
    """Without its first interval an operator has no state for the oldest versions."""
    header, *rows = copy.rows(STATES)
    lost = ["Resize", "tensorrt-jetson", "any", "1"]
    copy.write_rows(STATES, [header, *(row for row in rows if row[:4] != lost)])

    expected = [(copy.file(STATES), column, "states.ends") for column in ("interval", "since")]
    assert expected == found(copy)


def test_an_end_moved_past_the_next_start(copy: Copy) -> None:
    """The overlap is reported on the later state."""
    where = {"operator": "Resize", "version_kind": "tensorrt-jetson", "interval": "1"}
    line = copy.plant(STATES, where, "until", "8.4")

    findings = copy.lint()

    assert [(line + 1, "since", "states.overlap")] == [
        (finding.line, finding.column, finding.rule) for finding in findings
    ]
    assert "8.2" in findings[0].problem
