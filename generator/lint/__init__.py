"""Checks of the data package: bytes, cells, schema, keys, and sense.

Each layer looks at what the one below left standing, and all of them report into one collector.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.findings import Finding


@dataclass(frozen=True)
class Report:
    """What a run of the lint found, and how much it looked at."""

    findings: tuple[Finding, ...]
    tables: int
    rows: int


def lint_package(data_dir: Path) -> Report:
    """Return all findings in a data directory.

    Parameters
    ----------
    data_dir
        The folder that holds ``datapackage.json``.
    """
    from generator.lint.run import Run

    return Run(Path(data_dir)).report()


def shown_path(path: Path) -> str:
    """Return a path as findings name it: relative to the working directory if it is below it."""
    relative = os.path.relpath(path)
    return path.as_posix() if relative.startswith("..") else Path(relative).as_posix()
