"""Every violation planted in a real ONNX file is reported, no other, and its fix mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from measure.check.as_json import as_object
from measure.check.model_check import check_model
from measure.target import resolve_target
from tests.measure.planted.beds import BEDS
from tests.measure.planted.building import PLANTED
from tests.measure.planted.plants import MOST_AT_ONCE, planted

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    import onnx

    from tests.measure.planted.plants import Bed, Broken, On, Planted

NODES = list(planted(BEDS))


def checked(model: onnx.ModelProto, on: On, folder: Path) -> dict[str, Any]:
    """Return what the report says of the planted node."""
    path = folder / "model.onnx"
    path.write_bytes(model.SerializeToString())
    target = resolve_target(tensorrt=on.tensorrt, soc=on.soc, precision=on.precision)
    report = as_object(check_model(str(path), target))
    return next(node for node in report["nodes"] if node["name"] == PLANTED)


def differences(case: Planted, found: dict[str, Any]) -> list[str]:
    """Return how a report differs from what was planted."""
    reasons = {each["rule"]: each for each in found["reasons"] + found["notes"]}
    if case.placement == "unknown":
        reasons = {each["rule"]: each for each in found["notes"]}
    expected = {rule.rule: rule for rule in case.expected}
    wrong = [f"{rule} is missing" for rule in sorted(expected.keys() - reasons.keys())]
    wrong += [f"{rule} was not planted" for rule in sorted(reasons.keys() - expected.keys())]
    for rule in sorted(expected.keys() & reasons.keys()):
        wrong += _details(expected[rule], reasons[rule])
    if found["placement"] != case.placement:
        wrong.append(f"runs on {found['placement']}, not {case.placement}")
    return [f"{case.name}: {text}" for text in wrong]


def _details(expected: Broken, reason: dict[str, Any]) -> list[str]:
    """Return how one reason differs."""
    wrong = []
    for name in ("value", "bound"):
        wanted = getattr(expected, name)
        if wanted is not None and reason[name] != wanted:
            wrong.append(f"{expected.rule}: {name} {reason[name]!r}, not {wanted!r}")
    if expected.change not in reason["fix"]:
        wrong.append(f"{expected.rule}: fix {reason['fix']!r}, without {expected.change!r}")
    return wrong


@pytest.mark.parametrize("bed", BEDS, ids=lambda bed: bed.name)
def test_what_is_planted_is_reported(bed: Bed, tmp_path: Path) -> None:
    wrong = [
        text
        for case in NODES
        if case.bed is bed
        for text in differences(case, checked(case.model(), case.on, tmp_path))
    ]

    assert wrong == []


@pytest.mark.parametrize("bed", BEDS, ids=lambda bed: bed.name)
def test_the_fix_takes_the_violation_away(bed: Bed, tmp_path: Path) -> None:
    wrong = []
    for case in NODES:
        if case.bed is bed:
            for plant in case.plants:
                if plant.rules:
                    found = checked(case.model(mended=plant), case.on, tmp_path)
                    wrong += differences(case.without(plant), found)

    assert wrong == []


def test_there_are_many_and_some_with_five_at_once() -> None:
    assert len(NODES) >= 200
    assert max(len(case.expected) for case in NODES) >= MOST_AT_ONCE
