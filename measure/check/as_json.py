"""A report as JSON, in the form that schema.json describes."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from measure.check.trtexec import written
from measure.check.wording import verdict
from measure.rules import BUILD_TIME, DLA, GPU, UNKNOWN

if TYPE_CHECKING:
    from measure.check.report import Border, Group, NodeResult, Report, Subgraph
    from measure.rules import Reason

SCHEMA = "dla-atlas/check/1"
"""Name and version of the form; the version changes when a key goes or changes its meaning."""


def as_json(report: Report) -> str:
    """Return a report as JSON text."""
    return json.dumps(as_object(report), indent=1, ensure_ascii=True, allow_nan=False) + "\n"


def as_object(report: Report) -> dict[str, Any]:
    """Return a report as what JSON is made of."""
    target = report.target
    return {
        "schema": SCHEMA,
        "model": report.model,
        "soc": target.soc,
        "tensorrt": target.tensorrt,
        "release": target.release or None,
        "precision": target.precision,
        "dla": {"state": target.dla, "reason": target.dla_reason},
        "verdict": verdict(report),
        "all_on_dla": report.all_on_dla,
        "summary": {
            "nodes": len(report.nodes),
            "dla": report.count(DLA),
            "gpu": report.count(GPU),
            "build_time": report.count(BUILD_TIME),
            "unknown": report.count(UNKNOWN),
            "subgraphs": len(report.subgraphs),
            "macs": report.macs(),
            "macs_on_dla": report.macs(DLA),
        },
        "limits": {"subgraphs": report.limit, "convolution_buffer_banks": report.banks_limit},
        "nodes": [_node(node) for node in report.nodes],
        "groups": [_group(group) for group in report.groups],
        "network": [_reason(reason) for reason in report.network],
        "subgraphs": [_subgraph(subgraph) for subgraph in report.subgraphs],
        "borders": [_border(border) for border in report.borders],
        "formats": [asdict(end) for end in report.formats],
        "dynamic_shapes": report.dynamic,
        "int8_scales": {"source": report.scale_source, "missing": report.without_scale},
        "warnings": [
            {"kind": notice.kind, "message": notice.message, "sources": list(notice.sources)}
            for notice in report.warnings
        ],
        "advice": asdict(report.advice) if report.advice else None,
        "standalone": {
            "requested": target.standalone,
            "ready": report.standalone is not None and not report.standalone.obstacles,
            "obstacles": [
                _reason(reason)
                for reason in (report.standalone.obstacles if report.standalone else [])
            ],
        },
        "command": {"words": report.command, "text": written(report.command)},
        "notes": report.notes,
        "sources": {
            key: {"title": source.title, "address": source.address or None}
            for key, source in report.sources.items()
        },
    }


def _node(node: NodeResult) -> dict[str, Any]:
    return {
        "name": node.name,
        "op_type": node.op_type,
        "placement": node.placement,
        "reasons": [_reason(reason) for reason in node.reasons],
        "domain": node.domain,
        "index": node.index,
        "layer": node.layer or None,
        "notes": [_reason(reason) for reason in node.notes],
        "build_time": node.build_time or None,
        "into": node.into or None,
        "subgraph": node.subgraph,
        "macs": node.macs,
        "convolution_buffer_banks": node.banks,
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "rule": reason.rule,
        "parameter": reason.parameter,
        "value": _plain(reason.value),
        "bound": _plain(reason.bound),
        "message": reason.message,
        "fix": reason.fix,
        "source": reason.source,
        "evidence": reason.evidence,
        "source_title": reason.source_title,
        "locator": reason.locator,
        "severity": reason.severity,
        "effect": reason.effect,
    }


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; numbers that are none become text."""
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        finite = value == value and abs(value) != float("inf")
        return value if finite else str(value)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return str(value)


def _group(group: Group) -> dict[str, Any]:
    return {
        "rule": group.rule,
        "parameter": group.parameter,
        "values": group.values,
        "message": group.message,
        "fix": group.fix,
        "source": group.source,
        "severity": group.severity,
        "placement": group.placement,
        "evidence": group.evidence,
        "op_types": group.op_types,
        "macs": group.macs,
        "nodes": [node.name for node in group.nodes],
    }


def _subgraph(subgraph: Subgraph) -> dict[str, Any]:
    return {
        "number": subgraph.number,
        "on_dla": subgraph.on_dla,
        "nodes": [node.name for node in subgraph.nodes],
        "batch": subgraph.batch,
        "macs": subgraph.macs,
        "internal_bytes": subgraph.internal_bytes,
        "weight_bytes": subgraph.weight_bytes,
    }


def _border(border: Border) -> dict[str, Any]:
    return {
        "source": border.source,
        "destination": border.destination,
        "bytes": border.n_bytes,
        "tensors": [
            {
                "tensor": crossing.tensor,
                "shape": None if crossing.shape is None else list(crossing.shape),
                "precision": crossing.precision,
                "bytes": crossing.n_bytes,
            }
            for crossing in border.tensors
        ],
    }
