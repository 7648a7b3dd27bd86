"""A whole model is judged as TensorRT would build it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from measure.check.model_check import check_model
from measure.target import resolve_target
from measure.versions import in_range
from tests.measure.check.checking import check, placements
from tests.measure.check.networks import Network

if TYPE_CHECKING:
    from pathlib import Path

    from measure.check.report import Report
    from measure.onnx_file.model import Graph
    from measure.target import Target


def diamond(*, gpu_branch: bool) -> Graph:
    """Return a network with a shortcut around a branch, which may be the GPU's."""
    network = Network()
    a = network.conv(network.input(), "a")
    b = network.gpu(a, "b") if gpu_branch else network.conv(a, "b")
    return network.graph(network.add("Add", [b, a], "y"))


def pieces(report: Report) -> list[list[str]]:
    """Return the names of the nodes of each DLA subgraph."""
    return [[node.name for node in subgraph.nodes] for subgraph in report.subgraphs]


def test_a_network_for_the_dla_is_one_subgraph() -> None:
    """All of it is there, and the command allows no fallback."""
    report = check(diamond(gpu_branch=False))

    assert placements(report) == {"A": "dla", "B": "dla", "Y": "dla"}
    assert pieces(report) == [["A", "B", "Y"]]
    assert report.all_on_dla
    assert "--allowGPUFallback" not in report.command
    assert report.advice is None


def test_a_shortcut_around_a_gpu_node_makes_no_cycle() -> None:
    """The node behind the branch cannot run in one piece with the node before it."""
    report = check(diamond(gpu_branch=True))

    assert placements(report) == {"A": "dla", "B": "gpu", "Y": "dla"}
    assert pieces(report) == [["A"], ["Y"]]
    assert not report.all_on_dla
    assert "--allowGPUFallback" in report.command
    assert report.advice is not None
    assert (report.advice.nodes, report.advice.subgraphs) == (1, 1)
    ways = [(border.source, border.destination) for border in report.borders]
    assert ways == [
        ("input", "dla-1"),
        ("dla-1", "gpu"),
        ("dla-1", "dla-2"),
        ("gpu", "dla-2"),
        ("dla-2", "output"),
    ]


def test_every_cause_of_a_node_is_named() -> None:
    """A node that breaks several rules is in the group of each."""
    network = Network()
    x = network.input(shape=(1, 4, 64, 64))
    weights = network.weights("w", 8, 4, 40, 40)
    network.add("Conv", [x, weights], "y", (1, 8, 3, 3), kernel_shape=[40, 40], strides=[9, 9])
    report = check(network.graph("y"))

    assert {reason.rule for reason in report.nodes[0].reasons} >= {"conv.kernel", "conv.stride"}
    assert {group.rule for group in report.groups} >= {"conv.kernel", "conv.stride"}


def test_identical_causes_are_one_group() -> None:
    """Twelve nodes with one cause make one group, the most expensive cause first."""
    network = Network()
    name = network.input()
    for number in range(12):
        name = network.gpu(network.conv(name, f"conv{number}"), f"gpu{number}")
    network.conv(name, "big", channels=8, group=1, dilations=[40, 40], pads=[40] * 4)
    report = check(network.graph("big"))

    assert next(len(group.nodes) for group in report.groups if "Erf" in group.op_types) == 12
    assert report.groups[0].op_types == ["Conv"]


def test_constants_and_shapes_never_fall_back() -> None:
    """A shape that is computed from a shape is none of the GPU's business."""
    network = Network()
    x = network.input()
    shape = network.add("Shape", [x], "shape", (4,), "int64")
    network.add("Reshape", [network.conv(x, "a"), shape], "y")
    report = check(network.graph("y"))

    assert placements(report)["Shape"] == "build_time"
    assert "Shape" not in {name for group in report.groups for name in group.op_types}


class TestWithoutDla:
    @pytest.mark.parametrize(
        "target",
        [resolve_target(tensorrt="11.1"), resolve_target(release="jetpack-7.1", soc="thor")],
        ids=["TensorRT 11.1", "Thor"],
    )
    def test_every_node_is_on_the_gpu_for_one_reason(self, target: Target) -> None:
        """No other rule is asked; there is nothing to build."""
        network = Network()
        shape = network.add("Shape", [network.input()], "shape", (4,), "int64")
        network.add("Reshape", [network.gpu("x", "a"), shape], "y")
        report = check(network.graph("y"), target)

        assert set(placements(report).values()) == {"gpu"}
        assert {reason.rule for node in report.nodes for reason in node.reasons} == {"gen.no_dla"}
        assert all(len(node.reasons) == 1 for node in report.nodes)
        assert len(report.groups) == 1
        assert report.command == []
        assert report.subgraphs == []


class TestQuantizeNodes:
    def graph(self) -> Graph:
        """Return a network with scales in its nodes."""
        network = Network()
        scale = network.constant("scale", np.float32(0.5))
        q = network.add("QuantizeLinear", [network.input(), scale], "q", kind="int8")
        d = network.add("DequantizeLinear", [q, scale], "d")
        return network.graph(network.conv(d, "y"))

    def test_become_scales_and_are_not_accepted_as_they_are(self) -> None:
        """Up to TensorRT 10 the network runs once the scales are in a cache."""
        report = check(self.graph(), resolve_target(tensorrt="10.3.0"))

        assert placements(report) == {"Q": "build_time", "D": "build_time", "Y": "dla"}
        assert [reason.rule for reason in report.network] == ["gen.qdq"]
        assert report.scale_source == "quantize_nodes"
        assert report.without_scale == ["y"]
        assert not report.all_on_dla

    def test_stay_where_networks_are_strongly_typed(self) -> None:
        """From TensorRT 11.4.1 they are how a network is quantized."""
        report = check(self.graph(), resolve_target(tensorrt="11.4.1"))

        assert "build_time" not in placements(report).values()
        assert "gen.qdq" not in {reason.rule for reason in report.network}


def test_scales_from_a_cache() -> None:
    """Without one a warning says so; with one the tensors it lacks are named."""
    graph = diamond(gpu_branch=False)

    assert check(graph).scale_source == "none"
    assert "int8_scales" in {notice.kind for notice in check(graph).warnings}
    report = check(graph, cache={"x": 1.0, "a": 1.0, "b": 1.0})
    assert (report.scale_source, report.without_scale) == ("calibration_cache", ["y"])
    assert "--calib=network.cache" in report.command


def test_open_sizes_leave_the_dla() -> None:
    """The input is named with its shape, and what to do."""
    network = Network()
    graph = network.graph(
        network.add("Relu", [network.input(shape=(None, 8, 4, 4))], "y", (None, 8, 4, 4))
    )
    report = check(graph)

    assert report.dynamic == ["x ?x8x4x4"]
    assert placements(report) == {"Y": "gpu"}
    assert "gen.dynamic" in {group.rule for group in report.groups}
    assert "dynamic_shapes" in {notice.kind for notice in report.warnings}


@pytest.mark.parametrize(
    ("precision", "soc", "expected"),
    [("fp16", "orin", True), ("int8", "orin", False), ("fp16", "xavier", False)],
)
def test_half_precision_on_orin(precision: str, soc: str, expected: bool) -> None:
    """The warning cites the data's own figures and sources."""
    report = check(diamond(gpu_branch=False), resolve_target(soc=soc, precision=precision))
    warnings = [notice for notice in report.warnings if notice.kind == "fp16"]

    assert bool(warnings) == expected
    for warning in warnings:
        assert "ms in FP16" in warning.message
        assert len(warning.sources) > 1
        assert set(warning.sources) <= set(report.sources)


class TestLimit:
    def graph(self, count: int) -> Graph:
        """Return a network that falls into so many subgraphs."""
        network = Network()
        name = network.input()
        for number in range(count):
            name = network.gpu(network.conv(name, f"conv{number}"), f"gpu{number}")
        return network.graph(name)

    def test_what_exceeds_it_runs_on_the_gpu(self) -> None:
        """The last subgraphs go, with the rule as the reason."""
        report = check(self.graph(18))
        assert report.limit is not None
        over = [s for s in report.subgraphs if not s.on_dla]

        assert len(report.subgraphs) == 18
        assert [s.number for s in over] == list(range(report.limit + 1, 19))
        assert {node.placement for s in over for node in s.nodes} == {"gpu"}
        assert {r.rule for s in over for node in s.nodes for r in node.reasons} == {"gen.loadables"}
        assert [reason.rule for reason in report.network] == ["gen.loadables"]

    def test_at_the_limit_all_stay(self) -> None:
        """Nothing goes where the number is just reached."""
        report = check(self.graph(16))

        assert all(subgraph.on_dla for subgraph in report.subgraphs)
        assert report.network == []


def test_batches_are_kept_apart_where_the_release_does() -> None:
    """A change of batch divides the network from the release on that the rule names."""
    network = Network()
    a = network.conv(network.input(shape=(4, 8, 16, 16)), "a")
    b = network.add("MaxPool", [a], "b", (8, 4, 16, 16), kernel_shape=[1, 1])
    graph = network.graph(b)
    for tensorrt in ("8.6.2", "10.3.0"):
        report = check(graph, resolve_target(tensorrt=tensorrt))

        assert len(report.subgraphs) == (2 if in_range(tensorrt, "10.0", "") else 1)


class TestStandalone:
    def test_ready(self) -> None:
        """One subgraph with tensors in the formats of the DLA is all it takes."""
        report = check(diamond(gpu_branch=False), resolve_target(standalone=True))
        assert report.standalone is not None

        assert report.standalone.obstacles == []
        assert "--buildDLAStandalone" in report.command
        assert report.all_on_dla

    def test_obstacles_are_named_also_where_nobody_asked(self) -> None:
        """A network with a GPU node is none; it counts as a failure only where it was asked."""
        graph = diamond(gpu_branch=True)
        plain = check(graph)
        asked = check(graph, resolve_target(standalone=True))
        assert plain.standalone is not None

        found = {reason.rule for reason in plain.standalone.obstacles}
        assert {"gen.standalone", "gen.standalone.subgraph"} <= found
        assert plain.network == []
        assert found <= {reason.rule for reason in asked.network}


def test_convolution_buffer_fit_is_told_for_convolutions_only() -> None:
    """Banks of the bound, for each convolution."""
    report = check(diamond(gpu_branch=False))
    banks = {node.name: node.banks for node in report.nodes}

    assert report.banks_limit is not None
    assert banks["Y"] is None
    assert 0 < (banks["A"] or 0) <= report.banks_limit


def test_a_model_without_nodes_has_nothing_that_falls_back() -> None:
    """An output that is an input needs no device."""
    network = Network()
    network.input()

    assert check(network.graph("x")).all_on_dla


def test_light_models_agree_with_what_is_known_of_them(bundled_models: list[Path]) -> None:
    """The nine light models go through; nearly all of their work is the DLA's."""
    light = [path for path in bundled_models if path.name.startswith("light_")]

    assert len(light) == 9
    for path in light:
        report = check_model(str(path), resolve_target())

        assert report.notes == [], path
        assert report.count("unknown") == 0, path
        assert report.count("gpu") > 0, path
        assert (
            sum(
                node.op_type == "ConstantOfShape" and node.placement != "build_time"
                for node in report.nodes
            )
            == 0
        )


def test_a_residual_network_is_divided_as_on_a_device() -> None:
    """A build of ResNet-50 for Orin made the trunk and the last product one subgraph each.

    The mean over the last feature map and the flattening ran on the GPU, and so did the
    reshape behind the product.
    """
    network = Network()
    a = network.add(
        "Relu", [network.conv(network.input(shape=(1, 3, 32, 32)), "a", 64)], "b", (1, 64, 32, 32)
    )
    c = network.add("Relu", [network.conv(a, "c", 64)], "d", (1, 64, 32, 32))
    total = network.add("Add", [network.conv(c, "e", 64), a], "f", (1, 64, 32, 32))
    trunk = network.add("Relu", [total], "g", (1, 64, 32, 32))
    mean = network.add("GlobalAveragePool", [trunk], "mean", (1, 64, 1, 1))
    flat = network.add("Flatten", [mean], "flat", (1, 64), axis=1)
    parameters = [network.weights("w", 10, 64), network.weights("bias", 10)]
    network.add("Gemm", [flat, *parameters], "y", (1, 10), transB=1)
    report = check(network.graph("y"), resolve_target(tensorrt="10.3.0"))

    assert pieces(report) == [["A", "B", "C", "D", "E", "F", "G"], ["Y"]]
    assert [node.name for node in report.nodes if node.placement == "gpu"] == ["Mean", "Flat"]
    assert [end.format for end in report.formats] == ["int8:dla_hwc4", "fp32:chw"]
