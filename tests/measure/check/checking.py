"""Check networks made by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.check.model_check import ModelCheck
from measure.onnx_file.model import Model
from measure.rules.book import load_rules
from measure.target import resolve_target

if TYPE_CHECKING:
    from measure.check.report import Report
    from measure.onnx_file.model import Graph
    from measure.target import Target


def check(
    graph: Graph, target: Target | None = None, cache: dict[str, float] | None = None
) -> Report:
    """Return the report on a network, for the newest usable Jetson unless told otherwise."""
    model = Model("network.onnx", graph)
    cache_path = "network.cache" if cache else None
    return ModelCheck(model, target or resolve_target(), load_rules(), cache, cache_path).report()


def placements(report: Report) -> dict[str, str]:
    """Return where each node runs."""
    return {node.name: node.placement for node in report.nodes}
