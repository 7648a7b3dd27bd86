"""Kill -9 at two hundred random points of whole runs: nothing acknowledged is lost or doubled."""

from __future__ import annotations

import json
import random
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.measure.faults.measuring import ONE_CORE, Bench, check_outcome, proves

if TYPE_CHECKING:
    from pathlib import Path

KILLS, PARTS = 200, 8
LONGEST_S = 2.2
"""A little more than a run takes that goes on and has something left to do."""
TINY = {
    "load_s": 0.15,
    "idle_s": 0.08,
    "settle_s": 0.01,
    "tail_s": 0.01,
    "warmup_s": 0.02,
    "soak_window_s": 0.04,
    "soak_max_s": 0.04,
    "host_s": 0.08,
}


def acknowledged(journal: Path) -> bytes:
    """Return the whole lines of a journal."""
    content = journal.read_bytes()
    return content[: content.rfind(b"\n") + 1]


def next_words(bench: Bench, seen: dict[Path, bytes]) -> list[str]:
    """Return the command that goes on: the newest run if it is not at its end, else another."""
    newest = max(seen, key=lambda path: path.stat().st_mtime_ns, default=None)
    types = [json.loads(line)["type"] for line in seen[newest].splitlines()] if newest else []
    if newest and "plan" in types and "end" not in types:
        return ["run", "--models", str(bench.models), "--resume", newest.parent.name]
    return bench.words(ONE_CORE)


def kill_at_random(bench: Bench, draw: random.Random, seen: dict[Path, bytes]) -> bool:
    """Start what goes on, kill it at a random time; say whether it was alive until then."""
    process = bench.start(*next_words(bench, seen))
    try:
        _, err = process.communicate(timeout=draw.uniform(0.0, LONGEST_S))
    except subprocess.TimeoutExpired:
        bench.kill(process)
        killed = True
    else:
        assert process.returncode == 0, err
        killed = False
    for journal in bench.journals:
        now = acknowledged(journal)
        assert now.startswith(seen.get(journal, b"")), "acknowledged records are gone"
        seen[journal] = now
    return killed


@pytest.mark.parametrize("part", range(PARTS))
@proves("killed")
def test_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path, part: int) -> None:
    """However often a run is killed, it goes on, ends, and puts the board back."""
    draw = random.Random(part)
    seen: dict[Path, bytes] = {}
    kills = 0
    with Bench(tmp_path, settings=TINY) as bench:
        while kills < KILLS // PARTS:
            kills += kill_at_random(bench, draw, seen)
        last = bench.call(*next_words(bench, seen))
        journals = {path: path.read_bytes() for path in bench.journals}
        results, changed = bench.results, bench.changed()

    check_outcome("killed", last.code, last.err)
    assert changed == []
    assert len(results) == 1
    for journal, content in journals.items():
        assert content.startswith(seen.get(journal, b""))
        check_records([json.loads(line) for line in content.splitlines()])


def check_records(records: list[dict[str, Any]]) -> None:
    """Hold a journal to its numbers: each record once, each segment once, one end of a job."""
    segments = [(one["job"], one["segment"]) for one in records if one["type"] == "segment"]
    stops = [one["job"] for one in records if one["type"] == "stop"]

    assert [one["seq"] for one in records] == list(range(1, len(records) + 1))
    assert len(segments) == len(set(segments))
    assert len(stops) == len(set(stops))
