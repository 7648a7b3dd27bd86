"""What the site's own commands say of a data package: mistakes, and pages that change."""

from __future__ import annotations

import difflib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measure.errors import UserError

_NEEDS_SITE = (
    "publishing needs the part that builds the site; run it in a checkout of the repository: "
    "make publish RUN=runs/…"
)


@dataclass(frozen=True)
class PageDiff:
    """One page that changes.

    Parameters
    ----------
    status
        ``new``, ``changed`` or ``gone``.
    lines
        The unified difference of its Markdown.
    """

    path: str
    status: str
    lines: list[str]


def lint(data: Path) -> list[dict[str, Any]]:
    """Return what the lint finds in a data package, one mapping a finding."""
    done = _generator("lint", "--data", str(data), "--json")
    if done.returncode not in (0, 1):
        raise UserError(f"the lint did not run: {_last_line(done)}")
    found = json.loads(done.stdout)
    return list(found)


def render_pages(data: Path, folder: Path) -> None:
    """Write the pages of a data package into a folder."""
    done = _generator("pages", "--data", str(data), "--out", str(folder))
    if done.returncode:
        raise UserError(f"the pages cannot be made: {_last_line(done)}")


def compare_pages(before: Path, after: Path) -> list[PageDiff]:
    """Return the Markdown pages that differ between two folders, by path."""
    old, new = _pages(before), _pages(after)
    found = []
    for path in sorted(old.keys() | new.keys()):
        was, is_now = old.get(path), new.get(path)
        if was == is_now:
            continue
        status = "new" if was is None else "gone" if is_now is None else "changed"
        lines = difflib.unified_diff(
            (was or "").splitlines(), (is_now or "").splitlines(), "before", "after", "", "", 0, ""
        )
        found.append(PageDiff(path, status, list(lines)[2:]))
    return found


def _pages(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.md")
    }


def _generator(*words: str) -> subprocess.CompletedProcess[str]:
    repository = Path(__file__).resolve().parent.parent.parent
    if not (repository / "generator").is_dir():
        raise UserError(_NEEDS_SITE)
    done = subprocess.run(
        [sys.executable, "-m", "generator", *words],
        cwd=str(repository),
        capture_output=True,
        text=True,
        check=False,
    )
    if "No module named" in done.stderr:
        raise UserError(_NEEDS_SITE)
    return done


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    said = (done.stderr or done.stdout).strip().splitlines()
    return said[-1] if said else f"exit code {done.returncode}"
