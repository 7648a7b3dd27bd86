"""The verdicts of a run that are certain, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterator

from measure.build_log.names import foreign_ends, foreign_node, fused_parts
from measure.build_log.summary import FROM_LISTS, summarize
from measure.tables import read_table

if TYPE_CHECKING:
    from measure.build_log.refusals import Refusal
    from measure.build_log.run import Run
    from measure.build_log.summary import Summary

_LISTED = "i1"
_OFFLOADED = "i2"
"""Keys of the messages that say that a layer is on the DLA."""


@dataclass(frozen=True)
class Verdict:
    """Where one layer of the network went.

    Parameters
    ----------
    type
        TensorRT's type of the layer, empty where the log does not tell.
    text, message, rule
        What was printed, and the keys of the message and of the rule behind it.
    """

    layer: str
    type: str
    on_dla: bool
    text: str
    message: str
    rule: str


@dataclass(frozen=True)
class Span:
    """A subgraph of which the log names the ends only: everything between them is on the DLA."""

    first: list[str]
    last: list[str]
    text: str
    message: str


def refused_layers(run: Run) -> tuple[list[Verdict], list[Refusal]]:
    """Return the refusals as verdicts, and apart those that the network caused, not the layer."""
    of_network = {row["rule"] for row in read_table("operators/rules") if row["scope"] != "layer"}
    verdicts, left_out = [], []
    for refusal in run.refused.refusals.values():
        cause = refusal.cause
        if cause.message.rule in of_network:
            left_out.append(refusal)
            continue
        for part in fused_parts(refusal.layer):
            message = cause.message
            verdicts.append(
                Verdict(part, refusal.type, False, cause.text, message.key, message.rule)
            )
    return verdicts, left_out


def accepted_layers(run: Run) -> Iterator[Verdict]:
    """Yield the layers that are named as being on the DLA of an engine that was built."""
    if run.has_failed:
        return
    summary = summarize(run)
    subgraphs = _settled_subgraphs(summary, run)
    for layer in run.engine.inner:
        yield from _accepted(layer.name, layer.type, layer.subgraph or layer.name, run)
    for subgraph in subgraphs:
        for end in foreign_ends(subgraph):
            yield from _accepted(end, "", subgraph, run)
    lists = run.lists.lists
    for group in lists.grouped_layers if lists and summary.basis == FROM_LISTS else []:
        for name in group:
            yield from _accepted(name, "", "{" + ",".join(group) + "}", run)
    offload = run.lists.offload
    if lists and offload.accepted is not None and offload.accepted == offload.candidates:
        for name in lists.candidates:
            yield from _accepted(name, "", f"[DlaLayer] {name}", run)


def accepted_spans(run: Run) -> Iterator[Span]:
    """Yield the subgraphs on the DLA of which only the first and the last layer are named."""
    if run.has_failed:
        return
    for subgraph in _settled_subgraphs(summarize(run), run):
        ends = foreign_ends(subgraph)
        if len(ends) > 1:
            yield Span(fused_parts(ends[0]), fused_parts(ends[-1]), subgraph, _message_key(run))


def _settled_subgraphs(summary: Summary, run: Run) -> list[str]:
    """Return the ForeignNodes that are known to be in the engine."""
    found = list(summary.subgraphs or [])
    # Fewer names than the count: the lines of some were lost, and those left are still true.
    found += [name for name in run.lists.offload.nodes if name not in found]
    return [name for name in found if foreign_node(name)]


def _accepted(name: str, layer_type: str, text: str, run: Run) -> Iterator[Verdict]:
    """Yield a verdict for each layer that was fused into one."""
    for part in fused_parts(name):
        yield Verdict(part, layer_type, True, text, _message_key(run), "")


def _message_key(run: Run) -> str:
    """Return which message says that the run's subgraphs are on the DLA."""
    offload = run.lists.offload
    return _OFFLOADED if offload.nodes or offload.accepted is not None else _LISTED
