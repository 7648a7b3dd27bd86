"""ONNX's own tests as cases: four static dimensions, prepared on a host, read on a device."""

from __future__ import annotations

import builtins
import json
import sys
from typing import TYPE_CHECKING, Any

import onnx
import pytest

from measure.__main__ import main
from measure.errors import UserError
from measure.one_operator.case import CannotBuildError
from measure.one_operator.conformance import Prepared, conformance_cases
from measure.one_operator.four_d import in_four_dimensions
from measure.one_operator.network import SUBJECT, network_of
from measure.one_operator.prepared import INDEX, SCHEMA, read_prepared, write_prepared
from measure.onnx_file.writing import iterate_bytes

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return conformance_cases()


def test_most_operators_have_a_test_in_this_form(prepared: Prepared) -> None:
    """Hundreds of networks, and each test that gives none has a reason."""
    assert len(prepared.cases) > 500
    assert len({case.operator for case in prepared.cases}) > 100
    assert len({case.case for case in prepared.cases}) == len(prepared.cases)
    assert sum(prepared.left_out.values()) > 1000
    assert all(prepared.left_out)


def test_each_is_a_valid_network_on_four_dimensions(prepared: Prepared) -> None:
    """What flows in has four dimensions; products of matrices are as they were."""
    for case in prepared.cases:
        model = onnx.load_model_from_string(b"".join(iterate_bytes(network_of(case))))
        onnx.checker.check_model(model)
        (subject,) = (node for node in model.graph.node if node.name == SUBJECT)
        assert subject.op_type == case.operator
        first = model.graph.input[0].type.tensor_type.shape.dim
        assert len(first) == 4 or case.operator in ("Gemm", "MatMul"), case.case
        inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True)
        shape = inferred.graph.output[0].type.tensor_type.shape.dim
        if len(model.graph.node) == 1:
            assert [dim.dim_value for dim in shape] == case.parameters["output_shapes"][0]


@pytest.mark.parametrize(
    ("operator", "before", "after"),
    [
        ("Relu", {"input_shapes": [[3, 4]]}, {"input_shapes": [[1, 1, 3, 4]]}),
        ("Relu", {"input_shapes": [[1, 2, 3, 4]]}, {"input_shapes": [[1, 2, 3, 4]]}),
        (
            "Add",
            {"input_shapes": [[3, 4, 5], [5]]},
            {"input_shapes": [[1, 3, 4, 5], [5]]},
        ),
        (
            "Softmax",
            {"axis": 1, "input_shapes": [[3, 4, 5]]},
            {"axis": 2, "input_shapes": [[1, 3, 4, 5]]},
        ),
        (
            "Softmax",
            {"axis": -1, "input_shapes": [[3, 4, 5]]},
            {"axis": -1, "input_shapes": [[1, 3, 4, 5]]},
        ),
        (
            "ReduceMax",
            {"axes": [0, -1], "input_shapes": [[3, 4, 5]]},
            {"axes": [1, -1], "input_shapes": [[1, 3, 4, 5]]},
        ),
        (
            "ArgMax",
            {"input_shapes": [[3, 4]]},
            {"axis": 2, "input_shapes": [[1, 1, 3, 4]]},
        ),
        (
            "Slice",
            {"starts": [0, 1], "ends": [2, 3], "input_shapes": [[3, 4]]},
            {"starts": [0, 1], "ends": [2, 3], "axes": [2, 3], "input_shapes": [[1, 1, 3, 4]]},
        ),
        (
            "Transpose",
            {"perm": [2, 0, 1], "input_shapes": [[3, 4, 5]]},
            {"perm": [0, 3, 1, 2], "input_shapes": [[1, 3, 4, 5]]},
        ),
        (
            "Pad",
            {"pads": [1, 2, 3, 4], "input_shapes": [[3, 4]]},
            {"pads": [0, 0, 1, 2, 0, 0, 3, 4], "input_shapes": [[1, 1, 3, 4]]},
        ),
        (
            "Tile",
            {"repeats": [2, 2], "input_shapes": [[3, 4]]},
            {"repeats": [1, 1, 2, 2], "input_shapes": [[1, 1, 3, 4]]},
        ),
        ("MatMul", {"input_shapes": [[3, 4], [4, 3]]}, {"input_shapes": [[3, 4], [4, 3]]}),
    ],
)
def test_axes_move_with_the_dimensions(
    operator: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Ones come in front; axes from the front count on, those from the back stay."""
    assert in_four_dimensions(operator, before) == after


@pytest.mark.parametrize(
    ("operator", "shape"), [("Relu", [1, 2, 3, 4, 5]), ("Conv", [1, 2, 3]), ("LSTM", [1, 2, 3])]
)
def test_what_has_no_such_form(operator: str, shape: list[int]) -> None:
    """More dimensions cannot become fewer, and an operator's own number stays."""
    with pytest.raises(CannotBuildError, match=f"{len(shape)} dimensions"):
        in_four_dimensions(operator, {"input_shapes": [shape]})


def test_prepared_cases_are_read_as_they_were_written(prepared: Prepared, tmp_path: Path) -> None:
    """Files are what the networks are made to again, byte for byte."""
    few = Prepared(prepared.cases[:20], prepared.left_out)

    write_prepared(few, tmp_path)

    assert read_prepared(tmp_path) == few.cases
    for case in few.cases:
        written = (tmp_path / f"{case.case}.onnx").read_bytes()
        assert written == b"".join(iterate_bytes(network_of(case)))


def damage(index: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**index, "cases": [{**index["cases"][0], **changes}]}


def test_a_damaged_index_is_refused(prepared: Prepared, tmp_path: Path) -> None:
    """Each way to be wrong says what to do."""
    write_prepared(Prepared(prepared.cases[:1]), tmp_path)
    index = json.loads((tmp_path / INDEX).read_text(encoding="utf-8"))
    wrong: list[tuple[object, str]] = [
        ({**index, "schema": "other"}, "prepare the cases again"),
        (damage(index, sha256="0" * 64), "is not the one that was prepared"),
        (damage(index, operator="Plugin"), "is not the one that was prepared"),
        ({"schema": SCHEMA}, "no index"),
        ([], "no index"),
    ]
    for content, reason in wrong:
        (tmp_path / INDEX).write_text(json.dumps(content), encoding="utf-8")
        with pytest.raises(UserError, match=reason):
            read_prepared(tmp_path)
    (tmp_path / INDEX).write_text("{", encoding="utf-8")
    with pytest.raises(UserError, match="no index"):
        read_prepared(tmp_path)
    (tmp_path / INDEX).unlink()
    with pytest.raises(UserError, match="cannot be read"):
        read_prepared(tmp_path)


def test_the_command_prepares_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It tells how many networks there are and why the other tests give none."""
    folder = tmp_path / "operators"

    assert main(["operators", "--prepare", str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert main(["operators", "--prepare", str(folder)]) == 0
    assert told["schema"] == "dla-atlas/prepared/1"
    assert f"{told['files']} networks in" in capsys.readouterr().out
    assert len(list(folder.glob("*.onnx"))) == told["files"]

    assert main(["operators", "--list", "--runs", str(tmp_path), "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    origins = {case["origin"] for case in listed["cases"]}
    assert origins == {"rules", "onnx"}


def test_without_the_package(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A device without onnx says where the cases come from."""
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("onnx."):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.delitem(sys.modules, "onnx.backend.test.loader", raising=False)

    assert main(["operators", "--prepare", str(tmp_path)]) == 2
    assert "prepare the cases on a host" in capsys.readouterr().err
