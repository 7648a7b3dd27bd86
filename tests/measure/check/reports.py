"""Reports made by hand, so that what they look like doesn't depend on the data."""

from __future__ import annotations

from measure.check.grouping import group_causes
from measure.check.report import (
    Advice,
    Border,
    Crossing,
    EndFormat,
    NodeResult,
    Notice,
    Report,
    Source,
    Standalone,
    Subgraph,
)
from measure.rules import Reason
from measure.target import Target

TARGET = Target("orin", "10.3.0", "tensorrt-jetson", "jetpack-6.2", "int8")


def reason(
    rule: str = "demo.window", value: object = 9, fix: str = "window 9 -> 8. Split it."
) -> Reason:
    """Return a rule that a node does not meet."""
    return Reason(
        rule=rule,
        parameter="window",
        value=value,
        bound="1 to 8",
        message="Window height and width lie between 1 and 8.",
        fix=fix,
        source="guide",
        source_title="The guide",
        locator="pooling",
        severity="certain",
        effect="falls_back",
        evidence={"agree": ["p1", "p2"], "contradict": []},
    )


def node(name: str, op_type: str, index: int, placement: str = "dla", **more: object) -> NodeResult:
    """Return the result for a node."""
    return NodeResult(name, op_type, "", index, placement, **more)  # type: ignore[arg-type]


def some_fall_back() -> Report:
    """Return the report on a network of which a part falls back."""
    conv = node("conv", "Conv", 0, subgraph=1, macs=970, banks=3)
    relu = node("relu", "Relu", 1, subgraph=1, into="conv")
    pools = [
        node(f"pool{number}", "MaxPool", 2 + number, "gpu", reasons=[reason(value=9 + number)])
        for number in range(5)
    ]
    swish = node("swish", "Swish", 7, "unknown", reasons=[reason("demo.state", None, "Check it.")])
    head = node("head", "Conv", 8, subgraph=2, macs=30, banks=1)
    shape = node("shape", "Shape", 9, "build_time", build_time="constant")
    nodes = [conv, relu, *pools, swish, head, shape]
    return Report(
        model="models/net.onnx",
        target=TARGET,
        nodes=nodes,
        groups=group_causes(nodes),
        subgraphs=[Subgraph(1, [conv, relu], 1, 970, 0, 64), Subgraph(2, [head], 1, 30, 0, 64)],
        limit=16,
        banks_limit=16,
        borders=[
            Border("input", "dla-1", [Crossing("x", (1, 3, 8, 8), "int8", 512)]),
            Border("dla-1", "gpu", [Crossing("a", (1, 8, 8, 8), "int8", 2048)]),
            Border("gpu", "dla-2", [Crossing("b", (1, 8, None, 8), "int8", None)]),
        ],
        formats=[EndFormat("x", "input", "dla", "int8:dla_hwc4", True, "an image")],
        warnings=[Notice("int8_scales", "No INT8 scales.", ("guide",))],
        advice=Advice(
            "change the 5 MaxPool nodes: 5 more layers on the DLA.", "demo.window", "", 5, 0, 1
        ),
        standalone=Standalone(False, [reason()]),
        command=["trtexec", "--onnx=models/net.onnx", "--useDLACore=0", "--verbose"],
        notes=["A note."],
        sources={"guide": Source("guide", "The guide", "https://example.org/guide")},
    )


def all_on_dla() -> Report:
    """Return the report on a network that the DLA runs as a whole."""
    nodes = [node("conv", "Conv", 0, subgraph=1, macs=970), node("relu", "Relu", 1, subgraph=1)]
    return Report(
        model="net.onnx",
        target=TARGET,
        nodes=nodes,
        subgraphs=[Subgraph(1, nodes, 1, 970, 0, 64)],
        limit=16,
        command=["trtexec", "--onnx=net.onnx"],
    )
