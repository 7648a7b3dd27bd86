"""What counts as getting on."""

from __future__ import annotations

from measure.modes.boot_loop import count_progress


def test_progress() -> None:
    """Records that every start writes are no progress, results are."""
    types = ["run", "plan", "mode", "note", "build", "soak", "segment", "segment", "stop", "end"]

    assert count_progress({"type": each} for each in types) == 5
    assert count_progress([{}]) == 0
