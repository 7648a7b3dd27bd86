"""From saving a CSV to the changed page under ``mkdocs serve`` of the shipped site."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.bench_site import ROOT, bare_project
from benchmarks.measure import Result
from tests.site.live import serving, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable

EDITS = 7
BUDGET = 2.0
FIGURES = ("2036", "2035")
"""Both are allowed by the lint in the place of the published figure they stand in for."""


def results() -> list[Result]:
    """Return the median time from an edit to the page that shows it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = folder / "data"
        shutil.copytree(ROOT / "data", data)
        ours = _latencies(
            ROOT / "mkdocs.yml",
            {"DLA_ATLAS_DATA": str(data)},
            lambda figure: _edit_row(data / "published" / "throughput.csv", figure),
        )
        config = bare_project(folder)
        page = folder / "docs" / "throughput.md"
        original = page.read_text(encoding="utf-8")
        bare = _latencies(
            config, {}, lambda figure: page.write_text(f"{original}\n\n{figure}\n", "utf-8")
        )
    median = statistics.median(ours)
    return [
        Result(
            "edit of a CSV to the changed page",
            median,
            BUDGET,
            "s",
            f"median of {EDITS}, {min(ours):.2f} to {max(ours):.2f} s; bare mkdocs serve of the "
            f"same pages: {statistics.median(bare):.2f} s",
        )
    ]


def _edit_row(path: Path, figure: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(
        index
        for index, line in enumerate(lines)
        if line.startswith("resnet-50,") and ",maxn," in line
    )
    for old in ("2037", *FIGURES):
        lines[at] = lines[at].replace(f",{old},", f",{figure},")
    path.write_text("".join(lines), encoding="utf-8")


def _latencies(config: Path, env: dict[str, str], edit: Callable[[str], object]) -> list[float]:
    with serving(config, env) as address:
        seconds = []
        for number in range(EDITS):
            time.sleep(1)
            figure = FIGURES[number % len(FIGURES)]
            start = time.perf_counter()
            edit(figure)
            wait_for(f"{address}throughput/", figure)
            seconds.append(time.perf_counter() - start)
        return seconds
