"""The network of a case as each family of versions wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import onnx
import pytest

from measure.check.scales import read_calibration_cache
from measure.one_operator.forms import SCALE, form_of
from measure.one_operator.network import SUBJECT
from measure.onnx_file.writing import iterate_bytes
from tests.measure.one_operator.cases import a_case

if TYPE_CHECKING:
    from pathlib import Path

    from measure.onnx_file.model import Model

CONV: dict[str, Any] = {
    "input_shape": [1, 8, 9, 9],
    "weight_shape": [4, 8, 3, 3],
    "kernel_shape": [3, 3],
    "strides": [1, 1],
    "pads": [1, 1, 1, 1],
    "dilations": [1, 1],
    "group": 1,
}


def operators(model: Model) -> list[str]:
    return [node.op_type for node in model.graph.nodes]


@pytest.mark.parametrize(
    ("tensorrt", "head"),
    [("8.5.2", "TRT-8502-EntropyCalibration2"), ("10.3.0.30", "TRT-100300-EntropyCalibration2")],
)
def test_implicit_int8_has_a_scale_for_every_tensor(
    tmp_path: Path, tensorrt: str, head: str
) -> None:
    """One for all, so that rules on ranges are met unless a case is about them."""
    form = form_of(a_case("Conv", **CONV), tensorrt, strongly_typed=False)

    cache = tmp_path / "cache"
    cache.write_text(form.calibration, encoding="ascii")
    assert form.calibration.splitlines()[0] == head
    assert form.quantization == "implicit"
    assert operators(form.model) == ["Conv"]
    assert read_calibration_cache(str(cache)) == dict.fromkeys(form.model.graph.tensors, SCALE)


def test_scales_that_a_case_states(tmp_path: Path) -> None:
    """Those of its inputs come first, then those of its outputs."""
    shapes = [[1, 8, 4, 4], [1, 8, 4, 4]]
    case = a_case("Add", input_shapes=shapes, int8_scales=[0.5, 0.25, 2.0])
    cache = tmp_path / "cache"
    cache.write_text(form_of(case, "10.3.0", strongly_typed=False).calibration, encoding="ascii")

    scales = read_calibration_cache(str(cache))

    assert scales == {"input_0": 0.5, "input_1": 0.25, "output_0": 2.0}


def test_fp16_by_an_option() -> None:
    """The network stays in single precision, and nothing is quantized."""
    form = form_of(a_case("Relu", "fp16", input_shape=[1, 8, 4, 4]), "10.3.0", strongly_typed=False)

    assert (form.quantization, form.calibration) == ("none", "")
    assert {one.data_type for one in form.model.graph.tensors.values()} == {"float32"}


def test_fp16_in_the_model() -> None:
    """All data are in half precision, but for the scales of a resize."""
    case = a_case("Resize", "fp16", input_shape=[1, 8, 4, 4], scales=[1, 1, 2, 2], mode="nearest")

    tensors = form_of(case, "11.4.1", strongly_typed=True).model.graph.tensors

    assert {name: one.data_type for name, one in tensors.items()} == {
        "input_0": "float16",
        "input_2": "float32",
        "output_0": "float16",
    }


def test_explicit_int8() -> None:
    """Input, weights and output are INT8, and the operator alone lies between their nodes."""
    form = form_of(a_case("Conv", **CONV), "11.4.1", strongly_typed=True)

    graph = form.model.graph
    assert operators(form.model) == [
        "DequantizeLinear",
        "DequantizeLinear",
        "Conv",
        "QuantizeLinear",
    ]
    assert form.quantization == "explicit"
    assert [one.data_type for one in (*graph.inputs, *graph.outputs)] == ["int8", "int8"]
    assert graph.tensors["input_1"].data_type == "int8"
    assert graph.producer["output_0"].name == SUBJECT
    model = onnx.load_model_from_string(b"".join(iterate_bytes(form.model)))
    onnx.shape_inference.infer_shapes(model, strict_mode=True, check_type=True)


def test_explicit_int8_leaves_what_is_no_number() -> None:
    """Indices have no scale."""
    form = form_of(a_case("TopK", input_shape=[1, 8, 4, 4], axis=1), "11.4.1", strongly_typed=True)

    assert [one.data_type for one in form.model.graph.outputs] == ["int8", "int64"]


def test_a_case_about_a_type_keeps_it() -> None:
    """Single precision is what the rule of typed networks refuses."""
    case = a_case("Add", input_shapes=[[1, 8, 4, 4]] * 2, data_type="float32")

    form = form_of(case, "11.4.1", strongly_typed=True)

    assert (form.quantization, operators(form.model)) == ("none", ["Add"])
    assert {one.data_type for one in form.model.graph.inputs} == {"float32"}
