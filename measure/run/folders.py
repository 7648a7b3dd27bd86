"""Where runs lie, and how they are called."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path

from measure.errors import UserError
from measure.journal.files import write_whole
from measure.journal.journal import read_journal

RUNS_VARIABLE = "DLA_MEASURE_RUNS"
JOURNAL = "journal.jsonl"
COMPLETE = "complete"
"""Outcome in the last record of a run that went through its plan."""
ENGINES, NETWORKS = "engines", "networks"
_DEVICE_ID = "device-id"


def runs_folder(given: str | None = None) -> Path:
    """Return the folder of all runs: the one given, DLA_MEASURE_RUNS, or runs/."""
    return Path(given or os.environ.get(RUNS_VARIABLE) or "runs").absolute()


def new_run(backend: str) -> str:
    """Return a name for a new run."""
    return f"{time.strftime('%Y%m%d', time.gmtime())}-{backend}-{secrets.token_hex(3)}"


def device_id(runs: Path) -> str:
    """Return the random name of this device, chosen when it first measures."""
    path = runs / _DEVICE_ID
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        write_whole(path, f"{secrets.token_hex(6)}\n".encode())
        return device_id(runs)
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be read: {error}; delete it to get a new one") from None


def run_folder(runs: Path, name: str) -> Path:
    """Return the folder of a run by its name.

    Raises
    ------
    UserError
        When there is none.
    """
    folder = runs / name
    if Path(name).name != name or not (folder / JOURNAL).is_file():
        known = ", ".join(sorted(path.parent.name for path in _journals(runs))) or "none"
        raise UserError(f"there is no run {name!r} in {runs}; there is {known}")
    return folder


def place_of(given: Path) -> Path:
    """Return the folder of a run, from that or from its name; what is given if neither is one."""
    named = runs_folder() / given.name
    is_name = len(given.parts) == 1 and not (given / JOURNAL).is_file()
    return named if is_name and (named / JOURNAL).is_file() else given


def unfinished(runs: Path, plan: str = "plan") -> str:
    """Return the name of the newest run that has a plan if it isn't complete; else nothing.

    Parameters
    ----------
    plan
        Type of the record that holds the plan: runs of another kind have another.
    """
    for path in sorted(_journals(runs), key=lambda path: path.stat().st_mtime_ns, reverse=True):
        try:
            records = read_journal(path)
        except UserError:
            continue
        if any(record["type"] == plan for record in records):
            is_complete = any(record.get("outcome") == COMPLETE for record in records)
            return "" if is_complete else path.parent.name
    return ""


def _journals(runs: Path) -> list[Path]:
    return list(runs.glob(f"*/{JOURNAL}"))
