"""JSON reports have the form that the schema describes, for every model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

import measure.check
from measure.check.as_html import as_html
from measure.check.as_json import SCHEMA, as_json
from measure.check.model_check import check_model
from measure.check.text import as_text
from measure.target import resolve_target
from tests.measure.check.checking import check
from tests.measure.check.networks import Network
from tests.measure.check.reports import all_on_dla, reason, some_fall_back

if TYPE_CHECKING:
    import onnx

    from measure.check.report import Report

TARGETS = [
    resolve_target(),
    resolve_target(soc="xavier", precision="fp16"),
    resolve_target(tensorrt="7.1.3", soc="xavier"),
    resolve_target(tensorrt="11.1"),
    resolve_target(tensorrt="11.4.1", standalone=True),
    resolve_target(release="drive-os-6.0.9.0"),
]


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """Return the schema."""
    path = Path(measure.check.__file__).parent / "schema.json"
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(loaded)
    return loaded


@pytest.fixture(scope="module")
def validator(schema: dict[str, Any]) -> jsonschema.Draft202012Validator:
    """Return what checks a report against the schema."""
    return jsonschema.Draft202012Validator(schema)


def test_the_version_is_that_of_the_schema(schema: dict[str, Any]) -> None:
    """A change of one without the other would mislead readers."""
    assert schema["properties"]["schema"]["const"] == SCHEMA


def test_the_agreed_keys(validator: jsonschema.Draft202012Validator) -> None:
    """These keys are what other programs rely on."""
    found = json.loads(as_json(some_fall_back()))
    validator.validate(found)

    assert list(found)[:6] == ["schema", "model", "soc", "tensorrt", "release", "precision"]
    assert found["summary"] == {
        "nodes": 10,
        "dla": 3,
        "gpu": 5,
        "build_time": 1,
        "unknown": 1,
        "subgraphs": 2,
        "macs": 1000,
        "macs_on_dla": 1000,
    }
    assert list(found["nodes"][2])[:4] == ["name", "op_type", "placement", "reasons"]
    assert found["nodes"][2]["reasons"][0] == {
        "rule": "demo.window",
        "parameter": "window",
        "value": 9,
        "bound": "1 to 8",
        "message": "Window height and width lie between 1 and 8.",
        "fix": "window 9 -> 8. Split it.",
        "source": "guide",
        "evidence": {"agree": ["p1", "p2"], "contradict": []},
        "source_title": "The guide",
        "locator": "pooling",
        "severity": "certain",
        "effect": "falls_back",
    }


def test_odd_values_are_written(validator: jsonschema.Draft202012Validator) -> None:
    """JSON has no infinity, and names may hold anything."""
    report = all_on_dla()
    report.nodes[0].name = '\udc80\n"<\x00'
    report.nodes[0].notes = [reason(value=[float("inf"), float("nan"), 1.5, {1}, (2, 3)])]
    found = json.loads(as_json(report).encode())
    validator.validate(found)

    assert found["nodes"][0]["notes"][0]["value"] == ["inf", "nan", 1.5, "{1}", [2, 3]]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: f"{target.soc} {target.tensorrt}")
def test_reports_on_every_kind_of_target(
    target: Any, validator: jsonschema.Draft202012Validator
) -> None:
    """A network with a bit of everything."""
    network = Network()
    x = network.input(shape=(1, 3, 16, 16))
    a = network.conv(x, "a")
    b = network.gpu(a, "b")
    c = network.add("NoSuchOperator", [b], "c", None)
    report = check(network.graph(network.add("Add", [a, c], "y"), "b"), target, {"x": 0.5})

    validator.validate(json.loads(as_json(report)))
    as_text(report)
    as_html(report)


def all_forms(report: Report, validator: jsonschema.Draft202012Validator) -> None:
    """Write a report in every form."""
    validator.validate(json.loads(as_json(report)))
    as_text(report, 80, colour=True)
    as_html(report)


def test_bundled_models(
    bundled_models: list[Path], validator: jsonschema.Draft202012Validator
) -> None:
    """Every model of the onnx package, the nine light ones among them."""
    for number, path in enumerate(bundled_models):
        all_forms(check_model(str(path), TARGETS[number % len(TARGETS)]), validator)


def test_node_tests(
    node_tests: list[tuple[str, onnx.ModelProto]],
    validator: jsonschema.Draft202012Validator,
    tmp_path: Path,
) -> None:
    """Every operator of ONNX in every form that its tests have gets a verdict."""
    path = tmp_path / "model.onnx"

    assert len(node_tests) >= 1884
    for name, model in node_tests:
        path.write_bytes(model.SerializeToString())
        report = check_model(str(path), TARGETS[0])
        all_forms(report, validator)

        assert {node.placement for node in report.nodes} <= {"dla", "gpu", "build_time", "unknown"}
        explained = [n for n in report.nodes if n.placement in ("gpu", "unknown")]
        assert all(node.reasons for node in explained), name
