"""``python3 -m measure score``: how often the rules are right."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from measure.output import write_out
from measure.printable import safe
from measure.score.cases import Case, read_cases
from measure.score.scoring import Prediction, Score, Tally, score
from measure.score.store import write_score

SCHEMA = "dla-atlas/score/1"
_EXAMPLE = """\
examples:
  python3 -m measure score                      the cases of the data package
  python3 -m measure score --cases mine.csv     your own, one observed node a row
  python3 -m measure score --json | jq .total

A case file is a CSV with the columns onnx_op, parameters (a JSON object), soc, trt_version,
precision and runs_on_dla (yes or no). What a case doesn't state isn't judged."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.epilog = _EXAMPLE
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--cases", type=Path, metavar="FILE.csv", help="cases to score on")
    parser.add_argument("--json", action="store_true", help="print JSON for a program")
    parser.add_argument(
        "--write",
        action="store_true",
        help="write the score of the shipped cases into the data package, for the site",
    )


def run(arguments: argparse.Namespace) -> int:
    """Score the cases and print the result."""
    result = score(read_cases(arguments.cases))
    if arguments.write:
        for path in write_score(result):
            print(f"wrote {path}")
        return 0
    text = json.dumps(as_dict(result), indent=2) if arguments.json else as_text(result)
    write_out(f"{text}\n")
    return 0


def as_dict(result: Score) -> dict[str, Any]:
    """Return a score for JSON."""
    return {
        "schema": SCHEMA,
        "total": result.total.as_dict(),
        "operator_list_alone": result.listed.as_dict(),
        "by_source": _dicts(result.by_source),
        "by_rule": _dicts(result.by_rule),
        "by_operator": _dicts(result.by_operator),
        "disagreements": [_prediction(one) for one in result.disagreements],
        "undecided": [_prediction(one) for one in result.undecided],
    }


def as_text(result: Score) -> str:
    """Return a score for a reader in a hurry: the total, then where the rules are wrong."""
    total = result.total
    cases = "one case" if total.n == 1 else f"{total.n} cases"
    lines = [
        (
            f"Falls back to the GPU, predicted by the rules on {cases} "
            f"({len(total.seen)} distinct): F1 {_percent(total.f1)}, "
            f"precision {_percent(total.precision)}, recall {_percent(total.recall)}; "
            f"{total.unknown} not decided"
        ),
        f"The operator list alone, without a look at parameters: F1 {_percent(result.listed.f1)}",
    ]
    for title, tallies in (
        ("source", result.by_source),
        ("operator", result.by_operator),
        ("rule", result.by_rule),
    ):
        lines += ["", *_table(title, tallies)]
    for title, predictions in (
        ("Devices disagree with the rules:", result.disagreements),
        ("The rules do not decide:", result.undecided),
    ):
        if predictions:
            lines += ["", title, *(f"  {_line(one)}" for one in predictions)]
    return "\n".join(lines)


def _table(title: str, tallies: dict[str, Tally]) -> list[str]:
    names = [safe(name) for name in tallies]
    width = max(len(name) for name in [title, *names])
    head = f"{title:<{width}}  {'n':>4} {'unknown':>7} {'precision':>9} {'recall':>7} {'F1':>7}"
    return [
        head,
        *(
            f"{name:<{width}}  {one.n:>4} {one.unknown:>7} {_percent(one.precision):>9} "
            f"{_percent(one.recall):>7} {_percent(one.f1):>7}"
            for name, one in zip(names, tallies.values())
        ),
    ]


def _line(one: Prediction) -> str:
    case = one.case
    seen = "ran on the DLA" if case.runs_on_dla else "fell back"
    where = " ".join(filter(None, (case.soc, case.tensorrt, case.precision))) or "anywhere"
    rules = safe(one.problem, 200) or ", ".join(one.rules) or "no rule against it"
    what = f"{safe(case.key)} {safe(case.operator)} on {where}"
    return f"{what}: {seen}; rules: {one.placement} ({rules})"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def _dicts(tallies: dict[str, Tally]) -> dict[str, Any]:
    return {name: tally.as_dict() for name, tally in tallies.items()}


def _prediction(one: Prediction) -> dict[str, Any]:
    case: Case = one.case
    return {
        "case": case.key,
        "onnx_op": case.operator,
        "parameters": dict(case.parameters),
        "soc": case.soc,
        "trt_version": case.tensorrt,
        "precision": case.precision,
        "predicted": one.placement,
        "runs_on_dla": case.runs_on_dla,
        "rules": list(one.rules),
        "problem": one.problem,
        "message": case.message,
        "source": case.source,
    }
