"""Every word that a run can write into a column of few words is one that the column takes."""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING

import pytest

from measure.backends import onnxruntime, trtexec
from measure.compare import comparison
from measure.device.release import PRODUCT
from measure.modes import outcome
from measure.recorded import records, subject
from measure.results import files, pairs, result_rows, throughput_figures
from measure.run import job_records, plan
from measure.statistics import stopping
from measure.trtexec import options, placement
from tests.measure.codes import REPOSITORY

if TYPE_CHECKING:
    from types import ModuleType

ENGINES = {re.sub(r"\d", "", engine) for engine in plan.ENGINES}
GIVEN_UP = {job_records.FAILED, job_records.REFUSED, job_records.INTERRUPTED}
STOPS = {stopping.NARROW, stopping.CAP, *GIVEN_UP}
POLICIES = {outcome.PINNED, outcome.DVFS}


def function(module: ModuleType, name: str) -> ast.FunctionDef:
    """Return a function's syntax tree."""
    assert module.__file__ is not None
    with open(module.__file__, encoding="utf-8") as stream:
        body = ast.parse(stream.read()).body
    return next(one for one in body if isinstance(one, ast.FunctionDef) and one.name == name)


def returned(module: ModuleType, name: str) -> set[str]:
    """Return the words that a function returns as they stand there, in whichever case."""
    nodes = (one for one in ast.walk(function(module, name)) if isinstance(one, ast.Return))
    below = (inner for node in nodes if node.value for inner in words(node.value))
    return {word for word in below if word}


def words(node: ast.expr) -> list[str]:
    """Return the words that an expression may be."""
    if isinstance(node, ast.IfExp):
        return [*words(node.body), *words(node.orelse)]
    if isinstance(node, ast.Tuple):
        return words(node.elts[0])
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def difference_codes() -> set[str]:
    """Return the codes of differences that a comparison can find."""
    modules = (REPOSITORY / "measure/compare").glob("*.py")
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in modules]
    calls = [one for tree in trees for one in ast.walk(tree) if isinstance(one, ast.Call)]
    named = [one for one in calls if getattr(one.func, "id", "") in ("Difference", "_unlike")]
    return {word for call in named for word in words(call.args[0])}


WRITTEN = [
    ("runs", "backend", {trtexec.NAME, onnxruntime.NAME, records.BACKEND}),
    ("runs", "clock_policy", POLICIES),
    ("runs", "product", {PRODUCT}),
    ("builds", "engine", ENGINES | {placement.DLA, placement.GPU}),
    ("builds", "precision", {*plan.PRECISIONS, subject.INT8, subject.FP16, subject.FP32}),
    ("builds", "quantization", returned(plan, "_quantization")),
    ("builds", "quantization", returned(subject, "quantization_of")),
    ("builds", "weights", set(plan.WEIGHTS)),
    ("results", "engine", ENGINES),
    ("results", "precision", set(plan.PRECISIONS)),
    ("results", "quantization", returned(subject, "quantization_of")),
    ("results", "aggregation", {"per_core", *returned(result_rows, "_aggregation")}),
    ("results", "clock_policy", POLICIES),
    ("results", "transfers", {options.INCLUDED, options.EXCLUDED, options.UNKNOWN}),
    ("results", "transfers", returned(result_rows, "transfers")),
    (
        "results",
        "interval_basis",
        {throughput_figures.SEGMENTS, throughput_figures.BLOCKS, throughput_figures.NONE},
    ),
    ("results", "stop_reason", STOPS),
    ("segments", "role", {pairs.IDLE, pairs.LOAD, pairs.HOST, pairs.RATE, pairs.ENDURANCE}),
    ("files", "role", {"journal", *(role for *_, role in files._ROLES)}),
    (
        "comparisons",
        "verdict",
        {comparison.INSIDE, comparison.OUTSIDE, comparison.NO_INTERVAL},
    ),
]


def allowed(table: str, column: str) -> set[str]:
    """Return the words that the data package allows in a column."""
    package = json.loads((REPOSITORY / "data/datapackage.json").read_text(encoding="utf-8"))
    resource = next(one for one in package["resources"] if one["path"] == f"measured/{table}.csv")
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    return set(fields[column]["constraints"]["enum"])


@pytest.mark.parametrize(("table", "column", "written"), WRITTEN)
def test_words_of_a_column(table: str, column: str, written: set[str]) -> None:
    assert written
    assert written <= allowed(table, column)


def test_differences() -> None:
    """The column lists every code that a comparison finds, and no others."""
    assert allowed("comparisons", "first_difference") == {"none", *difference_codes()}
