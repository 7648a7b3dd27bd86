"""Sense of what builders were seen to do, and of what they print."""

# ruff: noqa: D401 - the docstring of a rule is what the rule says

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.facts.versions import in_range
from generator.lint.known_versions import known_versions
from generator.lint.rules import Flag, View, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

_EVIDENCE = ("evidence",)
_MESSAGES = ("messages",)
_PLACEHOLDER = re.compile(r"<([a-z ]+)>")
_FILLING = {"number": "12", "other number": "34", "type": "POW", "operation": "POW"}
"""What stands for what varies in a line; a name for all others."""


@rule("evidence.operator", "onnx_op", "operator", tables=_EVIDENCE)
def check_operator(view: View) -> Iterator[Flag]:
    """The operator of a node is the one observed, or none if ONNX has no such operator."""
    known = {operator for (operator,) in view.whole("operators", "operator")}

    def is_wrong(row: tuple) -> bool:
        return row[1] != (row[0] if row[0] in known else None)

    wrong = view.map_rows(("onnx_op", "operator"), is_wrong)
    problem = "it is not the operator of the node"
    yield Flag(wrong == 1, "operator", problem, "repeat the node's operator if ONNX has it")


@rule("evidence.version", "trt_version", "trt_version_basis", "platform", tables=_EVIDENCE)
def check_version(view: View) -> Iterator[Flag]:
    """The version of TensorRT is one that a release has, and there unless it is unknown."""
    known = known_versions(view)
    kinds = {"jetson": "tensorrt-jetson", "drive": "tensorrt-drive"}
    wrong = view.map_rows(
        ("trt_version", "platform"),
        lambda row: row[0] is not None and not known.is_known(row[0], kinds.get(row[1], "any")),
    )
    remedy = "write a version of releases.csv or tensorrt-versions.csv, or add it there"
    yield Flag(wrong == 1, "trt_version", "no release has such a version", remedy)
    wrong = view.is_missing("trt_version") != view.equals("trt_version_basis", "unknown")
    problem = "the basis is unknown if the version is, and only then"
    yield Flag(wrong, "trt_version_basis", problem, "mend one of the two")


@rule("evidence.witness", "kind", "message", tables=_EVIDENCE)
def check_witness(view: View) -> Iterator[Flag]:
    """What a device did has the line of the log that shows it."""
    wrong = view.equals("kind", "device", "measured") & view.is_missing("message")
    yield Flag(wrong, "message", "no line of a log shows it", "quote the line")


@rule("evidence.run", "kind", "run", tables=_EVIDENCE)
def check_run(view: View) -> Iterator[Flag]:
    """What this project's program measured names its run, and nothing else does."""
    wrong = view.equals("kind", "measured") == view.is_missing("run")
    problem = "a measured row has a run, and no other row has one"
    yield Flag(wrong, "run", problem, "mend one of kind and run")


@rule("evidence.rule", "rule", "runs_on_dla", "soc", "trt_version", tables=_EVIDENCE)
def check_rule(view: View) -> Iterator[Flag]:
    """A rule explains why a node did not run, and holds for its version and SoC."""
    rules = {row[0]: row[1:] for row in view.whole("rules", "rule", "since", "until", "soc")}

    def is_outside(row: tuple) -> bool:
        since, until, soc = rules.get(row[0], (None, None, "any"))
        fits_soc = "any" in (soc, row[1]) or soc == row[1]
        return not fits_soc or bool(row[2] and not in_range(row[2], since or "", until or ""))

    ran = (view.column("runs_on_dla") == 1) & ~view.is_missing("rule")
    yield Flag(ran, "rule", "the node ran on the DLA", "empty it, or mend runs_on_dla")
    outside = view.map_rows(("rule", "soc", "trt_version"), is_outside)
    problem = "the rule does not hold for this version or SoC"
    yield Flag(outside == 1, "rule", problem, "name one that does")


@rule("messages.regex", "regex", tables=_MESSAGES)
def check_regex(view: View) -> Iterator[Flag]:
    """The expression of a message is one of Python."""
    wrong = view.map_rows(("regex",), lambda row: _compiled(row[0]) is None)
    yield Flag(wrong == 1, "regex", "it can't be compiled", "mend it")


@rule("messages.pattern", "pattern", "regex", tables=_MESSAGES)
def check_pattern(view: View) -> Iterator[Flag]:
    """The expression of a message finds its own line, with names for what varies."""
    wrong = view.map_rows(("pattern", "regex"), lambda row: not _finds(row[0], row[1]))
    yield Flag(wrong == 1, "regex", "it doesn't find the line of its own row", "mend one of them")


def _compiled(regex: str | None) -> re.Pattern[str] | None:
    try:
        return re.compile(regex or "")
    except (re.error, OverflowError, RecursionError):
        return None


def _finds(pattern: str | None, regex: str | None) -> bool:
    """Return whether an expression finds a line; one that is no expression has its finding."""
    compiled = _compiled(regex)
    line = _PLACEHOLDER.sub(lambda name: _FILLING.get(name[1], "name_1"), pattern or "")
    return compiled is None or bool(compiled.search(line))
