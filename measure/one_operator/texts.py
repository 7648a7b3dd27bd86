"""What the command prints: the plan, and what a run found."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Mapping, Sequence

from measure.one_operator.rows import contradicts, last_records
from measure.one_operator.verdict import FAILED, VERDICTS
from measure.printable import safe
from measure.run.durations import in_words

if TYPE_CHECKING:
    from measure.one_operator.plan import OperatorPlan
    from measure.target import Target

    Record = Mapping[str, Any]

SCHEMA = "dla-atlas/operators/1"
_LONGEST = 120


def plan_as_json(plan: OperatorPlan, target: Target) -> str:
    """Return the cases for a program."""
    listed = {
        "schema": SCHEMA,
        "tensorrt": target.tensorrt,
        "soc": target.soc,
        "expected_s": plan.expected_s,
        "cases": [{"key": case.key, **case.as_dict()} for case in plan.cases],
        "left_out": dict(plan.left_out),
        "untried": [asdict(one) for one in plan.untried],
    }
    return json.dumps(listed, indent=2) + "\n"


def plan_as_text(plan: OperatorPlan, target: Target) -> str:
    """Return the cases for a reader: a line each, then how many there are of each kind."""
    cases = plan.cases
    width = max(len(case.key) for case in cases)
    lines = [
        f"{case.key:<{width}}  {case.operator}{f'  {case.side} {case.rule}' if case.rule else ''}"
        for case in cases
    ]
    operators = len({case.operator for case in cases})
    origins = Counter(case.origin for case in cases)
    counted = ", ".join(f"{count} of {origin}" for origin, count in origins.items())
    lines += [
        "",
        f"{len(cases)} networks ({counted}) of {operators} operators",
        f"for TensorRT {target.tensorrt} on {target.soc}, about {in_words(plan.expected_s)}",
    ]
    lines += [f"left out: {count}: {why}" for why, count in plan.left_out.items()]
    lines += [
        f"not tried: {one.rule}, {' and '.join(one.sides)}: {one.why}" for one in plan.untried
    ]
    return "".join(f"{safe(line, _LONGEST)}\n" for line in lines)


def results_as_json(records: Sequence[Record], run: str) -> str:
    """Return the verdicts for a program."""
    names = ("key", "operator", "precision", "verdict", "message", "failure", "predicted", "rule")
    found = last_records(records).values()
    listed = {
        "schema": SCHEMA,
        "run": run,
        "counts": counts(records),
        "cases": [
            {**{name: case[name] for name in names}, "contradicts": contradicts(case)}
            for case in found
        ],
    }
    return json.dumps(listed, indent=2) + "\n"


def results_as_text(records: Sequence[Record], run: str) -> str:
    """Return the verdicts for a reader: counts, what contradicts the rules, what failed."""
    found = list(last_records(records).values())
    counted = ", ".join(f"{count} {verdict}" for verdict, count in counts(records).items() if count)
    lines = [f"{run}: {len(found)} cases: {counted or 'none'}"]
    against = [case for case in found if contradicts(case)]
    if against:
        lines += ["", f"The device contradicts the rules {len(against)} times:"]
        lines += [f"  {line_of(case)}; the rules said {case['predicted']}" for case in against]
    failed = [case for case in found if case["verdict"] == FAILED]
    if failed:
        lines += ["", "Not built:"]
        lines += [f"  {line_of(case)}" for case in failed]
    lines += ["", f"put them on the site: make publish RUN={run}"]
    return "".join(f"{safe(line, _LONGEST)}\n" for line in lines)


def counts(records: Sequence[Record]) -> dict[str, int]:
    """Return how many cases have each verdict."""
    found = Counter(str(case["verdict"]) for case in last_records(records).values())
    return {verdict: found[verdict] for verdict in VERDICTS}


def line_of(case: Record) -> str:
    """Return a case and its verdict in a line."""
    why = f" ({case['message']})" if case["message"] and case["verdict"] != "accepted" else ""
    return f"{case['key']} {case['operator']}: {case['verdict']}{why}"
