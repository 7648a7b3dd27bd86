"""Fail where the tests leave out more than a twentieth of the lines or branches of device code.

Run after ``pytest --cov``; which packages count is configured in pyproject.toml.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from coverage import Coverage

LEAST_PERCENT = 95.0
SHOWN = 10


def main() -> int:
    """Print both shares and, where one is too small, the files that miss most."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        coverage = Coverage()
        coverage.load()
        coverage.json_report(outfile=str(report))
        found = json.loads(report.read_text(encoding="utf-8"))
    totals = found["totals"]
    lines = 100 * totals["covered_lines"] / totals["num_statements"]
    branches = 100 * totals["covered_branches"] / totals["num_branches"]
    print(f"device code: {lines:.1f} % of lines and {branches:.1f} % of branches are tested")
    if min(lines, branches) >= LEAST_PERCENT:
        return 0
    missing = {
        name: file["summary"]["missing_lines"] + file["summary"]["missing_branches"]
        for name, file in found["files"].items()
    }
    print(f"{LEAST_PERCENT:g} % of each are needed; most is missing in", file=sys.stderr)
    for name in sorted(missing, key=lambda name: -missing[name])[:SHOWN]:
        file = found["files"][name]
        text = f"lines {file['missing_lines']}, branches {file['missing_branches']}"
        print(f"  {name}: {text}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
