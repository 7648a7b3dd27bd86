"""The reference networks are those of the data, and all of each runs on the DLA."""

from __future__ import annotations

from typing import Any

import pytest

from measure.check.model_check import ModelCheck
from measure.errors import UserError
from measure.networks.builder import static
from measure.networks.catalogue import RECIPES, build_network, default_batch, row_of
from measure.networks.forms import as_form
from measure.networks.layers import totals_of
from measure.rules.book import load_rules
from measure.tables import read_table
from measure.target import resolve_target

KEYS = list(RECIPES)

CASES: list[tuple[str, dict[str, Any]]] = [
    ("fp32", {"precision": "int8"}),
    ("fp32", {"precision": "fp16"}),
    ("fp32", {"precision": "int8", "soc": "xavier"}),
    ("fp16", {"tensorrt": "11.4.1", "precision": "fp16"}),
    ("qdq", {"tensorrt": "11.4.1", "precision": "int8"}),
]
"""Form, and the target it is for: the newest JetPacks, and TensorRT with its DLA back."""


def test_every_network_of_the_data_is_built() -> None:
    """The keys are those of the table, in its order."""
    assert [row["network"] for row in read_table("reference/networks")] == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_operations_are_those_of_the_table(key: str) -> None:
    """The count agrees with the published one in every digit that is printed."""
    printed = row_of(key)["gmacs"]
    digits = len(printed.partition(".")[2])

    assert f"{totals_of(build_network(key)).macs / 1e9:.{digits}f}" == printed


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("batch", [1, 2])
def test_shapes_are_static(key: str, batch: int) -> None:
    """Every tensor has a shape in full, and all that is not a constant has the batch in front."""
    network = build_network(key, batch=batch)
    row = row_of(key)

    sides = (int(row[f"input_{side}"]) for side in ("channels", "height", "width"))
    assert network.inputs == {"image": (batch, *sides)}
    for tensor in network.graph.tensors.values():
        assert static(tensor.shape)[:1] == (batch,) or tensor.constant


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(("form", "target"), CASES)
def test_all_of_it_runs_on_the_dla(key: str, form: str, target: dict[str, Any]) -> None:
    """No layer is left to the GPU, and the network is one subgraph."""
    network = build_network(key, batch=default_batch(key))
    model = as_form(network, form)
    report = ModelCheck(model, resolve_target(**target), load_rules()).report()

    assert report.macs("dla") == report.macs() == totals_of(network).macs
    assert report.count("gpu") == report.count("unknown") == 0
    assert report.all_on_dla
    assert len(report.subgraphs) == 1
    assert not report.network


def test_outputs_of_the_detectors() -> None:
    """Heads are merged as the preparation says: boxes of MLPerf's models come out in number."""
    boxes = {
        "ssd-mobilenet-v1": (91 + 4, 1917),
        "ssd-resnet-34": (81 + 4, 15130),
    }
    for key, (values, expected) in boxes.items():
        shapes = [static(tensor.shape) for tensor in build_network(key).graph.outputs]
        assert len(shapes) == 6
        found = sum(channels // values * height * width for _, channels, height, width in shapes)
        assert found == expected
    for key, classes in (("retinanet-resnext-50", 264), ("retinanet-resnet-34", 3)):
        shapes = [static(tensor.shape) for tensor in build_network(key).graph.outputs]
        assert [shape[1] for shape in shapes] == [9 * classes] * 5 + [9 * 4] * 5
        assert shapes[0][2:] == shapes[5][2:]


def test_what_is_no_network() -> None:
    """Wrong words are named together with the right ones."""
    with pytest.raises(UserError, match="'vgg' is no reference network; choose resnet-50, "):
        build_network("vgg")
    with pytest.raises(UserError, match="'sparser' are no weights; choose dense, sparse"):
        build_network("resnet-50", "sparser")
    with pytest.raises(UserError, match="a batch of 0"):
        build_network("resnet-50", batch=0)
    with pytest.raises(UserError, match="'int4' is no form of a network; choose fp32, fp16, qdq"):
        as_form(build_network("resnet-50"), "int4")
