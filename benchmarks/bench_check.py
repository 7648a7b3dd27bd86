"""The checker against loading the same model with onnx and inferring its shapes."""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

import onnx

from benchmarks.check_models import LARGE, SIZES, chain_name
from benchmarks.measure import (
    Result,
    Usage,
    alternate,
    growth,
    median_ratio,
    median_seconds,
    run,
)

ROOT = Path(__file__).resolve().parent.parent
DENSENET = Path(onnx.__file__).parent / "backend/test/data/light/light_densenet121.onnx"
PEER = "import onnx, sys; onnx.shape_inference.infer_shapes(onnx.load(sys.argv[1]))"
PAIRS, RUNS = 5, 7
LARGE_TIME, LARGE_MEMORY = 0.25, 0.3
DENSENET_SECONDS, HELP_SECONDS = 1, 0.2
LINEAR = 1.5
"""How much dearer a further node may get; time that grows with the square would give 2.6."""

FALLS_BACK = (0, 1)
"""Exit codes of a check that could read the model: 1 says that layers fall back."""


def results() -> list[Result]:
    """Return time and memory of a large model, of a real one, of the help, and their growth."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # In a process of its own: a process starts out with the peak memory of the one it is from.
        run([sys.executable, "-m", "benchmarks.check_models", name], ROOT)
        return [
            *_large(folder / LARGE),
            _seconds("check of densenet121-light", _check(DENSENET), DENSENET_SECONDS),
            _seconds("python -m measure --help", _measure("--help"), HELP_SECONDS),
            growth(
                "check of a chain, growth of time",
                {nodes: _median(_check(folder / chain_name(nodes)), 3) for nodes in SIZES},
                LINEAR,
            ),
        ]


def _large(model: Path) -> list[Result]:
    ours, peer = alternate(
        _check(model), [sys.executable, "-c", PEER, str(model)], ROOT, PAIRS, allowed=FALLS_BACK
    )
    size = f"{model.stat().st_size / 1e6:.0f} MB model"
    seconds = f"{median_seconds(ours):.2f} s against {median_seconds(peer):.2f} s"
    peaks = f"{_peak(ours):.0f} MB against {_peak(peer):.0f} MB"
    detail = f", median of {PAIRS} pairs"
    return [
        Result(
            f"check of a {size} / onnx.load and infer_shapes, time",
            median_ratio(ours, peer),
            LARGE_TIME,
            "x",
            seconds + detail,
        ),
        Result(
            f"check of a {size} / onnx.load and infer_shapes, peak memory",
            median_ratio(ours, peer, "peak_mb"),
            LARGE_MEMORY,
            "x",
            peaks + detail,
        ),
    ]


def _seconds(name: str, command: list[str], budget: float) -> Result:
    return Result(name, _median(command, RUNS), budget, "s", f"median of {RUNS}")


def _median(command: list[str], times: int) -> float:
    run(command, ROOT, allowed=FALLS_BACK)
    return median_seconds([run(command, ROOT, allowed=FALLS_BACK) for _ in range(times)])


def _peak(usages: list[Usage]) -> float:
    return statistics.median(usage.peak_mb for usage in usages)


def _check(model: Path) -> list[str]:
    return _measure("check", str(model))


def _measure(*words: str) -> list[str]:
    return [sys.executable, "-m", "measure", *words]
