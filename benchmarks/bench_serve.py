"""From saving a CSV to the changed page under ``mkdocs serve`` of the shipped site."""

from __future__ import annotations

import csv
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
    from collections.abc import Callable, Sequence

EDITS = 7
BUDGET = 2.0
FIGURES = ("2036", "2035")
"""Both are allowed by the lint in the place of the published figure they stand in for."""

TITLES = ("First title of a message", "Second title of a message")


def results() -> list[Result]:
    """Return the median times from an edit to the page that shows it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = folder / "data"
        shutil.copytree(ROOT / "data", data)
        throughput, messages = data / "published/throughput.csv", data / "operators/messages.csv"
        with serving(ROOT / "mkdocs.yml", {"DLA_ATLAS_DATA": str(data)}) as address:
            figure = _latencies(
                f"{address}throughput/", FIGURES, lambda text: _edit_figure(throughput, text)
            )
            title = _latencies(
                f"{address}operators/messages/", TITLES, lambda text: _edit_title(messages, text)
            )
        config = bare_project(folder)
        page = folder / "docs" / "throughput.md"
        original = page.read_text(encoding="utf-8")
        with serving(config, {}) as address:
            bare = _latencies(
                f"{address}throughput/",
                FIGURES,
                lambda text: page.write_text(f"{original}\n\n{text}\n", "utf-8"),
            )
    peer = f"; bare mkdocs serve of the same pages: {statistics.median(bare):.2f} s"
    return [
        _result("edit of a figure to the changed page", figure, peer),
        _result("edit of a table of the operators to the changed page", title, peer),
    ]


def _result(name: str, seconds: list[float], peer: str) -> Result:
    detail = f"median of {EDITS}, {min(seconds):.2f} to {max(seconds):.2f} s"
    return Result(name, statistics.median(seconds), BUDGET, "s", detail + peer)


def _edit_figure(path: Path, figure: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(
        index
        for index, line in enumerate(lines)
        if line.startswith("resnet-50,") and ",maxn," in line
    )
    for old in ("2037", *FIGURES):
        lines[at] = lines[at].replace(f",{old},", f",{figure},")
    path.write_text("".join(lines), encoding="utf-8")


def _edit_title(path: Path, title: str) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        header, first, *others = csv.reader(file)
    first[header.index("title")] = title
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, first, *others])


def _latencies(address: str, texts: Sequence[str], edit: Callable[[str], object]) -> list[float]:
    seconds = []
    for number in range(EDITS):
        time.sleep(1)
        text = texts[number % len(texts)]
        start = time.perf_counter()
        edit(text)
        wait_for(address, text)
        seconds.append(time.perf_counter() - start)
    return seconds
