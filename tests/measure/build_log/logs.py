"""The hand-made logs, and the real ones where they are at hand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from measure.build_log.as_json import as_json
from measure.build_log.build_log import BuildLog, read_build_log
from measure.build_log.summary import Summary, summarize
from measure.errors import UserError

REPOSITORY = Path(__file__).resolve().parents[3]
CORPUS = REPOSITORY / "tests" / "measure" / "corpus" / "logs"
REAL_LOGS = Path(os.environ.get("DLA_ATLAS_LOGS", REPOSITORY.parent / "shared" / "logs"))


def corpus_files() -> list[Path]:
    """Return every hand-made log, and those that fuzzing found."""
    return sorted(path for path in CORPUS.iterdir() if path.is_file())


def only_run(name: str) -> dict[str, Any]:
    """Return the one run of a hand-made log, in the form of JSON."""
    runs: list[dict[str, Any]] = as_json(read_build_log(str(CORPUS / name)))["runs"]
    (run,) = runs
    return run


def summary_of(name: str) -> Summary:
    """Return what the one run of a hand-made log comes to."""
    (run,) = read_build_log(str(CORPUS / name)).runs
    return summarize(run)


def real_log(name: str) -> str:
    """Return the path of a real log; without it the test is skipped."""
    path = REAL_LOGS / name
    if not path.is_file():
        pytest.skip("no real logs here: let DLA_ATLAS_LOGS name their folder")
    return str(path)


def read_or_refuse(path: Path) -> BuildLog | None:
    """Return the log, or nothing if it is refused, which has to take one line."""
    try:
        return read_build_log(str(path))
    except UserError as error:
        if "\n" in str(error):
            pytest.fail(f"more than one line: {error}")
        return None
