"""Where each node of a network runs, and which subgraphs that makes on the DLA."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Hashable, Sequence

from measure.check.folding import CONSTANT
from measure.check.memory import internal_bytes, weight_bytes
from measure.check.packing import batch_of
from measure.check.partition import partition
from measure.check.report import NodeResult, Subgraph
from measure.check.view import unwritten
from measure.onnx_file.macs import multiply_accumulates
from measure.rules import BUILD_TIME, DLA, GPU
from measure.rules.values import Unknown, plain
from measure.rules.view import NodeView

if TYPE_CHECKING:
    from measure.check.folding import Folding
    from measure.check.view import NetworkView
    from measure.onnx_file.model import Graph, Node
    from measure.rules import NetworkContext, Reason
    from measure.rules.book import RuleBook
    from measure.target import Target

COMPARISON, CAST = "comparison", "cast"
"""Layers: the result of the one is converted by the other, which belongs to it."""
RUNS_IN_FP16 = "runs_in_fp16"


@dataclass
class Placement:
    """The nodes that run and the subgraphs they make.

    Parameters
    ----------
    results
        The nodes that run, in running order.
    precisions
        For each of them the precision it has on the DLA.
    labels
        For each of them what its subgraph has in common, were it on the DLA.
    on_dla
        For each of them whether the rules let it run there.
    batch_rule
        Key of the rule that keeps layers with different batch sizes apart, if one does.
    """

    view: NetworkView
    results: list[NodeResult]
    precisions: list[str]
    labels: list[Hashable]
    on_dla: list[bool]
    subgraphs: list[Subgraph]
    mixed_batches: list[list[int]]
    batch_rule: str

    @property
    def numbers(self) -> list[int | None]:
        """Return for each node the number of its subgraph on the DLA."""
        return [result.subgraph for result in self.results]


def judge(
    node: Node, graph: Graph, target: Target, context: NetworkContext, book: RuleBook
) -> NodeResult:
    """Return where the rules put a node that runs."""
    verdict = book.check_node(node, graph, target, context)
    return NodeResult(
        name=node.name,
        op_type=node.op_type,
        domain=node.domain,
        index=node.index,
        placement=verdict.placement,
        reasons=list(verdict.reasons),
        notes=list(verdict.notes),
        layer=verdict.layer,
        build_time=CONSTANT if verdict.placement == BUILD_TIME else "",
        macs=multiply_accumulates(node, graph),
        banks=_banks(node, graph, target, context, book)
        if verdict.layer == "convolution"
        else None,
    )


def never_runs(node: Node, folding: Folding) -> NodeResult:
    """Return the result for a node that the builder does away with."""
    into = folding.into.get(node.index)
    return NodeResult(
        name=node.name,
        op_type=node.op_type,
        domain=node.domain,
        index=node.index,
        placement=BUILD_TIME,
        build_time=folding.build_time[node.index],
        into=into.name if into is not None else "",
    )


def divide(
    view: NetworkView,
    folding: Folding,
    results: list[NodeResult],
    target: Target,
    *,
    batch_rule: str,
    limit: int | None,
) -> Placement:
    """Divide the nodes into DLA subgraphs and send those beyond the limit to the GPU.

    Parameters
    ----------
    results
        The nodes that run, in running order.
    batch_rule
        Key of the rule that keeps layers with different batch sizes apart; empty for none.
    """
    _convert_with_comparison(view, results)
    precisions = [
        "fp16" if any(note.effect == RUNS_IN_FP16 for note in result.notes) else target.precision
        for result in results
    ]
    on_dla = [result.placement == DLA for result in results]
    before = view.predecessors
    batches = _batches(view, before)
    plain_labels: list[Hashable] = [DLA] * len(results)
    labels: list[Hashable] = [(DLA, batch) for batch in batches] if batch_rule else plain_labels
    inner = unwritten(view, folding, on_dla)
    subgraphs = []
    for number, members in enumerate(_members(labels, on_dla, before), start=1):
        own = [results[place] for place in members]
        for result in own:
            result.subgraph = number
        subgraphs.append(
            Subgraph(
                number=number,
                nodes=own,
                batch=batches[members[0]],
                macs=sum(result.macs or 0 for result in own),
                internal_bytes=internal_bytes(view, members, inner, precisions),
                weight_bytes=weight_bytes(view, folding, members, precisions),
                on_dla=limit is None or number <= limit,
            )
        )
    mixed = []
    if batch_rule:
        for members in _members(plain_labels, on_dla, before):
            sizes = dict.fromkeys(batches[place] for place in members)
            mixed.append([size for size in sizes if size is not None])
    return Placement(view, results, precisions, labels, on_dla, subgraphs, mixed, batch_rule)


def _convert_with_comparison(view: NetworkView, results: Sequence[NodeResult]) -> None:
    """Let each cast that converts the result of a comparison run where that one does."""
    for place, before in enumerate(view.predecessors):
        makers = [results[each] for each in before if results[each].layer == COMPARISON]
        if results[place].layer == CAST and makers and makers[0].placement != GPU:
            results[place].placement = makers[0].placement
            results[place].reasons = list(makers[0].reasons)


def send_to_gpu(subgraphs: Sequence[Subgraph], reason: Reason) -> None:
    """Put the nodes of the subgraphs beyond the limit on the GPU."""
    for subgraph in subgraphs:
        if not subgraph.on_dla:
            for result in subgraph.nodes:
                result.placement = GPU
                result.subgraph = None
                result.reasons.append(reason)


def _batches(view: NetworkView, before: Sequence[Sequence[int]]) -> list[int | None]:
    """Return the batch of each node; where it is unknown, that of the node before."""
    batches: list[int | None] = []
    for place, names in enumerate(view.writes):
        batch = batch_of(view.graph.tensor(names[0]).shape) if names else None
        if batch is None and before[place]:
            batch = batches[before[place][0]]
        batches.append(batch)
    return batches


def _members(
    labels: Sequence[Hashable], on_dla: Sequence[bool], before: Sequence[Sequence[int]]
) -> list[list[int]]:
    """Return the positions of the nodes of each subgraph."""
    used = [label if own else None for label, own in zip(labels, on_dla)]
    members: list[list[int]] = []
    for place, number in enumerate(partition(used, before)):
        if number is not None:
            if number == len(members):
                members.append([])
            members[number].append(place)
    return members


def _banks(
    node: Node, graph: Graph, target: Target, context: NetworkContext, book: RuleBook
) -> int | None:
    """Return how many banks of the convolution buffer a node takes."""
    try:
        values = plain(NodeView(node, graph, target, context, book.catalogue).values("cbuf_banks"))
    except Unknown:
        return None
    return int(values[0]) if values else None
