"""The browser of the tests and benchmarks."""

from __future__ import annotations

import os
import shutil


def find_chromium() -> str | None:
    """Return the browser to test with: what CHROMIUM names, else what is installed."""
    named = os.environ.get("CHROMIUM")
    return named or shutil.which("chromium", path="/usr/bin") or shutil.which("chromium")
