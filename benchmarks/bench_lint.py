"""A million observations linted, against reading and validating them with pandas and pandera."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Result, Usage, alternate, growth, median_ratio, median_seconds, run

ROOT = Path(__file__).resolve().parent.parent
SIZES = (10_000, 100_000, 1_000_000)
SECONDS, MEGABYTES = 30, 2000
LINEAR = 2
"""How much dearer a further row may get; 10 would be quadratic, and tables outgrow the caches."""
SHIPPED, ROUNDS = 1.6, 5
RUNS = 3
"""Runs of one command, of which the fastest counts."""
SLOWER = 2.5
"""The peer knows neither keys nor sense, and gives no line of the file; it is not to be beaten."""


def results() -> list[Result]:
    """Return time and memory at the largest size, how both grow, and what the peer takes."""
    ours = {}
    with tempfile.TemporaryDirectory() as name:
        for size in SIZES:
            folder = Path(name) / str(size)
            folder.mkdir()
            run(_module("benchmarks.lint_tables", str(folder), str(size)), ROOT)
            ours[size] = _best(_module("generator", "lint", "--data", str(folder)))
        largest = SIZES[-1]
        peer = _best(_module("benchmarks.lint_peer", str(folder)))
    best = f"fastest of {RUNS} runs"
    return [
        Result(f"lint {largest} rows, time", ours[largest].seconds, SECONDS, "s", best),
        Result(f"lint {largest} rows, peak", ours[largest].peak_mb, MEGABYTES, "MB", best),
        growth(
            "lint, growth of time", {size: usage.seconds for size, usage in ours.items()}, LINEAR
        ),
        growth(
            "lint, growth of peak memory",
            {size: usage.peak_mb for size, usage in ours.items()},
            LINEAR,
        ),
        _against(peer, ours[largest]),
        _shipped(),
    ]


def _shipped() -> Result:
    # pandera loads half of itself, and hypothesis where it is installed, at its first validation.
    script = (
        "import pandas, generator.lint.run, pandera.pandas as pa; "
        "pa.SeriesSchema(checks=pa.Check.ge(0)).validate(pandas.Series([1]))"
    )
    lint = _module("generator", "lint")
    ours, imports = alternate(lint, [sys.executable, "-c", script], ROOT, ROUNDS)
    detail = f"{median_seconds(ours):.2f} s against {median_seconds(imports):.2f} s"
    ratio = median_ratio(ours, imports)
    return Result("lint of the shipped data / its imports alone", ratio, SHIPPED, "x", detail)


def _best(command: list[str]) -> Usage:
    usages = [run(command, ROOT) for _ in range(RUNS)]
    return min(usages, key=lambda usage: usage.seconds)


def _against(peer: Usage, ours: Usage) -> Result:
    detail = (
        f"{ours.seconds:.1f} s and {ours.peak_mb:.0f} MB with keys, sense and lines, "
        f"against {peer.seconds:.1f} s and {peer.peak_mb:.0f} MB for constraints alone"
    )
    return Result(
        "lint / read_csv and pandera, time", ours.seconds / peer.seconds, SLOWER, "x", detail
    )


def _module(*arguments: str) -> list[str]:
    return [sys.executable, "-m", *arguments]


if __name__ == "__main__":
    found = results()
    for result in found:
        print(result)
    sys.exit(0 if all(result.passed for result in found) else 1)
