"""Whatever a network looks like, its report agrees with itself."""

from __future__ import annotations

import json
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st

import measure.check
from measure.check.as_html import as_html
from measure.check.as_json import as_json
from measure.check.text import as_text
from measure.target import resolve_target
from tests.measure.check.checking import check
from tests.measure.check.networks import Network

if TYPE_CHECKING:
    from measure.onnx_file.model import Graph

SCHEMA = json.loads((Path(measure.check.__file__).parent / "schema.json").read_text("utf-8"))

OPERATORS = [
    "Relu",
    "Sigmoid",
    "Erf",
    "Add",
    "Concat",
    "MatMul",
    "BatchNormalization",
    "MaxPool",
    "Softmax",
    "Shape",
    "Reshape",
    "Identity",
    "Dropout",
    "QuantizeLinear",
    "DequantizeLinear",
    "Conv",
    "NoSuchOperator",
    "Constant",
]
SIZES = st.one_of(st.none(), st.integers(0, 9000))
SHAPES = st.one_of(st.just((1, 8, 16, 16)), st.none(), st.lists(SIZES, max_size=6).map(tuple))
NAMES = st.text(max_size=6)
TARGETS = st.sampled_from(
    [
        resolve_target(),
        resolve_target(precision="fp16"),
        resolve_target(tensorrt="7.1.3", soc="xavier"),
        resolve_target(tensorrt="8.6.2", standalone=True),
        resolve_target(tensorrt="11.1"),
        resolve_target(tensorrt="11.4.1"),
    ]
)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Return a network of operators that read any tensors before them, as many as they like."""
    network = Network()
    names = [network.input(f"in{n}", draw(st.just((1, 8, 16, 16)))) for n in range(2)]
    names.append(network.weights("weights", 8, 8, 1, 1))
    for number in range(draw(st.integers(0, 12))):
        inputs = draw(st.lists(st.sampled_from([*names, ""]), max_size=3))
        shape = draw(SHAPES)
        output = f"{draw(NAMES)}{number}"
        attributes: dict[str, Any] = draw(
            st.dictionaries(
                st.sampled_from(["axis", "group", "kernel_shape", "pads", "training_mode"]),
                st.one_of(st.integers(-9, 9), st.lists(st.integers(-9, 9), max_size=4)),
                max_size=2,
            )
        )
        names.append(
            network.add(draw(st.sampled_from(OPERATORS)), inputs, output, shape, **attributes)
        )
    return network.graph(*draw(st.lists(st.sampled_from(names), unique=True, max_size=3)))


@settings(max_examples=150)
@given(graph=graphs(), target=TARGETS)
def test_reports_agree_with_themselves(graph: Graph, target: Any) -> None:
    """Every form can be written, counts add up, and subgraphs can run one after the other."""
    report = check(graph, target)
    found = json.loads(as_json(report))
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    as_text(report, 60, colour=True)
    as_html(report)
    summary = found["summary"]

    assert len(report.nodes) == len(graph.nodes)
    kinds = ("dla", "gpu", "build_time", "unknown")
    assert summary["nodes"] == sum(summary[kind] for kind in kinds)
    assert summary["macs_on_dla"] <= summary["macs"]
    assert all(n.reasons for n in report.nodes if n.placement in ("gpu", "unknown"))
    assert all((n.subgraph is not None) == (n.placement == "dla") for n in report.nodes)
    assert report.all_on_dla <= (summary["gpu"] + summary["unknown"] == 0)

    before: dict[str, set[str]] = {}
    for border in report.borders:
        if border.source.startswith("dla-") and border.destination.startswith("dla-"):
            before.setdefault(border.destination, set()).add(border.source)
    list(TopologicalSorter(before).static_order())
