"""Sense of accuracy figures."""

# ruff: noqa: D401 - the docstring of a rule is what the rule says

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from generator.lint.rules import Flag, View, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOISE = 0.005
"""What an INT8 network may score above its FP32 reference, as a part of the reference."""
_LEAST_KEPT = 0.95
_VALUES = ("value", "claimed", "logged")
_LARGEST_DISTANCE = 0.02
"""Claimed and logged accuracy of one network are not further apart, as a part of the claim."""


@rule("accuracy.unit", "unit")
def check_unit(view: View) -> Iterator[Flag]:
    """An accuracy in percent is above 1, and a fraction is at most 1."""
    for name in _VALUES:
        value = view.column(name)
        fraction = view.equals("unit", "fraction") & (value > 1)
        problem = "a fraction is at most 1; it looks like percent"
        yield Flag(fraction, name, problem, "divide it by 100, or write 'percent'")
        percent = view.equals("unit", "percent") & (value <= 1)
        problem = "it looks like a fraction, not like percent"
        yield Flag(percent, name, problem, "multiply it by 100, or write 'fraction'")


@rule("accuracy.int8-above-fp32", "network", "engine", "value", "source", tables=("accuracy",))
def check_reference(view: View) -> Iterator[Flag]:
    """INT8 accuracy is not above the FP32 reference of the same source by more than noise."""
    reference = view.equals("engine", "reference")
    partner = view.partner(("network", "source", "metric", "unit"), reference)
    value = view.column("value")
    most = np.where(partner >= 0, value[partner] * (1 + _NOISE), np.nan)
    wrong = ~reference & (value > most)
    for position in np.flatnonzero(wrong):
        wrong[position] = value[position] > most[position] + view.half_unit(int(position), "value")
    yield Flag(
        wrong,
        "value",
        lambda position: f"the FP32 reference is {view.cell(int(partner[position]), 'value')}",
        "check both figures, or explain it in exceptions.csv",
    )


@rule("accuracy.below-fp32", "network", "engine", "value", "source", tables=("accuracy",))
def check_loss(view: View) -> Iterator[Flag]:
    """No engine loses more than a twentieth of the FP32 reference of the same source."""
    reference = view.equals("engine", "reference")
    partner = view.partner(("network", "source", "metric", "unit"), reference)
    value = view.column("value")
    least = np.where(partner >= 0, _LEAST_KEPT * value[partner], np.nan)
    problem = "it is far below the FP32 reference"
    yield Flag(value < least, "value", problem, "check the decimal point and the unit")


@rule("accuracy.sparse", "network", "weights", "value", "metric")
def check_sparse(view: View) -> Iterator[Flag]:
    """A sparse network's accuracy is within a twentieth of the dense one's."""
    dense = view.equals("weights", "dense")
    partner = view.partner(("network", "dataset", "metric", "unit"), dense)
    value = view.column("value")
    other = np.where(partner >= 0, value[partner], np.nan)
    far = np.abs(value - other) > (1 - _LEAST_KEPT) * other
    yield Flag(far, "value", "it is far from the dense one", "check the decimal point and the unit")


@rule("accuracy.superseded", "status", "superseded_by", "superseded_on")
def check_superseded(view: View) -> Iterator[Flag]:
    """A superseded figure says by which source and when, and no other does."""
    superseded = view.equals("status", "superseded")
    for name in ("superseded_by", "superseded_on"):
        is_empty = view.is_missing(name)
        yield Flag(superseded & is_empty, name, "the figure is superseded", "say by what and when")
        problem = "the figure is not superseded"
        yield Flag(~superseded & ~is_empty, name, problem, "empty it, or mend the status")


@rule("accuracy.superseded-by-itself", "superseded_by", "source")
def check_successor(view: View) -> Iterator[Flag]:
    """No figure is superseded by its own source."""
    same = view.map_rows(("superseded_by", "source"), lambda row: row[0] == row[1] is not None)
    problem = "a source doesn't supersede itself"
    yield Flag(same == 1, "superseded_by", problem, "name the later source")


@rule("accuracy.claim", "claimed", "logged", "verdict")
def check_claim(view: View) -> Iterator[Flag]:
    """Claimed and logged accuracy are of one size, and equal as printed where confirmed."""
    claimed, logged = view.column("claimed"), view.column("logged")
    far = np.abs(claimed - logged) > _LARGEST_DISTANCE * claimed + 0.011
    far &= view.equals("verdict", "confirmed", "close")
    problem = "it is far from the claim"
    yield Flag(far, "logged", problem, "check that both have the row's unit")
    other = view.equals("verdict", "confirmed") & ~far
    wrong = other & view.off_by_rounding("claimed", np.where(other, logged, claimed))
    yield Flag(
        wrong,
        "claimed",
        lambda position: f"it is said to be confirmed by {view.cell(position, 'logged')}",
        "check both figures and the verdict",
    )
