"""Judge nodes by the rules of the data package."""

from __future__ import annotations

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
    "DLA",
    "GPU",
    "UNKNOWN",
    "NetworkContext",
    "Reason",
    "Verdict",
]
