"""What a build's log says of the one operator of its network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterator

from measure.build_log.failures import PASSED
from measure.build_log.messages import NOTHING_ON_DLA
from measure.build_log.model_nodes import ModelNodes
from measure.build_log.names import fused_parts
from measure.build_log.summary import summarize
from measure.build_log.verdicts import (
    Verdict,
    accepted_layers,
    accepted_spans,
    refused_layers,
)
from measure.one_operator.network import SUBJECT

if TYPE_CHECKING:
    from measure.build_log.run import Run
    from measure.onnx_file.model import Graph

ACCEPTED, REFUSED, PARTLY, FAILED, UNKNOWN = "accepted", "refused", "partly", "failed", "unknown"
VERDICTS = (ACCEPTED, REFUSED, PARTLY, FAILED, UNKNOWN)
"""On the DLA; not on it; in several layers of which some are; no engine; the log does not say."""

_LISTED = "i1"
"""Key of the message that lists layers by device."""
# Where an operator becomes several layers, the parser numbers those behind the first.
_OWN_LAYER = re.compile(rf"{SUBJECT}(_\d+)?")
_LONGEST = 300


@dataclass(frozen=True)
class Outcome:
    """The verdict on an operator, and what in the log it rests on.

    Parameters
    ----------
    text, message, rule
        What was printed, and the keys of the message and of the rule behind it.
    failure
        Class of the failure of a build that failed.
    """

    verdict: str
    text: str = ""
    message: str = ""
    rule: str = ""
    failure: str = ""


def outcome_of(run: Run | None, graph: Graph) -> Outcome:
    """Return the verdict on the operator of a network.

    Parameters
    ----------
    run
        The build; None where its log holds none.
    graph
        The network that was built.
    """
    if run is None:
        return Outcome(UNKNOWN, "the log holds no build")
    refused, of_network = refused_layers(run)
    no = [verdict for verdict in refused if _is_own(verdict.layer)]
    yes = [verdict for verdict in _accepted(run, graph) if _is_own(verdict.layer)]
    on_gpu = list(_on_gpu(run))
    if yes and (no or on_gpu):
        return _outcome(PARTLY, (no or on_gpu)[0])
    if no:
        return _outcome(REFUSED, no[0])
    if yes:
        return _outcome(ACCEPTED, yes[0])
    if on_gpu:
        return _outcome(REFUSED, on_gpu[0])
    nothing = run.messages.get(NOTHING_ON_DLA)
    if nothing is not None:
        return Outcome(REFUSED, nothing.text[:_LONGEST], NOTHING_ON_DLA)
    for refusal in of_network:
        if _is_own(refusal.layer):
            cause = refusal.cause
            return Outcome(UNKNOWN, cause.text[:_LONGEST], cause.message.key, cause.message.rule)
    return Outcome(UNKNOWN, "the log does not say where the operator runs")


def _accepted(run: Run, graph: Graph) -> Iterator[Verdict]:
    """Yield the layers on the DLA: those that are named, and those between named ends."""
    yield from accepted_layers(run)
    nodes = ModelNodes(graph)
    for span in accepted_spans(run):
        for node in nodes.between(span.first, span.last):
            yield Verdict(node.name, "", True, span.text, span.message, "")


def _on_gpu(run: Run) -> Iterator[Verdict]:
    """Yield the operator's layers that an engine has on the GPU."""
    if run.outcome != PASSED:
        return
    for layer in summarize(run).gpu or ():
        for part in fused_parts(layer.name):
            if _is_own(part):
                text = f"[GpuLayer] {layer.type}: {layer.name}"
                yield Verdict(part, layer.type, False, text, _LISTED, "")


def _is_own(layer: str) -> bool:
    return _OWN_LAYER.fullmatch(layer) is not None


def _outcome(verdict: str, found: Verdict) -> Outcome:
    return Outcome(verdict, found.text[:_LONGEST], found.message, found.rule)
