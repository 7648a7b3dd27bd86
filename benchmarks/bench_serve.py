"""From saving a CSV to the changed page under ``mkdocs serve`` of the shipped site."""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.bench_site import ROOT, bare_project
from benchmarks.measure import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EDITS = 7
BUDGET = 2.0
PATIENCE = 60.0
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
    with _serving(config, env) as address:
        seconds = []
        for number in range(EDITS):
            time.sleep(1)
            figure = FIGURES[number % len(FIGURES)]
            start = time.perf_counter()
            edit(figure)
            _wait_for(f"{address}throughput/", figure)
            seconds.append(time.perf_counter() - start)
        return seconds


@contextmanager
def _serving(config: Path, env: dict[str, str]) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mkdocs", "serve", "-q", "-f", str(config)]
    server = subprocess.Popen(
        [*command, "--dev-addr", f"127.0.0.1:{port}"],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", **env},
    )
    try:
        address = f"http://127.0.0.1:{port}/"
        _wait_for(f"{address}throughput/", "Throughput")
        yield address
    finally:
        server.terminate()
        server.wait()


def _wait_for(address: str, text: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
                if text in answer.read().decode():
                    return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.02)
    raise TimeoutError(f"{address} did not show {text!r} within {PATIENCE:.0f} s")
