"""Each example of a rule comes out as the data say."""

from __future__ import annotations

import json

import pytest

from measure.rules import load_rules
from measure.tables import read_table
from tests.measure.rules.judging import judge, rules_of

EXAMPLES = [
    row
    for row in read_table("operators/rule-examples")
    if load_rules().rules[row["rule"]].scope == "layer"
]


@pytest.mark.parametrize("row", EXAMPLES, ids=[row["example"] for row in EXAMPLES])
def test_example_passes_or_violates_its_rule(row: dict[str, str]) -> None:
    verdict = judge(
        row["onnx_op"],
        json.loads(row["parameters"]),
        tensorrt=row["tensorrt"],
        soc=row["soc"],
        precision=row["precision"],
    )
    is_blocking = load_rules().rules[row["rule"]].is_blocking

    assert (row["outcome"] == "violates") == (row["rule"] in rules_of(verdict))
    if row["outcome"] == "violates":
        assert verdict.placement == "gpu" or not is_blocking
