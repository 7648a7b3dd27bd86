"""Where runs lie, and how they are called."""

from __future__ import annotations

import os
import re
import secrets
import time
from pathlib import Path

from measure.errors import UserError
from measure.journal.files import write_whole
from measure.journal.journal import read_journal

RUNS_VARIABLE = "DLA_MEASURE_RUNS"
JOURNAL = "journal.jsonl"
NEWEST = "newest"
"""Stands for the newest run that was broken off, where a run is named to go on with."""
COMPLETE = "complete"
"""Outcome in the last record of a run that went through its plan."""
ENGINES, NETWORKS = "engines", "networks"
_DEVICE_ID = "device-id"
_SHOWN = 5
"""Runs that are named where another was asked for."""
_IS_NAME = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_IS_ID = re.compile(r"[0-9a-f]{12}")


def runs_folder(given: str | None = None) -> Path:
    """Return the folder of all runs: the one given, DLA_MEASURE_RUNS, or runs/.

    Raises
    ------
    UserError
        When a file stands where it is to be.
    """
    runs = Path(given or os.environ.get(RUNS_VARIABLE) or "runs").absolute()
    there = next(path for path in (runs, *runs.parents) if os.path.lexists(str(path)))
    if not os.path.isdir(str(there)):
        raise UserError(f"{there} is no folder; name another by --runs or {RUNS_VARIABLE}")
    return runs


def new_run(backend: str) -> str:
    """Return a name for a new run."""
    return f"{time.strftime('%Y%m%d', time.gmtime())}-{backend}-{secrets.token_hex(3)}"


def device_id(runs: Path) -> str:
    """Return the random name of this device, chosen when it first measures."""
    path = runs / _DEVICE_ID
    try:
        found = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        write_whole(path, f"{secrets.token_hex(6)}\n".encode())
        return device_id(runs)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserError(f"{path} cannot be read: {reason}; delete it to get a new one") from None
    if not _IS_ID.fullmatch(found):
        # Whoever wrote something else in may have written what names the device.
        raise UserError(f"{path} is no random name of twelve digits; delete it to get a new one")
    return found


def run_folder(runs: Path, name: str) -> Path:
    """Return the folder of a run by its name.

    Raises
    ------
    UserError
        When there is none.
    """
    folder = runs / name
    if Path(name).name != name or not has_journal(folder):
        names = [path.parent.name for path in _newest_first(runs)]
        older = f" and {len(names) - _SHOWN} older" if len(names) > _SHOWN else ""
        raise UserError(
            f"there is no run {name!r} in {runs}; there is "
            f"{', '.join(names[:_SHOWN]) or 'none'}{older}; name the folder of a run or its name"
        )
    return folder


def find_run(given: str, runs: str | None = None) -> Path:
    """Return the folder of a run, from that or from its name.

    Raises
    ------
    UserError
        When it is neither.
    """
    folder = Path(given)
    return folder if has_journal(folder) else run_folder(runs_folder(runs), given)


def has_journal(folder: Path) -> bool:
    """Say whether a folder is that of a run; a name that no folder can have is none."""
    return os.path.isfile(str(folder / JOURNAL))


def is_run_name(name: str) -> bool:
    """Say whether a text is such as runs are called."""
    return bool(_IS_NAME.fullmatch(name))


def unfinished(runs: Path, plan: str = "plan") -> str:
    """Return the name of the newest run that has a plan if it isn't complete; else nothing.

    Parameters
    ----------
    plan
        Type of the record that holds the plan: runs of another kind have another.
    """
    for path in _newest_first(runs):
        try:
            records = read_journal(path)
        except UserError:
            continue
        if any(record["type"] == plan for record in records):
            is_complete = any(record.get("outcome") == COMPLETE for record in records)
            return "" if is_complete else path.parent.name
    return ""


def _newest_first(runs: Path) -> list[Path]:
    """Return the journals of all runs."""
    journals = runs.glob(f"*/{JOURNAL}")
    return sorted(journals, key=lambda path: path.stat().st_mtime_ns, reverse=True)
