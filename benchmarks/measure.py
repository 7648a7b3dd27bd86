"""Run commands side by side and compare what they took."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Usage:
    """What one run of a command took."""

    seconds: float
    peak_mb: float


@dataclass(frozen=True)
class Result:
    """One line of a benchmark: what was measured and whether it is within its budget."""

    name: str
    measured: float
    budget: float
    unit: str
    detail: str
    at_least: bool = False

    @property
    def passed(self) -> bool:
        """Return whether the budget is kept."""
        within = self.measured >= self.budget if self.at_least else self.measured <= self.budget
        return bool(within)

    def __str__(self) -> str:
        """Return the line that is printed."""
        verdict = "ok  " if self.passed else "MISS"
        sign = "≥" if self.at_least else "≤"
        return (
            f"{verdict} {self.name}: {self.measured:.2f} {self.unit} "
            f"(budget {sign} {self.budget:g}); {self.detail}"
        )


def run(
    command: Sequence[str],
    cwd: Path,
    env: Mapping[str, str] | None = None,
    allowed: Collection[int] = (0,),
) -> Usage:
    """Run a command to its end; of its processes, the largest gives the peak memory.

    Raises
    ------
    RuntimeError
        It exited with a status that is not allowed.
    """
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", **(env or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if process.returncode not in allowed:
        sys.stderr.buffer.write(errors)
        raise RuntimeError(f"{' '.join(command)} exited with {process.returncode}")
    return Usage(seconds, usage.ru_maxrss / 1024)


def alternate(
    ours: Sequence[str],
    peer: Sequence[str],
    cwd: Path,
    rounds: int,
    allowed: Collection[int] = (0,),
) -> tuple[list[Usage], list[Usage]]:
    """Run two commands in turn, after one uncounted run of each; ours may exit as `allowed`."""
    run(ours, cwd, allowed=allowed)
    run(peer, cwd)
    pairs = [(run(ours, cwd, allowed=allowed), run(peer, cwd)) for _ in range(rounds)]
    return [first for first, _ in pairs], [second for _, second in pairs]


def growth(name: str, values: Mapping[int, float], budget: float) -> Result:
    """Return how the value at the last of three sizes compares with linear growth.

    A straight line through the first two sizes predicts the third; a constant start is no fault.
    """
    first, second, third = values
    slope = (values[second] - values[first]) / (second - first)
    expected = values[second] + max(slope, 0) * (third - second)
    series = ", ".join(f"{size}: {value:.1f}" for size, value in values.items())
    return Result(f"{name}: measured / linear", values[third] / expected, budget, "x", series)


def median_seconds(usages: Sequence[Usage]) -> float:
    """Return the median of the seconds."""
    return statistics.median(usage.seconds for usage in usages)


def median_ratio(ours: Sequence[Usage], peer: Sequence[Usage], field: str = "seconds") -> float:
    """Return the median of the ratios, pair by pair."""
    return statistics.median(
        getattr(mine, field) / getattr(other, field) for mine, other in zip(ours, peer, strict=True)
    )
