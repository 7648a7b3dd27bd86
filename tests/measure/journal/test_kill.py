"""A run killed at any moment: nothing acknowledged is lost, nothing stands twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from measure.journal.files import sha256_of
from measure.journal.journal import Journal

ROOT = Path(__file__).resolve().parents[3]
KILLS = 200
SEED = 20261121
SHARE_WHILE_OPENING = 0.15
"""Of the kills; the others come after some records, since most time goes into starting."""
MOST_RECORDS = 4


def test_kill_at_random_points(tmp_path: Path) -> None:
    """SIGKILL at 200 random points of appending, storing and deriving loses nothing."""
    draw = random.Random(SEED)
    path = tmp_path / "run" / "journal.jsonl"
    acknowledged: list[int] = []

    for _ in range(KILLS):
        acknowledged += _append_and_kill(path, draw)
        with Journal.open(path) as journal:
            numbers = [one["seq"] for one in journal.records]
            assert numbers == list(range(1, len(numbers) + 1))
            assert numbers[: len(acknowledged)] == acknowledged
            # At most the one record that was on its way is there without having been acknowledged.
            assert len(numbers) - len(acknowledged) in (0, 1)
            acknowledged = numbers
            _check_table(path.parent / "tables" / "notes.csv")
            _check_raw(path.parent, journal.records[-3:])
        assert not list(path.parent.rglob("*.tmp.*"))

    assert len(acknowledged) >= KILLS * (1 - SHARE_WHILE_OPENING)


def _append_and_kill(path: Path, draw: random.Random) -> list[int]:
    """Return the numbers a child acknowledged before it was killed at a random moment."""
    child = subprocess.Popen(
        [sys.executable, "-S", "-m", "tests.measure.journal.appender", str(path)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert child.stdout is not None
    said = b""
    if draw.random() < SHARE_WHILE_OPENING:
        time.sleep(draw.uniform(0, 0.1))
    else:
        for _ in range(draw.randint(1, MOST_RECORDS)):
            began = time.monotonic()
            said += child.stdout.readline()
        # A moment of the next record's, however long one takes here.
        time.sleep(draw.uniform(0, time.monotonic() - began))
    os.kill(child.pid, signal.SIGKILL)
    said += child.stdout.read()
    child.stdout.close()
    child.wait()
    return [int(line) for line in said.split(b"\n")[:-1]]


def _check_table(table: Path) -> None:
    """Assert that the derived table is whole, from its header to its last line."""
    if table.exists():
        lines = table.read_text().splitlines()
        assert (lines[0], lines[-1]) == ("seq,sha256", "end")


def _check_raw(folder: Path, records: list[dict[str, str]]) -> None:
    """Assert that what a record names is there and is what the record says."""
    for record in records:
        assert sha256_of(folder / record["raw"]) == record["sha256"]
