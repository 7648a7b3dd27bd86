"""The archive for a device against tar and gzip at its own level, on a network's weights."""

from __future__ import annotations

import statistics
import tarfile
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Result
from measure.bundle.archive import Member, archive
from measure.networks.store import model_files

if TYPE_CHECKING:
    from collections.abc import Callable

NETWORK = "resnet-50"
ROUNDS = 3
GZIP_LEVEL = 6
TIME, SIZE = 0.5, 1.05


def results() -> list[Result]:
    """Return time and size of the archive of one network over those of the peer's."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (model,) = model_files([NETWORK], ["fp32"], ["dense"], None, folder)
        ours, theirs = folder / "ours.tar.gz", folder / "peer.tar.gz"
        pairs = [
            (_seconds(lambda: _pack(model.path, ours)), _seconds(lambda: _peer(model.path, theirs)))
            for _ in range(ROUNDS)
        ]
        size = ours.stat().st_size / theirs.stat().st_size
        detail = (
            f"{NETWORK}, {model.path.stat().st_size / 1e6:.0f} MB: "
            f"{statistics.median(mine for mine, _ in pairs):.1f} s and "
            f"{statistics.median(other for _, other in pairs):.1f} s, medians of {ROUNDS} in turn"
        )
    ratio = statistics.median(mine / other for mine, other in pairs)
    return [
        Result("bundle / tar with gzip, time", ratio, TIME, "x", detail),
        Result("bundle / tar with gzip, size", size, SIZE, "x", detail),
    ]


def _pack(model: Path, out: Path) -> None:
    with out.open("wb") as stream:
        stream.writelines(archive([Member(model.name, model)]))


def _peer(model: Path, out: Path) -> None:
    with tarfile.open(out, "w:gz", compresslevel=GZIP_LEVEL) as tar:
        tar.add(model, model.name)


def _seconds(act: Callable[[], None]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
