"""Which version of this program measures."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_DIGITS = 12


def code_version() -> str:
    """Return git's commit with + if measure/ was changed since; else a hash of the sources."""
    commit = _git("rev-parse", f"--short={_DIGITS}", "HEAD")
    # The files of a bundle may lie in a repository that has nothing to do with them.
    if not commit or not _git("ls-files", "--", str(_PACKAGE)):
        return f"sources-{_hash_of_sources()}"
    changed = _git("status", "--porcelain", "--", str(_PACKAGE))
    return f"{commit}+" if changed else commit


def _git(*words: str) -> str:
    """Return what git answers; empty where there is no git or no repository."""
    try:
        finished = subprocess.run(
            ["git", "-C", str(_PACKAGE), *words], capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return finished.stdout.strip() if finished.returncode == 0 else ""


def _hash_of_sources() -> str:
    """Return a hash of all modules, as a bundle without git has them."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        digest.update(f"{path.relative_to(_PACKAGE).as_posix()}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:_DIGITS]
