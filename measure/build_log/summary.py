"""What a run comes to: how much is on the DLA, how much is not, and what the log leaves open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from measure.build_log.failures import FAILED, PASSED
from measure.build_log.lists import GpuLayer, LayerLists
from measure.build_log.messages import NOTHING_ON_DLA
from measure.build_log.names import foreign_ends

if TYPE_CHECKING:
    from measure.build_log.engine import EngineLayer
    from measure.build_log.refusals import Refusal
    from measure.build_log.run import Run

ALL_ON_DLA = "all_on_dla"
SOME_ON_GPU = "some_on_gpu"
NONE_ON_DLA = "none_on_dla"
UNKNOWN = "unknown"

FROM_ENGINE = "engine"
FROM_LISTS = "lists"
FROM_CANDIDATES = "candidates"

_NO_LIST = (
    "which layers are on the DLA: the log has no list of them. From TensorRT 10 on it is printed "
    "with --verbose only; build again with it and keep both streams"
)
_NO_LIST_YET = (
    "which layers are on the DLA: the log, or this part of it, has no list of them; "
    "keep all of what a build with --verbose prints, both streams"
)


@dataclass
class Summary:
    """A run in numbers; ``None`` is what the log does not tell.

    Parameters
    ----------
    basis
        Where the layers come from: rows of the finished engine, the builder's lists, the list of
        candidates with the compiler's answer, or nowhere.
    subgraphs
        The DLA subgraphs by name; ``None`` when only their number or nothing is known.
    """

    placement: str = UNKNOWN
    basis: str = ""
    subgraphs: list[str] | None = None
    n_subgraphs: int | None = None
    n_dla_layers: int | None = None
    gpu: list[GpuLayer] | None = None
    n_reformats: int | None = None
    n_candidate_layers: int | None = None
    refused: list[Refusal] = field(default_factory=list)
    bookkeeping: list[Refusal] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def summarize(run: Run) -> Summary:
    """Say what a run comes to."""
    summary = Summary()
    for refusal in run.refused.refusals.values():
        (summary.bookkeeping if refusal.is_bookkeeping else summary.refused).append(refusal)
    lists = run.lists.lists or LayerLists()
    summary.n_candidate_layers = len(lists.candidates) or None
    if run.engine.layers:
        _from_engine(summary, run.engine.layers)
    elif lists.are_final:
        _from_lists(summary, lists)
    else:
        _from_candidates(summary, run, lists)
    summary.n_dla_layers = _dla_layers(summary, run, lists)
    summary.placement = _placement(summary, run)
    summary.unknown = list(_unknown(summary, run))
    summary.warnings = list(_warnings(summary, run))
    return summary


def _from_engine(summary: Summary, layers: list[EngineLayer]) -> None:
    """Take the rows of the finished engine: nothing is nearer to the truth."""
    summary.basis = FROM_ENGINE
    summary.subgraphs = [layer.name for layer in layers if layer.on_dla]
    summary.n_subgraphs = len(summary.subgraphs)
    others = [layer for layer in layers if not layer.on_dla]
    summary.gpu = [GpuLayer(layer.name, layer.type) for layer in others if not layer.is_reformat]
    summary.n_reformats = len(others) - len(summary.gpu)


def _from_lists(summary: Summary, lists: LayerLists) -> None:
    """Take the lists of a release that prints them when they are settled."""
    summary.basis = FROM_LISTS
    summary.subgraphs = lists.subgraphs
    summary.n_subgraphs = len(lists.subgraphs)
    summary.gpu = lists.gpu


def _from_candidates(summary: Summary, run: Run, lists: LayerLists) -> None:
    """Take what the compiler accepted of the candidates, as far as the log goes."""
    offload = run.lists.offload
    if offload.accepted is None and not offload.nodes:
        return
    summary.basis = FROM_CANDIDATES
    summary.n_subgraphs = len(offload.nodes) if offload.accepted is None else offload.accepted
    if len(offload.nodes) == summary.n_subgraphs:
        summary.subgraphs = offload.nodes
    if offload.accepted is not None and offload.accepted == offload.candidates:
        summary.gpu = lists.gpu if lists.gpu_known else None


def _dla_layers(summary: Summary, run: Run, lists: LayerLists) -> int | None:
    """Count the network's layers on the DLA; 8.x names only the ends of a subgraph."""
    if run.engine.inner:
        return len(run.engine.inner)
    if summary.n_subgraphs == 0:
        return 0
    if lists.grouped_layers:
        return sum(len(group) for group in lists.grouped_layers)
    offload = run.lists.offload
    if lists.candidates and offload.accepted is not None and offload.accepted == offload.candidates:
        return len(lists.candidates)
    if summary.subgraphs and all(len(foreign_ends(name)) == 1 for name in summary.subgraphs):
        return len(summary.subgraphs)
    return None


def _placement(summary: Summary, run: Run) -> str:
    """Say in a word where the layers are."""
    if run.has_failed:
        return FAILED
    if run.settings.uses_dla is False and not summary.n_subgraphs:
        return NONE_ON_DLA
    if summary.n_subgraphs == 0 or NOTHING_ON_DLA in run.messages:
        return NONE_ON_DLA
    if summary.gpu == [] and summary.n_subgraphs:
        return ALL_ON_DLA
    offload = run.lists.offload
    dropped = offload.accepted is not None and offload.accepted != offload.candidates
    return SOME_ON_GPU if summary.gpu or summary.refused or dropped else UNKNOWN


def _unknown(summary: Summary, run: Run) -> list[str]:
    """Say what the log leaves open and how to find out."""
    unknown = []
    if not summary.basis and not run.has_failed and run.settings.uses_dla is not False:
        unknown.append(_NO_LIST if run.ended and not run.settings.verbose else _NO_LIST_YET)
    elif summary.basis and summary.gpu is None:
        unknown.append("how many layers are on the GPU: the rows of the engine are missing")
    if summary.n_subgraphs and summary.n_dla_layers is None:
        unknown.append(
            "how many layers are on the DLA: a ForeignNode names its first and last layer only"
        )
    if not run.has_failed and run.outcome != PASSED:
        unknown.append("whether the build succeeded: the log has no last banner")
    return unknown


def _warnings(summary: Summary, run: Run) -> list[str]:
    """Say what is easily misread."""
    warnings = []
    offload = run.lists.offload
    if offload.accepted is not None and offload.accepted != offload.candidates:
        text = f"{offload.accepted} of {offload.candidates} candidates were offloaded to the DLA"
        if summary.n_candidate_layers:
            text += (
                f"; the {summary.n_candidate_layers} layers listed as running on it are "
                "candidates, not the result"
            )
        warnings.append(text)
    if run.lists.printed > 1:
        warnings.append(
            f"the lists of layers were printed {run.lists.printed} times; the last counts"
        )
    if run.settings.calibration == "Dynamic" and "int8" in run.settings.precisions:
        warnings.append("built without calibration: the accuracy of this engine means nothing")
    if run.outcome == FAILED and not run.failed.failures and not run.failed.errors:
        warnings.append(
            "it failed and the log holds no error: standard error was not kept (add 2>&1)"
        )
    return warnings
