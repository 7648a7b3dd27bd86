"""Rows of the table of evidence, from the journal of a run."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Mapping, Sequence

from measure.build_log.settings import SOCS
from measure.one_operator.case import RECORD
from measure.one_operator.network import completed
from measure.one_operator.verdict import ACCEPTED, REFUSED
from measure.rules import DLA, GPU, load_rules
from measure.tables import read_table
from measure.versions import in_range

if TYPE_CHECKING:
    Record = Mapping[str, Any]

EVIDENCE = "evidence"
SOURCE = "dla-atlas-operators"
_KEY_DIGITS = 10
_PRECISIONS = {("int8", "implicit"): "int8+fp16"}
"""Precisions a build allowed, where they are more than the case's own."""


def last_records(records: Sequence[Record]) -> dict[str, Record]:
    """Return what is known of each case, by its key; what was built again counts anew."""
    return {str(one["key"]): one for one in records if one["type"] == RECORD}


def evidence_rows(records: Sequence[Record]) -> list[dict[str, str]]:
    """Return a row for each case that a device took or refused."""
    run = next(one for one in records if one["type"] == "run")
    if run.get("soc") not in SOCS or not run.get("tensorrt"):
        return []
    known = {row["operator"] for row in read_table("operators/operators")}
    return [
        _row(run, case, known)
        for case in last_records(records).values()
        if case["verdict"] in (ACCEPTED, REFUSED)
    ]


def _row(run: Record, case: Record, known: set[str]) -> dict[str, str]:
    operator = str(case["operator"])
    precision = str(case["precision"])
    stated = completed(operator, case["parameters"])
    return {
        "id": evidence_key(str(run["run"]), str(case["key"])),
        "onnx_op": operator,
        "operator": operator if operator in known else "",
        "parameters": json.dumps(stated, sort_keys=True, ensure_ascii=False),
        "soc": str(run["soc"]),
        "trt_version": str(run["tensorrt"]),
        "trt_version_basis": "stated",
        "platform": "jetson",
        "precision": _PRECISIONS.get((precision, str(case.get("quantization", ""))), precision),
        "runs_on_dla": "yes" if case["verdict"] == ACCEPTED else "no",
        "message": str(case["message"]),
        "rule": _rule(case, run),
        "message_id": str(case["message_id"]),
        "kind": "measured",
        "basis": "direct",
        "network": "Network of this operator",
        "node_count": "",
        "example_node": "",
        "source": SOURCE,
        "locator": f"case {case['key']}",
        "note": _note(case),
        "run": str(run["run"]),
    }


def evidence_key(run: str, case: str) -> str:
    """Return the key of a row: the same for the same case of the same run."""
    digest = hashlib.sha256(f"{run}/{case}".encode()).hexdigest()
    return f"d{int(digest, 16) % 10**_KEY_DIGITS:0{_KEY_DIGITS}}"


def _rule(case: Record, run: Record) -> str:
    """Return the rule that explains a refusal: the message's, else the first that foresaw it."""
    if case["verdict"] != REFUSED:
        return ""
    foreseen = case["predicted_rules"] if case["predicted"] == GPU else ()
    explaining = (rule for rule in (case["message_rule"], *foreseen) if _holds(rule, run))
    return str(next(explaining, ""))


def _holds(key: str, run: Record) -> bool:
    """Say whether there is such a rule, and it is one for the run's version and SoC."""
    rule = load_rules().rules.get(key)
    return (
        rule is not None
        and rule.soc in ("any", run["soc"])
        and in_range(str(run["tensorrt"]), rule.since, rule.until)
    )


def contradicts(case: Record) -> bool:
    """Say whether a device did the opposite of what the rules had said."""
    return (case["predicted"], case["verdict"]) in ((DLA, REFUSED), (GPU, ACCEPTED))


def _note(case: Record) -> str:
    """Return what a reader must know: whether the rules had said the opposite."""
    if not contradicts(case):
        return ""
    if case["verdict"] == REFUSED:
        return "The rules had said that it runs on the DLA."
    return f"The rules had said that it is refused: {', '.join(case['predicted_rules'])}."
