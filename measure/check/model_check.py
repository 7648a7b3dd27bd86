"""Check a model: from its file to the report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Mapping, Sequence

from measure.check.advice import Trial
from measure.check.borders import find_borders
from measure.check.ends import end_formats
from measure.check.folding import fold, is_quantization
from measure.check.grouping import group_causes
from measure.check.network_rules import (
    NetworkFacts,
    batch_rule,
    broken,
    in_force,
    loadable_limit,
    unmet,
)
from measure.check.notices import collect, dynamic_inputs
from measure.check.packing import IMAGE, image_bytes
from measure.check.placement import Placement, divide, judge, never_runs, send_to_gpu
from measure.check.report import Report, Source, Standalone
from measure.check.scales import read_calibration_cache, scales_from_nodes, without_scale
from measure.check.trtexec import build_command
from measure.check.view import view_network
from measure.errors import UserError
from measure.onnx_file import read_model
from measure.rules import DLA, NetworkContext
from measure.rules.book import load_rules
from measure.tables import read_table

if TYPE_CHECKING:
    from measure.check.report import EndFormat
    from measure.onnx_file.model import Graph, Model
    from measure.rules import Reason
    from measure.rules.book import RuleBook
    from measure.rules.rule import Rule
    from measure.target import Target

FORMAT_PARAMETER = "input_format"
"""Parameter that says in which format a layer reads a network input."""

ABSENT = ("not_usable", "no_dla_hardware")
"""States of a release on which nothing runs on a DLA."""


def check_model(
    path: str,
    target: Target,
    *,
    calibration: str | None = None,
    shapes: Mapping[str, Sequence[int]] | None = None,
) -> Report:
    """Return where each node of a model runs, and all that follows from it.

    Parameters
    ----------
    calibration
        Path of a calibration cache with INT8 scales.
    shapes
        Input's name: sizes to check it with, in place of those it has.
    """
    scales = read_calibration_cache(calibration) if calibration else None
    model = read_model(path, shapes)
    if not model.graph.outputs:
        raise UserError(f"{path}: names no outputs, so nothing of it is built; export it again")
    return ModelCheck(model, target, load_rules(), scales, calibration, shapes or {}).report()


class ModelCheck:
    """One check, step by step."""

    def __init__(
        self,
        model: Model,
        target: Target,
        book: RuleBook,
        cache: Mapping[str, float] | None = None,
        cache_path: str | None = None,
        shapes: Mapping[str, Sequence[int]] | None = None,
    ) -> None:
        self.graph: Graph = model.graph
        self.model = model
        self.target = target
        self.book = book
        self.cache = cache
        self.cache_path = cache_path
        self.shapes = shapes or {}
        self.rules = in_force(book.rules.values(), target)
        self.explicit = any(is_quantization(node) for node in self.graph.nodes)
        self.titles = {row["key"]: row["title"] for row in read_table("reference/sources")}

    def report(self) -> Report:
        """Return the report."""
        report = Report(self.model.path, self.target, notes=list(self.model.notes))
        report.dynamic = dynamic_inputs((tensor.name, tensor.shape) for tensor in self.graph.inputs)
        if self.target.dla in ABSENT:
            context = NetworkContext()
            report.nodes = [
                judge(node, self.graph, self.target, context, self.book)
                for node in self.graph.nodes
            ]
        else:
            self._place(report)
        report.groups = group_causes(report.nodes)
        report.warnings = collect(report)
        report.sources = self._sources(report)
        return report

    def _place(self, report: Report) -> None:
        """Fill in what depends on where nodes run."""
        target, graph = self.target, self.graph
        state = self.book.catalogue.state("QuantizeLinear", target)
        by_scale = state is not None and state["state"] == "reconstruction"
        folding = fold(graph, scales_from_nodes=by_scale)
        view = view_network(graph, folding)
        scales = {**scales_from_nodes(graph, folding), **(self.cache or {})}
        context = NetworkContext(
            scales=scales or None,
            static_tensors=frozenset(folding.static),
            stands_for=folding.stands_for,
        )
        results = [judge(node, graph, target, context, self.book) for node in view.nodes]
        limit_rule = loadable_limit(self.rules)
        maximum = limit_rule.maximum if limit_rule is not None else None
        report.limit = None if maximum is None else int(maximum)
        placement = divide(
            view,
            folding,
            results,
            target,
            batch_rule=batch_rule(self.rules),
            limit=report.limit,
        )
        by_index = {result.index: result for result in results}
        report.nodes = [
            by_index[node.index] if node.index in by_index else never_runs(node, folding)
            for node in graph.nodes
        ]
        report.subgraphs = placement.subgraphs
        report.advice = Trial(placement, view.predecessors, report.limit).best()
        self._apply_limit(placement, limit_rule)
        report.formats = end_formats(
            view, placement.numbers, placement.precisions, target, self._image_groups()
        )
        report.borders = find_borders(
            view, placement.numbers, placement.precisions, self._images(report.formats)
        )
        report.banks_limit = self._maximum("cbuf_banks")
        report.without_scale = (
            without_scale(view, folding, [result.placement == DLA for result in results], scales)
            if target.precision == "int8"
            else []
        )
        report.scale_source = (
            "calibration_cache" if self.cache else "quantize_nodes" if scales else "none"
        )
        self._judge_whole(report, placement, by_scale)
        report.command = build_command(
            report.model,
            target,
            formats=report.formats,
            shapes=self.shapes,
            fallback=not report.all_on_dla,
            cache=self.cache_path,
        )

    def _images(self, ends: Sequence[EndFormat]) -> dict[str, int]:
        """Return the network inputs that are handed over as images, with their bytes."""
        sizes = {}
        for end in ends:
            precision, _, layout = end.format.partition(":")
            if layout == IMAGE:
                size = image_bytes(self.graph.tensor(end.name).shape, precision, self.target)
                if size is not None:
                    sizes[end.name] = size
        return sizes

    def _apply_limit(self, placement: Placement, rule: Rule | None) -> None:
        """Send what exceeds the number of loadables to the GPU."""
        reason = rule and broken(rule, self._facts(placement, [], self.target), self.titles)
        if reason:
            send_to_gpu(placement.subgraphs, reason)

    def _judge_whole(self, report: Report, placement: Placement, by_scale: bool) -> None:
        """Compare the network with the rules about whole networks."""
        facts = self._facts(placement, report.formats, self.target)
        report.network = unmet(self.rules, facts, self.titles)
        if by_scale and self.explicit:
            report.network += self._on_quantize_nodes()
        alone = replace(self.target, standalone=True)
        wanted = unmet(self.rules, self._facts(placement, report.formats, alone), self.titles)
        obstacles = [reason for reason in wanted if reason.effect in ("build_fails", "falls_back")]
        report.standalone = Standalone(self.target.standalone, obstacles)

    def _facts(
        self, placement: Placement, ends: Sequence[EndFormat], target: Target
    ) -> NetworkFacts:
        """Return what rules about whole networks look at."""
        return NetworkFacts(
            subgraphs=placement.subgraphs,
            mixed_batches=placement.mixed_batches,
            gpu_nodes=sum(result.placement != DLA for result in placement.results),
            ends=ends,
            explicit=self.explicit,
            standalone=target.standalone,
        )

    def _maximum(self, parameter: str) -> int | None:
        """Return the upper bound of the rule on a parameter, if one is in force."""
        for rule in self.book.rules.values():
            if rule.parameter == parameter and rule.holds_for(self.target):
                return None if rule.maximum is None else int(rule.maximum)
        return None

    def _image_groups(self) -> int | None:
        """Return how many groups a convolution may have that reads an image format."""
        for rule in self.book.rules.values():
            on_image = (FORMAT_PARAMETER, IMAGE) in rule.applies_when
            if on_image and rule.parameter == "groups" and rule.holds_for(self.target):
                return None if rule.maximum is None else int(rule.maximum)
        return None

    def _on_quantize_nodes(self) -> list[Reason]:
        """Return why the model as it is isn't accepted, where its scales have to move."""
        node = next(node for node in self.graph.nodes if is_quantization(node))
        verdict = self.book.check_node(node, self.graph, self.target, NetworkContext())
        return [reason for reason in verdict.reasons if reason.parameter == "quantization"]

    def _sources(self, report: Report) -> dict[str, Source]:
        """Return the sources that the report names."""
        used: dict[str, None] = {}
        for node in report.nodes:
            used.update(dict.fromkeys(reason.source for reason in node.reasons + node.notes))
        obstacles = report.standalone.obstacles if report.standalone else []
        used.update(dict.fromkeys(reason.source for reason in report.network + obstacles))
        for notice in report.warnings:
            used.update(dict.fromkeys(notice.sources))
        rows = {row["key"]: row for row in read_table("reference/sources")}
        return {
            key: Source(key, rows[key]["title"], rows[key]["address"])
            for key in used
            if key in rows
        }
