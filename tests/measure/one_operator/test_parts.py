"""Parts that a run on a fake Jetson does not reach."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from measure.device.machine import Machine
from measure.errors import ConditionError
from measure.one_operator import run_cases
from measure.one_operator.bounds import at_bounds
from measure.one_operator.plan import Choice
from measure.one_operator.prediction import Prediction, predict
from measure.one_operator.rows import evidence_key, evidence_rows
from measure.one_operator.values import Filled
from measure.rules import load_rules
from measure.run.rig import TRTEXEC, read_rig
from tests.fake_jetson.jetson import make_jetson
from tests.measure.one_operator.cases import a_case, both

if TYPE_CHECKING:
    from pathlib import Path


def test_a_board_whose_soc_is_not_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody could say of which DLA the verdicts would be."""
    monkeypatch.setenv("DLA_MEASURE_ROOT", str(make_jetson(tmp_path / "jetson").root))
    rig = read_rig(Machine.here(), TRTEXEC)
    unknown = replace(rig, board=replace(rig.board, soc=""))
    monkeypatch.setattr(run_cases, "read_rig", lambda *_, **__: unknown)

    with pytest.raises(ConditionError, match="this board has no DLA"):
        run_cases.begin(Choice(), str(tmp_path / "runs"))


def record(**changes: Any) -> dict[str, Any]:
    return {
        "type": "operator_case",
        "key": "own.2.int8",
        "operator": "Relu",
        "parameters": {"input_shape": [1, 8193, 4, 4]},
        "precision": "int8",
        "verdict": "refused",
        "message": "Layer 'subject' is refused.",
        "message_id": "m1",
        "message_rule": "",
        "predicted": "gpu",
        "predicted_rules": ["gen.dims"],
        **changes,
    }


RUN = {"type": "run", "run": "20260101-trtexec-abcdef", "soc": "orin", "tensorrt": "10.3.0.30"}


@pytest.mark.parametrize("missing", ["soc", "tensorrt"])
def test_evidence_needs_a_soc_and_a_version(missing: str) -> None:
    """A row without them would be evidence of nothing."""
    assert evidence_rows([{**RUN, missing: ""}, record()]) == []
    known = {key: value for key, value in RUN.items() if key != missing}
    assert evidence_rows([known, record()]) == []


def test_the_last_word_on_a_case_counts() -> None:
    """What failed first and was built again has one row."""
    (row,) = evidence_rows([RUN, record(verdict="failed"), record()])

    assert (row["runs_on_dla"], row["rule"], row["precision"]) == ("no", "gen.dims", "int8")
    assert row["id"] == evidence_key(RUN["run"], "own.2.int8")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"message_rule": "elt.divpow"}, "elt.divpow"),
        ({"message_rule": "gen.batch.legacy"}, "gen.dims"),
        ({"message_rule": "pool.inclusive"}, "gen.dims"),
        ({"message_rule": "no.such.rule", "predicted_rules": []}, ""),
        ({"predicted": "dla"}, ""),
        ({"verdict": "accepted"}, ""),
    ],
)
def test_a_rule_explains_where_it_is_in_force(changes: dict[str, Any], rule: str) -> None:
    """One of another version or SoC explains nothing here."""
    (row,) = evidence_rows([RUN, record(**changes)])

    assert row["rule"] == rule


def test_predictions() -> None:
    """What a case states wrongly is not predicted."""
    target = both("10.3.0", "orin")["int8"]

    assert predict(a_case("Relu", input_shape=[1, 8, 4, 4]), target) == Prediction("dla", ())
    assert predict(a_case("Relu", input_shape="wrong"), target) == Prediction("unknown", ())
    large = predict(a_case("Relu", input_shape=[1, 8193, 4, 4]), target)
    assert large == Prediction("gpu", ("gen.dims",))


def test_numbers_that_fill_constants() -> None:
    """Small and different, valid as an index, and positive where they must be."""
    assert Filled((6,), "float32")().tolist() == [-0.25, -0.125, 0, 0.125, 0.25, -0.25]
    assert Filled((6,), "float32", positive=True)().min() > 0
    assert Filled((3,), "int64")().tolist() == [0, 0, 0]
    assert Filled((3,), "int8")().tolist() == [-2, -1, 0]
    assert Filled((2,), "bool")().tolist() == [True, True]


@pytest.mark.parametrize(
    ("rule", "stated", "values"),
    [
        ("conv.stride", {"strides": [1, 1]}, {0, 1, 8, 9} - {0}),
        ("conv.padding", {"pads": [0, 0, 0, 0]}, {0, 31, 32}),
        ("deconv.kernel.square", {"kernel_shape": [2, 2]}, {22, 23, 32, 33}),
        ("conv.stride", {}, set()),
        ("gen.qdq", {"pads": [0]}, set()),
    ],
)
def test_values_around_bounds(rule: str, stated: dict[str, Any], values: set[int]) -> None:
    """Just inside and just outside, and no value that no node can have."""
    found = at_bounds(load_rules().rules[rule], "Conv", stated)

    assert {int(name.partition(".")[0]) for _, name, _ in found} == values
