"""The result as JSON, by the schema beside this file."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from measure.build_log.names import foreign_ends, foreign_node
from measure.build_log.summary import summarize

if TYPE_CHECKING:
    from measure.build_log.build_log import BuildLog
    from measure.build_log.messages import Message
    from measure.build_log.refusals import Refusal
    from measure.build_log.run import Run
    from measure.build_log.summary import Summary

SCHEMA = "dla-atlas/placement/1"
"""Name and version of the form; the version grows when a reader of the old form would break."""


def as_json(log: BuildLog) -> dict[str, Any]:
    """Return everything the log says, in plain lists, dictionaries, numbers and texts."""
    return {
        "schema": SCHEMA,
        "log": log.name,
        "lines": log.lines,
        "notes": log.notes,
        "runs": [_run(run, summarize(run)) for run in log.runs],
    }


def _run(run: Run, summary: Summary) -> dict[str, Any]:
    """Return one run."""
    return {
        "first_line": run.first_line,
        "program": run.program or None,
        "tensorrt": run.version or None,
        "outcome": run.outcome,
        "settings": _settings(run),
        "summary": _numbers(run, summary),
        "subgraphs": _subgraphs(run, summary),
        "dla_layers": [asdict(layer) for layer in run.engine.inner],
        "gpu_layers": None if summary.gpu is None else [asdict(layer) for layer in summary.gpu],
        "candidate_layers": run.lists.lists.candidates if run.lists.lists else [],
        "refusals": [_refusal(refusal) for refusal in run.refused.refusals.values()],
        "failures": [
            {
                **_message(failure.message),
                "text": failure.text,
                "line": failure.line,
                "layer": failure.layer or None,
            }
            for failure in run.failed.failures.values()
        ],
        "errors": run.failed.errors,
        "messages": [
            {"message": key, "count": told.count, "line": told.line, "text": told.text}
            for key, told in run.messages.items()
        ],
        "unknown": summary.unknown,
        "warnings": summary.warnings,
    }


def _settings(run: Run) -> dict[str, Any]:
    """Return how the build was set up, null where the log does not tell."""
    settings = run.settings
    return {
        "command": settings.command or None,
        "model": settings.model or None,
        "device": settings.device or None,
        "soc": settings.soc or None,
        "uses_dla": settings.uses_dla,
        "dla_core": settings.dla_core,
        "gpu_fallback": settings.gpu_fallback,
        "standalone": settings.standalone,
        "precisions": settings.precisions,
        "verbose": settings.verbose,
    }


def _numbers(run: Run, summary: Summary) -> dict[str, Any]:
    """Return the counts, null where the log does not tell."""
    return {
        "placement": summary.placement,
        "basis": summary.basis or None,
        "dla_subgraphs": summary.n_subgraphs,
        "dla_layers": summary.n_dla_layers,
        "gpu_layers": None if summary.gpu is None else len(summary.gpu),
        "reformats": summary.n_reformats,
        "candidate_layers": summary.n_candidate_layers,
        "candidates": run.lists.offload.candidates,
        "offloaded": run.lists.offload.accepted,
        "refused": len(summary.refused),
        "bookkeeping": len(summary.bookkeeping),
    }


def _subgraphs(run: Run, summary: Summary) -> list[dict[str, Any]] | None:
    """Return the DLA subgraphs with their ends and, from a verbose log, their borders."""
    if summary.subgraphs is None:
        return None
    borders = {layer.name: layer for layer in run.engine.layers}
    subgraphs = []
    for name in summary.subgraphs:
        border = borders.get(name)
        subgraphs.append(
            {
                "name": name,
                "ends": list(foreign_ends(name)) if foreign_node(name) else name.split(","),
                "inputs": [asdict(tensor) for tensor in border.inputs] if border else None,
                "outputs": [asdict(tensor) for tensor in border.outputs] if border else None,
            }
        )
    return subgraphs


def _refusal(refusal: Refusal) -> dict[str, Any]:
    """Return a refused layer with all that was printed about it."""
    return {
        "layer": refusal.layer,
        "type": refusal.type or None,
        "bookkeeping": refusal.is_bookkeeping,
        "rule": refusal.cause.message.rule or None,
        "reasons": [
            {**_message(reason.message), "text": reason.text, "line": reason.line}
            for reason in refusal.reasons
        ],
    }


def _message(message: Message) -> dict[str, Any]:
    """Return what the messages table knows about a line."""
    return {
        "message": message.key,
        "rule": message.rule or None,
        "meaning": message.meaning,
        "what_to_do": message.what_to_do,
    }
