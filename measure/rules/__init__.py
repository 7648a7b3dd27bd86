"""Judge nodes by the rules of the data package."""

from __future__ import annotations

from measure.rules.book import RuleBook, load_rules
from measure.rules.cases import CASE, graph_from_case
from measure.rules.verdict import (
    BUILD_TIME,
    DLA,
    GPU,
    UNKNOWN,
    NetworkContext,
    Reason,
    Verdict,
)

__all__ = [
    "BUILD_TIME",
    "CASE",
    "DLA",
    "GPU",
    "UNKNOWN",
    "NetworkContext",
    "Reason",
    "RuleBook",
    "Verdict",
    "graph_from_case",
    "load_rules",
]
