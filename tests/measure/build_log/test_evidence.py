"""Rows of evidence: only what is certain, with operators and parameters from the model."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

import onnx
import pytest
from onnx import TensorProto, helper

from measure.__main__ import main
from measure.build_log.build_log import read_build_log
from measure.build_log.evidence import COLUMNS, Evidence, evidence_of
from tests.measure.build_log.logs import CORPUS, REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = "some-log"


def _fields() -> list[dict[str, Any]]:
    package = json.loads((REPOSITORY / "data" / "datapackage.json").read_text(encoding="utf-8"))
    (table,) = (one for one in package["resources"] if one["name"] == "evidence")
    fields: list[dict[str, Any]] = table["schema"]["fields"]
    return fields


def _save(path: Path, nodes: list[onnx.NodeProto], weights: list[onnx.TensorProto]) -> Path:
    """Write a model that reads 1x3x8x8 and gives y."""
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    onnx.save(model, str(path))
    return path


def _zeros(name: str, *shape: int) -> onnx.TensorProto:
    size = 1
    for one in shape:
        size *= one
    return helper.make_tensor(name, TensorProto.FLOAT, shape, [0.0] * size)


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    """Return the model behind trt82_untyped.log: one chain, with a node that vanishes."""
    node = helper.make_node
    return _save(
        tmp_path / "chain.onnx",
        [
            node("Conv", ["x", "w"], ["a"], "Conv_0", pads=[1, 1, 1, 1]),
            node("Relu", ["a"], ["b"], "Relu_1"),
            node("Identity", ["b"], ["c"], "Identity_2"),
            node("Conv", ["c", "w"], ["d"], "Conv_3", pads=[1, 1, 1, 1]),
            node("Relu", ["d"], ["e"], "Relu_7"),
            node("Shape", ["e"], ["s"], "Shape_5"),
            node("Flatten", ["e"], ["f"], "Flatten_6"),
            node("Gemm", ["f", "g"], ["h"], "Gemm_8", transB=1),
            node("Softmax", ["h"], ["y"], "Softmax_9"),
        ],
        [_zeros("w", 3, 3, 3, 3), _zeros("g", 10, 192)],
    )


def _evidence(name: str, model: Path | None = None, soc: str | None = None) -> Evidence:
    log = read_build_log(str(CORPUS / name))
    return evidence_of(log, str(model) if model else None, SOURCE, soc)


def test_what_lies_between_the_ends_of_a_subgraph_is_on_the_dla(chain: Path) -> None:
    """The model shows the inside of a ForeignNode; what may have vanished is left out."""
    rows = _evidence("trt82_untyped.log", chain).rows

    assert {(row["onnx_op"], row["runs_on_dla"], row["node_count"]) for row in rows} == {
        ("Conv", "yes", "2"),
        ("Relu", "yes", "2"),
        ("Gemm", "yes", "1"),
        ("Softmax", "no", "1"),
    }


def test_parameters_come_from_the_model(chain: Path) -> None:
    """Attributes, shapes and constant inputs are as a case states them."""
    (conv,) = (
        row for row in _evidence("trt82_untyped.log", chain).rows if row["onnx_op"] == "Conv"
    )

    assert json.loads(conv["parameters"]) == {
        "pads": [1, 1, 1, 1],
        "input_shapes": [[1, 3, 8, 8], [3, 3, 3, 3]],
        "output_shapes": [[1, 3, 8, 8]],
        "constant_inputs": [1],
    }
    assert (conv["soc"], conv["trt_version"], conv["platform"]) == ("xavier", "8.2.1", "jetson")
    assert (conv["precision"], conv["basis"], conv["example_node"]) == ("fp16", "direct", "Conv_0")


def test_small_constant_operands_are_parameters(tmp_path: Path) -> None:
    """A slice's starts and ends stand in the row."""
    operands = [
        helper.make_tensor(name, TensorProto.INT64, [1], [value])
        for name, value in (("starts", 1), ("ends", 3), ("axes", 1))
    ]
    model = _save(
        tmp_path / "slice.onnx",
        [helper.make_node("Slice", ["x", "starts", "ends", "axes"], ["y"], "/head/Slice_1")],
        operands,
    )
    (row,) = _evidence("python_api.log", model, "orin").rows

    parameters = json.loads(row["parameters"])
    assert (parameters["starts"], parameters["ends"], parameters["axes"]) == ([1], [3], [1])
    assert (row["rule"], row["message_id"]) == ("slice.rank", "m10")


def test_rows_fit_the_table(chain: Path) -> None:
    """Every cell is what datapackage.json allows, and the columns are the table's."""
    fields = _fields()

    assert [field["name"] for field in fields] == list(COLUMNS)
    for row in _evidence("trt82_untyped.log", chain).rows:
        for field in fields:
            cell, rules = row[field["name"]], field.get("constraints", {})
            assert cell or not rules.get("required"), field["name"]
            if cell and "pattern" in rules:
                assert re.search(rules["pattern"], cell), cell
            if cell and "enum" in rules:
                assert cell in rules["enum"]


def test_a_verbose_log_names_the_inner_layers(tmp_path: Path) -> None:
    """Layers that the engine's own rows name need no model to be found between ends."""
    node = helper.make_node
    model = _save(
        tmp_path / "tiny.onnx",
        [
            node("Conv", ["x", "w"], ["a"], "/stem/Conv"),
            node("Relu", ["a"], ["b"], "/stem/Relu"),
            node("Conv", ["b", "w"], ["c"], "/body/Conv"),
            node("GlobalAveragePool", ["c"], ["d"], "/pool/GlobalAveragePool"),
            node("Flatten", ["d"], ["e"], "/Flatten"),
            node("Gemm", ["e", "g"], ["y"], "/fc/Gemm", transB=1),
        ],
        [_zeros("w", 3, 3, 3, 3), _zeros("g", 10, 3)],
    )
    evidence = _evidence("trt103_verbose.log", model)

    assert {(row["onnx_op"], row["runs_on_dla"], row["rule"]) for row in evidence.rows} == {
        ("Conv", "yes", ""),
        ("Relu", "yes", ""),
        ("Gemm", "yes", ""),
        ("GlobalAveragePool", "no", "reduce.op"),
        ("Flatten", "no", ""),
    }
    assert {row["message_id"] for row in evidence.rows if row["runs_on_dla"] == "yes"} == {"i2"}


def test_refusals_for_the_network_s_sake_say_nothing_of_the_layer() -> None:
    """A layer that came too late for a loadable may be one that the DLA can run."""
    evidence = _evidence("trt103_capped.log")

    assert not [row for row in evidence.rows if row["example_node"] in ("/b/Conv", "/c/Conv")]
    assert evidence.left_out["refused for the network's sake, not for their own"] == 2


def test_a_type_that_several_operators_become_gives_no_row() -> None:
    """Without the model CONCATENATION is Concat; ELEMENTWISE may be anything."""
    evidence = _evidence("trt85_lists.log")

    assert {row["onnx_op"] for row in evidence.rows} == {"Concat"}
    assert evidence.rows[0]["basis"] == "operator_derived"
    assert any("--model" in reason for reason in evidence.left_out)


def test_a_log_without_soc_needs_to_be_told() -> None:
    """Nothing is guessed: what a log does not tell is asked for."""
    silent = evidence_of(read_build_log(str(CORPUS / "python_api.log")))

    assert silent.rows == []
    assert "give --soc" in " ".join(silent.left_out)


def test_a_failed_build_accepted_nothing() -> None:
    """What a builder listed before it failed was never an engine."""
    assert _evidence("runtime_failures.log", soc="orin").rows == []


def test_the_same_log_gives_the_same_keys(chain: Path) -> None:
    """Reading a log again adds no rows."""
    first = [row["id"] for row in _evidence("trt82_untyped.log", chain).rows]

    assert first == [row["id"] for row in _evidence("trt82_untyped.log", chain).rows]
    assert len(set(first)) == len(first)


def test_rows_carry_no_paths(chain: Path) -> None:
    """The folder of the model and the command line stay at home."""
    text = json.dumps(_evidence("trt82_untyped.log", chain).rows)

    assert str(chain.parent) not in text
    assert "trtexec" not in text


def test_the_command_prints_csv(chain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows go to standard output, what was left out to standard error; the exit code is 0."""
    words = ["placement", str(CORPUS / "trt82_untyped.log"), "--evidence", "--model", str(chain)]
    code = main([*words, "--source", SOURCE])
    captured = capsys.readouterr()

    assert code == 0
    rows = list(csv.DictReader(io.StringIO(captured.out)))
    assert {row["source"] for row in rows} == {SOURCE}
    assert f"{len(rows)} rows" in captured.err
