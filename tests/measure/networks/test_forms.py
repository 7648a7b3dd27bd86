"""The forms of a network: valid ONNX, the types promised, and numbers that make sense in each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest

from measure.networks.builder import INPUT, power_of_two
from measure.networks.catalogue import RECIPES, build_network
from measure.networks.forms import as_form
from measure.networks.layers import layers_of
from measure.networks.model_file import FORMS, WEIGHTS
from measure.onnx_file.writing import iterate_bytes
from tests.measure.networks.parts import SMALL, run, small

if TYPE_CHECKING:
    from measure.networks.builder import Network

KEYS = list(RECIPES)
BLOCK = 8
"""Side of the squares of one colour that the images of these tests are made of."""


def image(key: str, kind: str = "squares") -> np.ndarray:
    """Return an image that uses the range of a network's input."""
    generator = np.random.default_rng(7)
    height, width = SMALL[key]
    largest = RECIPES[key].input_range
    if kind == "noise":
        pixels = generator.uniform(-1, 1, (1, 3, height, width))
    else:
        coarse = generator.normal(0, 0.4, (1, 3, -(-height // BLOCK), -(-width // BLOCK)))
        pixels = coarse.repeat(BLOCK, 2).repeat(BLOCK, 3)[:, :, :height, :width].clip(-1, 1)
    return np.asarray(pixels * largest, "float32")


def between_layers(network: Network) -> list[str]:
    """Return the tensors that one layer hands to another, or out of the network."""
    made = []
    for layer in layers_of(network):
        made.append(f"{layer.name}.relu" if layer.activation else layer.name)
    return made


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("key", ["ssd-mobilenet-v1", "resnet-34-backbone"])
def test_files_are_valid(key: str, form: str, weights: str) -> None:
    """The library finds nothing wrong, infers the shapes that were written, and writes no other."""
    data = b"".join(iterate_bytes(as_form(small(key, weights), form)))
    model = onnx.load_from_string(data)

    onnx.checker.check_model(model, full_check=True)
    assert model.SerializeToString() == data
    inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True)
    assert inferred.graph.value_info == model.graph.value_info


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("weights", WEIGHTS)
def test_activations_fit_in_half_precision(key: str, weights: str) -> None:
    """No tensor of any layer comes near the largest half, nor does any vanish."""
    network = small(key, weights)
    for kind in ("squares", "noise"):
        found = run(network.model, image(key, kind), all_tensors=True)
        for name, values in found.items():
            assert np.isfinite(values).all(), name
            assert 0.01 < np.abs(values).max() < float(np.finfo("float16").max) / 64, name


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("weights", WEIGHTS)
def test_scales_fit_the_activations(key: str, weights: str) -> None:
    """INT8 clips next to nothing of any tensor and spends at least three bits on each."""
    network = small(key, weights)
    found = run(network.model, image(key), all_tensors=True)
    for name in between_layers(network):
        largest = 127 * network.scale(name)
        assert (np.abs(found[name]) > largest).mean() < 0.001, name
        assert np.abs(found[name]).max() > largest / 32, name


@pytest.mark.parametrize("key", KEYS)
def test_half_precision_holds_the_same_weights(key: str) -> None:
    """All tensors are halves but the scales of a resize; no weight is rounded."""
    network = build_network(key)
    half = as_form(network, "fp16")

    types = {tensor.data_type for tensor in half.graph.tensors.values()}
    odd = [t.name for t in half.graph.tensors.values() if t.data_type != "float16"]
    assert types <= {"float16", "float32"}
    assert set(odd) <= {"upsample.scales"}
    name = next(iter(network.filters))
    before, after = (graph.tensors[name].load for graph in (network.graph, half.graph))
    assert before is not None
    assert after is not None
    np.testing.assert_array_equal(before(), after().astype("float32"))  # type: ignore[union-attr]


@pytest.mark.parametrize("key", KEYS)
def test_everything_between_layers_is_quantized(key: str) -> None:
    """Each tensor that leaves a layer has one scale, a power of two; the ends are INT8."""
    network = build_network(key)
    graph = as_form(network, "qdq").graph

    quantized = {node.outputs[0] for node in graph.nodes if node.op_type == "QuantizeLinear"}
    assert quantized == set(between_layers(network))
    ends = [*graph.inputs, *graph.outputs]
    assert {tensor.data_type for tensor in ends} == {"int8"}
    assert [tensor.name for tensor in graph.outputs] == [
        tensor.name for tensor in network.graph.outputs
    ]
    for node in graph.nodes:
        readers = [graph.producer.get(name) for name in node.inputs[:2]]
        if node.op_type == "Conv":
            assert [reader.op_type for reader in readers if reader] == ["DequantizeLinear"] * 2
        if node.op_type in ("QuantizeLinear", "DequantizeLinear"):
            scale = graph.tensors[node.inputs[1]].value()
            zero = graph.tensors[node.inputs[2]].value()
            assert scale is not None
            assert np.frexp(scale)[0] == 0.5
            assert zero == 0
        if node.op_type in ("MaxPool", "Resize"):
            (after,) = graph.consumers[node.outputs[0]]
            before = graph.producer[node.inputs[0]]
            assert graph.tensors[after.inputs[1]].value() == graph.tensors[before.inputs[1]].value()


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("key", ["resnet-50", "ssd-mobilenet-v1", "retinanet-resnet-34"])
def test_quantized_network_computes_the_same(key: str, weights: str) -> None:
    """INT8 in, INT8 out: times their scales the outputs follow those in single precision."""
    network = small(key, weights)
    single = image(key)
    step = network.scale(INPUT)
    integers = np.rint(single / step).clip(-128, 127).astype("int8")
    expected = run(network.model, integers.astype("float32") * np.float32(step))

    found = run(as_form(network, "qdq"), integers)

    for name, values in found.items():
        assert values.dtype == np.int8
        alike = np.corrcoef(values.ravel().astype("float64"), expected[name].ravel())[0, 1]
        assert alike > 0.9, name


@pytest.mark.parametrize(
    ("number", "expected"), [(1.0, 1.0), (1.01, 2.0), (0.5, 0.5), (0.51, 1.0), (3e-5, 2.0**-15)]
)
def test_powers_of_two(number: float, expected: float) -> None:
    """The next power of two that is no smaller."""
    assert power_of_two(number) == expected


def test_images_keep_their_published_scale() -> None:
    """Bytes with their means subtracted have a scale of one, as NVIDIA's calibration says."""
    assert small("resnet-50").scale(INPUT) == 1.0
    assert small("ssd-mobilenet-v1").scale(INPUT) == 1 / 128
