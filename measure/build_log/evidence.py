"""Turn the certain verdicts of a log into rows of the evidence table."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measure.build_log.model_nodes import ModelNodes
from measure.build_log.verdicts import Verdict, accepted_layers, accepted_spans, refused_layers
from measure.output import write_out
from measure.tables import read_table

if TYPE_CHECKING:
    from measure.build_log.build_log import BuildLog
    from measure.build_log.run import Run

COLUMNS = (
    "id",
    "onnx_op",
    "operator",
    "parameters",
    "soc",
    "trt_version",
    "trt_version_basis",
    "platform",
    "precision",
    "runs_on_dla",
    "message",
    "rule",
    "message_id",
    "kind",
    "basis",
    "network",
    "node_count",
    "example_node",
    "source",
    "locator",
    "note",
    "run",
)
_PLATFORMS = {"JetPack": "jetson", "DRIVE OS": "drive"}
_OPERATOR = re.compile(r"[A-Z][A-Za-z0-9]*")
_KEY_DIGITS = 10

_NO_OPERATOR = "whose operator the log does not tell; --model may help"
_NOT_IN_MODEL = "that are no nodes of the model: constants, layers that TensorRT adds"
_OF_NETWORK = "refused for the network's sake, not for their own"
_CONTRADICTING = "both refused and accepted"
_NO_SOC = "of a run whose SoC the log does not tell; give --soc"


@dataclass
class Evidence:
    """The rows, and how many layers gave none, by reason."""

    rows: list[dict[str, str]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Case:
    """A layer with its operator and parameters."""

    verdict: Verdict
    onnx_op: str
    parameters: str


def evidence_of(
    log: BuildLog, model: str | None = None, source: str = "", soc: str | None = None
) -> Evidence:
    """Return the rows of a log.

    Parameters
    ----------
    model
        The ONNX file that was built; without it only layers whose type means one operator count.
    source
        Key of the source the log is from.
    soc
        The SoC, for a log that does not tell it.
    """
    nodes = ModelNodes.read(model) if model else None
    evidence = Evidence()
    rows: dict[str, dict[str, str]] = {}
    for run in log.runs:
        cases = _cases(run, nodes, evidence.left_out)
        run_soc = run.settings.soc or soc or ""
        if not run_soc:
            evidence.left_out[_NO_SOC] += len(cases)
            continue
        frame = _frame(run, run_soc, source, Path(model).stem if model else "")
        for case in cases:
            row = _row(case, frame, nodes is not None)
            kept = rows.setdefault(row["id"], row)
            if kept is not row:
                kept["node_count"] = str(int(kept["node_count"]) + 1)
    evidence.rows = list(rows.values())
    return evidence


def write_evidence(evidence: Evidence) -> None:
    """Print the rows as CSV, and to standard error what was left out."""
    table = io.StringIO()
    writer = csv.DictWriter(table, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(evidence.rows)
    write_out(table.getvalue())
    print(f"{len(evidence.rows)} rows", file=sys.stderr)
    for reason, count in evidence.left_out.items():
        if count:
            print(f"left out: {count} layers {reason}", file=sys.stderr)


def _cases(run: Run, nodes: ModelNodes | None, left_out: Counter[str]) -> list[_Case]:
    """Return the verdicts of a run that name an operator, each layer once."""
    refused, of_network = refused_layers(run)
    left_out[_OF_NETWORK] += len(of_network)
    verdicts: dict[str, Verdict] = {}
    contradicting: set[str] = set()
    for verdict in [*refused, *accepted_layers(run), *_inside(run, nodes)]:
        known = verdicts.setdefault(verdict.layer, verdict)
        if known.on_dla != verdict.on_dla:
            contradicting.add(verdict.layer)
    left_out[_CONTRADICTING] += len(contradicting)
    cases = []
    for layer, verdict in verdicts.items():
        if layer not in contradicting:
            case = _case(verdict, nodes)
            if case:
                cases.append(case)
            else:
                left_out[_NOT_IN_MODEL if nodes else _NO_OPERATOR] += 1
    return cases


def _inside(run: Run, nodes: ModelNodes | None) -> list[Verdict]:
    """Return the nodes between the ends of the subgraphs, which only the model knows."""
    if nodes is None:
        return []
    return [
        Verdict(node.name, "", True, span.text, span.message, "")
        for span in accepted_spans(run)
        for node in nodes.between(span.first, span.last)
        if node.name
    ]


def _case(verdict: Verdict, nodes: ModelNodes | None) -> _Case | None:
    """Name the operator: by the model's node, else by a type that only one operator becomes."""
    if nodes:
        node = nodes.find(verdict.layer)
        if node is None or not _OPERATOR.fullmatch(node.op_type):
            return None
        return _Case(verdict, node.op_type, _json(nodes.parameters(node)))
    layer = verdict.type.lower().replace("_", "-")
    operators = [
        row["operator"] for row in read_table("operators/operators") if row["layer"] == layer
    ]
    if not layer or len(operators) != 1:
        return None
    return _Case(verdict, operators[0], _json({}))


def _frame(run: Run, soc: str, source: str, network: str) -> dict[str, str]:
    """Return what all rows of a run share."""
    precisions = [name for name in ("int8", "fp16") if name in run.settings.precisions]
    return {
        "soc": soc,
        "trt_version": run.version,
        "trt_version_basis": "stated" if run.version else "unknown",
        "platform": _platform(run.version),
        "precision": "+".join(precisions),
        "kind": "device",
        "network": network,
        "source": source,
        "note": "",
        "run": "",
    }


def _platform(version: str) -> str:
    """Return the platform whose releases have this TensorRT, "any" if it isn't one only."""
    wanted = version.split(".")[:3]
    products = {
        row["product"]
        for row in read_table("reference/releases")
        if version and row["tensorrt_min"].split(".")[:3] == wanted
    }
    platforms = {_PLATFORMS[product] for product in products if product in _PLATFORMS}
    return platforms.pop() if len(platforms) == 1 else "any"


def _row(case: _Case, frame: dict[str, str], from_model: bool) -> dict[str, str]:
    """Return one row; its key depends on what it says, so that a log read twice adds nothing."""
    verdict = case.verdict
    known = any(row["operator"] == case.onnx_op for row in read_table("operators/operators"))
    row = {
        **frame,
        "onnx_op": case.onnx_op,
        "operator": case.onnx_op if known else "",
        "parameters": case.parameters,
        "runs_on_dla": "yes" if verdict.on_dla else "no",
        "rule": verdict.rule,
        "message_id": verdict.message,
        "basis": "direct" if from_model else "operator_derived",
    }
    digest = hashlib.sha256(_json(row).encode("utf-8")).hexdigest()
    return {
        **row,
        "id": f"b{int(digest, 16) % 10**_KEY_DIGITS:0{_KEY_DIGITS}}",
        "message": verdict.text,
        "node_count": "1",
        "example_node": verdict.layer,
        "locator": "",
    }


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
