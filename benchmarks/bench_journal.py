"""An append to the journal against a plain append with fsync of the same lines."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Result
from measure.journal.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
APPENDS = 400
MILLISECONDS, OVER_PEER_MS = 5.0, 1.0
RAILS = ("VDD_GPU_SOC", "VDD_CPU_CV", "VIN_SYS_5V0", "VDDQ_VDD2_1V8AO")
SEGMENT = {
    "type": "segment",
    "job": "0123456789abcdef",
    "role": "load",
    "blocks": [1018.5 + second / 7 for second in range(60)],
    "power": {
        rail: {"mean_w": 5.123456, "codes": 9, "samples": 2750, "lsb_w": 0.394} for rail in RAILS
    },
    "before": {"boot_id": "0" * 36, "temperatures": {str(zone): 50.5 for zone in range(9)}},
}


def results() -> list[Result]:
    """Return the median time of an append, alone and beside the peer's of the same line."""
    # Where runs lie by default; /tmp may be in memory, where nothing costs anything.
    with tempfile.TemporaryDirectory(dir=ROOT) as name:
        folder = Path(name)
        with Journal.open(folder / "journal.jsonl") as journal:
            journal.append(SEGMENT)
            line = (folder / "journal.jsonl").read_bytes()
            peer = os.open(folder / "peer.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            try:
                ours, theirs = _alternate(
                    lambda: journal.append(SEGMENT), lambda: _append(peer, line)
                )
            finally:
                os.close(peer)
    median, median_peer = statistics.median(ours), statistics.median(theirs)
    detail = (
        f"write and fsync of the same {len(line)} bytes: {median_peer:.2f} ms; "
        f"medians of {APPENDS} in turn, 99th percentile {sorted(ours)[APPENDS * 99 // 100]:.2f} ms"
    )
    over = statistics.median(mine - other for mine, other in zip(ours, theirs, strict=True))
    return [
        Result("append to the journal", median, MILLISECONDS, "ms", detail),
        Result("append to the journal, above write and fsync", over, OVER_PEER_MS, "ms", detail),
    ]


def _append(descriptor: int, line: bytes) -> None:
    os.write(descriptor, line)
    os.fsync(descriptor)


def _alternate(ours: Callable[[], object], peer: Callable[[], object]) -> tuple[list[float], ...]:
    """Call both in turn; return milliseconds of each call."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(APPENDS):
        for call, times in zip((ours, peer), taken, strict=True):
            start = time.perf_counter()
            call()
            times.append(1000 * (time.perf_counter() - start))
    return taken
