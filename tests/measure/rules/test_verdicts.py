"""What single operators get on single releases, and why."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import onnx.defs
import pytest

from measure.errors import UserError
from measure.rules import graph_from_case, load_rules
from measure.tables import read_table
from measure.target import Target, release_key, resolve_target
from tests.measure.rules.judging import judge, rules_of

IMAGE = {"input_shape": [1, 64, 56, 56]}
PAIR = {"input_shapes": [[1, 64, 56, 56], [1, 64, 56, 56]]}
SEVEN = {"input_shape": [1, 2048, 7, 7]}


@pytest.mark.parametrize(
    ("operator", "parameters", "target", "placement", "rule"),
    [
        ("Ceil", IMAGE, {"release": "jetpack-5.1.1"}, "gpu", "gen.operator"),
        ("Div", PAIR, {"release": "jetpack-6.2"}, "gpu", "elt.divpow"),
        ("Pow", PAIR, {"release": "jetpack-6.2"}, "gpu", "elt.divpow"),
        ("Div", PAIR, {"release": "drive-os-6.0.9.0"}, "dla", None),
        ("Div", PAIR, {"release": "jetpack-6.0"}, "gpu", "gen.operator"),
        ("GlobalAveragePool", SEVEN, {"release": "jetpack-6.2"}, "gpu", "gen.operator"),
        (
            "AveragePool",
            {**SEVEN, "kernel_shape": [7, 7], "strides": [1, 1], "pads": [0, 0, 0, 0]},
            {"release": "jetpack-6.2"},
            "dla",
            None,
        ),
        ("Softmax", {**IMAGE, "axis": 1}, {"release": "jetpack-6.2"}, "dla", None),
        ("Softmax", {**IMAGE, "axis": 0}, {"release": "jetpack-6.2"}, "gpu", "softmax.axis"),
        ("Softmax", {**IMAGE, "axis": 1}, {"release": "jetpack-5.1.1"}, "dla", None),
        (
            "Softmax",
            {**IMAGE, "axis": 1},
            {"release": "jetpack-5.1.1", "soc": "xavier"},
            "gpu",
            "softmax.soc",
        ),
        (
            "Softmax",
            {**IMAGE, "axis": 1},
            {"release": "jetpack-4.6.1"},
            "gpu",
            "gen.layer",
        ),
        ("DequantizeLinear", IMAGE, {"tensorrt": "10.3"}, "gpu", "gen.qdq.dequantize"),
        (
            "DequantizeLinear",
            {**IMAGE, "data_type": "int8"},
            {"release": "jetpack-7.2.2", "soc": "orin"},
            "dla",
            None,
        ),
        ("Relu", IMAGE, {"tensorrt": "11.1"}, "gpu", "gen.no_dla"),
        ("Relu", IMAGE, {"release": "jetpack-7.0"}, "gpu", "gen.no_dla"),
        ("Sin", IMAGE, {"release": "jetpack-6.2"}, "unknown", "gen.operator"),
        ("Constant", {}, {}, "build_time", None),
        ("Shape", IMAGE, {}, "build_time", None),
        ("LeakyRelu", IMAGE, {"release": "jetpack-4.6.1"}, "gpu", "act.type.header"),
        ("LeakyRelu", IMAGE, {"release": "jetpack-5.1.1"}, "dla", None),
        ("MatMul", {"constant_B": True}, {}, "dla", None),
        ("MatMul", {"constant_B": False}, {}, "gpu", "conv.matmul_const"),
        ("MatMul", {}, {}, "gpu", "gen.layer"),
        ("Own", {**IMAGE, "domain": "own.domain"}, {}, "gpu", "gen.plugin"),
        ("TopK", IMAGE, {}, "gpu", "gen.layer"),
    ],
)
def test_named_cases(
    operator: str,
    parameters: dict[str, Any],
    target: dict[str, Any],
    placement: str,
    rule: str | None,
) -> None:
    verdict = judge(operator, parameters, **target)

    assert placement == verdict.placement, verdict
    if rule:
        assert rule in rules_of(verdict)


def test_without_a_dla_there_is_one_reason() -> None:
    """The node breaks more rules, but none of them matters."""
    verdict = judge("TopK", {"input_shape": ["N", 9000, 1, 1]}, tensorrt="11.1")

    assert [reason.rule for reason in verdict.reasons] == ["gen.no_dla"]
    assert verdict.notes == []


def test_global_average_pool_offers_average_pool() -> None:
    (reason, *_) = judge("GlobalAveragePool", SEVEN).reasons

    assert "AveragePool" in reason.fix


def test_reconstruction_offers_its_recipe() -> None:
    (reason,) = judge("DepthToSpace", IMAGE).reasons
    (how,) = (
        row["how"] for row in read_table("operators/recipes") if row["operator"] == "DepthToSpace"
    )

    assert reason.fix.startswith(how)


def test_reason_tells_value_bound_change_and_source() -> None:
    verdict = judge(
        "Conv",
        {**IMAGE, "kernel_shape": [33, 3], "strides": [1, 1], "pads": [0, 0, 0, 0]},
    )
    (reason,) = verdict.reasons
    (row,) = (row for row in read_table("operators/rules") if row["rule"] == "conv.kernel")
    titles = {row["key"]: row["title"] for row in read_table("reference/sources")}
    high = row["maximum"]

    assert (reason.rule, reason.parameter, reason.value) == ("conv.kernel", "kernel", [33, 3])
    assert f"{row['minimum']} to {high}" == reason.bound
    assert f"kernel height 33 -> {high}. " in reason.fix
    assert "{" not in reason.message + reason.fix
    assert (row["source"], titles[row["source"]]) == (reason.source, reason.source_title)


def test_reason_names_the_dynamic_dimensions() -> None:
    (reason,) = judge("Relu", {"input_shape": ["images", 3, 8, 8]}).reasons

    assert reason.rule == "gen.dynamic"
    assert "images" in reason.fix


def test_reason_says_what_devices_did() -> None:
    reasons = judge("GlobalAveragePool", SEVEN, with_evidence=True).reasons
    observed = {
        row["id"]
        for row in read_table("operators/evidence")
        if row["onnx_op"] == "GlobalAveragePool"
    }

    for reason in reasons:
        assert set(reason.evidence["agree"]) <= observed
        assert not reason.evidence["contradict"]
    assert any(reason.evidence["agree"] for reason in reasons)


def test_verdict_does_not_depend_on_evidence() -> None:
    for row in read_table("operators/rule-examples"):
        if "network" in row["parameters"]:
            continue
        target: dict[str, Any] = {name: row[name] for name in ("tensorrt", "soc", "precision")}
        placements = {
            judge(
                row["onnx_op"], json.loads(row["parameters"]), with_evidence=shown, **target
            ).placement
            for shown in (True, False)
        }

        assert len(placements) == 1


def targets() -> list[Target]:
    """Return a target for each release and SoC of which TensorRT is known."""
    found = []
    for row in read_table("reference/releases"):
        for soc in row["socs"].split():
            if row["tensorrt_min"]:
                found += [
                    resolve_target(release=release_key(row), soc=soc, precision=precision)
                    for precision in ("int8", "fp16")
                ]
    return found


OPERATORS = sorted({schema.name for schema in onnx.defs.get_all_schemas() if schema.domain == ""})


def test_every_operator_gets_a_verdict_on_every_release() -> None:
    book = load_rules()
    every_target = targets()

    assert len(OPERATORS) > 200
    for operator in OPERATORS:
        graph, node = graph_from_case(operator, IMAGE)
        for target in every_target:
            verdict = book.check_node(node, graph, target, with_evidence=False)
            assert verdict.placement in ("dla", "gpu", "build_time", "unknown")
            assert (verdict.placement in ("gpu", "unknown")) == bool(verdict.reasons)
            json.dumps(asdict(verdict))


def test_missing_table_is_one_line(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLA_ATLAS_DATA", str(tmp_path))

    with pytest.raises(UserError, match=r"rule-operators\.csv is missing"):
        load_rules()
