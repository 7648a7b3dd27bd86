"""A report as JSON, in the form that schema.json describes."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from measure.device.doctor.report import OK, STOP, WARN

if TYPE_CHECKING:
    from measure.device.doctor.report import Report

SCHEMA = "dla-atlas/doctor/1"
"""Name and version of the form; the version changes when a key goes or changes its meaning."""


def as_json(report: Report) -> str:
    """Return a report as JSON text."""
    stored = {
        "schema": SCHEMA,
        "jetson": report.is_jetson,
        "summary": {verdict: report.count(verdict) for verdict in (OK, WARN, STOP)},
        "checks": [asdict(check) for check in report.checks],
    }
    return json.dumps(stored, indent=1, ensure_ascii=True, allow_nan=False) + "\n"
