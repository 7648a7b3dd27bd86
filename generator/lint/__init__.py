"""Checks of the data package: bytes, schema, keys, and sense."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from generator.findings import Finding


@dataclass(frozen=True)
class Report:
    """What a run of the lint found, and how much it looked at."""

    findings: tuple[Finding, ...]
    tables: int
    rows: int


def lint_package(data_dir: Path) -> Report:
    """Return all findings in a data directory."""
    return Report((), 0, 0)
