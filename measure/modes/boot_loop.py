"""Notice a board that reboots again and again without getting anywhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Iterable, Mapping

from measure.modes.state import BoardRecord, Resume

MOST_RESUMES = 3
"""Resumes within WINDOW_S without a new result that are still taken for bad luck."""

WINDOW_S = 30 * 60.0

MOST_EVER = 6
"""Resumes without a new result that are too many whatever the clock says, as it may jump."""

RESULTS = frozenset(("build", "soak", "segment", "stop"))
"""Records of a journal that a run can't write without getting on."""


def count_progress(records: Iterable[Mapping[str, Any]]) -> int:
    """Return how many results a journal holds."""
    return sum(record.get("type") in RESULTS for record in records)


def with_resume(record: BoardRecord, boot_id: str, now: float, progress: int) -> BoardRecord:
    """Return a record that knows of one more start of the run; one per boot counts.

    Parameters
    ----------
    record
        What is known of the board.
    boot_id
        The present boot.
    now
        Seconds of the wall clock.
    progress
        How many results the journal holds.
    """
    since = tuple(
        each for each in record.resumes if each.progress == progress and each.boot_id != boot_id
    )
    return replace(record, resumes=(*since, Resume(boot_id, now, progress)))


def is_loop(record: BoardRecord, now: float) -> bool:
    """Say whether the board has booted too often without a new result."""
    # A board without a battery for its clock may have booted in its own future.
    recent = [each for each in record.resumes if now - each.at <= WINDOW_S]
    return len(recent) > MOST_RESUMES or len(record.resumes) > MOST_EVER
