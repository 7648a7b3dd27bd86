"""Where the layers of an engine are, as a record of a build has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from measure.build_log.summary import ALL_ON_DLA, NONE_ON_DLA, SOME_ON_GPU, summarize

if TYPE_CHECKING:
    from measure.build_log.run import Run
    from measure.trtexec.layer_info import LayerInfo

DLA, GPU, MIXED, UNKNOWN = "dla", "gpu", "mixed", "unknown"
FROM_LAYER_INFO, FROM_REFUSALS, FROM_OPTIONS = "layer_info", "refusals", "options"

_WORDS = {ALL_ON_DLA: DLA, SOME_ON_GPU: MIXED, NONE_ON_DLA: GPU}


def placement_record(run: Run | None, info: LayerInfo | None = None) -> dict[str, Any]:
    """Return the fields of a build that say where its layers are; None is what is unknown.

    Parameters
    ----------
    run
        The run that built the engine; None where its log is not at hand.
    info
        What the engine consists of, which is nearer to the truth than any log.
    """
    record: dict[str, Any] = {
        "dla_layers": None,
        "gpu_layers": None,
        "dla_subgraphs": None,
        "reformats": None,
        "refusals": None,
        "placement": UNKNOWN,
        "placement_basis": "",
    }
    if run is not None:
        summary = summarize(run)
        record.update(
            dla_layers=summary.n_dla_layers,
            gpu_layers=None if summary.gpu is None else len(summary.gpu),
            dla_subgraphs=summary.n_subgraphs,
            reformats=summary.n_reformats,
            refusals=len(summary.refused),
            placement=_WORDS.get(summary.placement, UNKNOWN),
            placement_basis=summary.basis,
        )
        if not summary.basis and record["placement"] != UNKNOWN:
            record["placement_basis"] = FROM_REFUSALS if summary.refused else FROM_OPTIONS
    if info is not None:
        subgraphs, gpu = len(info.dla_subgraphs), len(info.gpu_layers)
        record.update(
            gpu_layers=gpu,
            dla_subgraphs=subgraphs,
            reformats=len(info.reformats),
            placement=GPU if not subgraphs else MIXED if gpu else DLA,
            placement_basis=FROM_LAYER_INFO,
        )
    return record


def runs_in_fp16(run: Run) -> bool:
    """Say whether layers inside the DLA subgraphs of an INT8 build are in FP16."""
    return any(layer.precision.lower().startswith(("half", "fp16")) for layer in run.engine.inner)
