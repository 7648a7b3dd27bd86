"""Whenever the process is killed, the next start finds a way to put the board back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from measure.modes.outcome import Applied, RebootPending, Restored
from tests.measure.modes.board import Board, Killed, keeper_of, kill_between_durable_steps

if TYPE_CHECKING:
    from pathlib import Path

MOST_STEPS = 400


def run_without_reboot(board: Board) -> None:
    """Measure in two modes that need no reboot."""
    keeper = keeper_of(board)
    keeper.save("run-1")
    for mode in ("MAXN", "50W"):
        assert isinstance(keeper.apply(mode), Applied)
        keeper.running(f"job in {mode}")
    assert keeper.restore().restored


def run_with_reboots(board: Board) -> None:
    """Measure in a mode that needs a reboot, there and back, with a start after each boot."""
    keeper = keeper_of(board, allow_reboot=True)
    keeper.save("run-1")
    assert isinstance(keeper.apply("30W"), RebootPending)
    board.reboot()
    keeper = keeper_of(board)
    assert isinstance(keeper.resume(progress=0), Applied)
    keeper.running("job in 30W")
    assert keeper.restore().reboot_pending
    board.reboot()
    outcome = keeper_of(board).resume(progress=1)
    assert isinstance(outcome, Restored)
    assert outcome.restored


def run_that_is_stuck(board: Board) -> None:
    """Give up a mode that two reboots don't reach."""
    board.stays = True
    keeper = keeper_of(board, allow_reboot=True)
    keeper.save("run-1")
    assert isinstance(keeper.apply("30W"), RebootPending)
    board.reboot()
    assert isinstance(keeper_of(board).resume(progress=0), RebootPending)
    board.reboot()
    assert isinstance(keeper_of(board).resume(progress=0), Restored)


RUNS = [run_without_reboot, run_with_reboots, run_that_is_stuck]


def put_back(board: Board) -> None:
    """Put a board back by hand, through reboots if it needs them or is about to."""
    for _ in range(4):
        restored = keeper_of(board).restore(allow_reboot=True)
        if restored.restored:
            break
        board.reboot()
    assert restored.restored, restored


def go_on(board: Board) -> None:
    """Resume a run as far as it goes, then put the board back as the run does."""
    for _ in range(4):
        if board.rebooting:
            board.reboot()
        keeper = keeper_of(board)
        record = keeper.record
        if record and record.reboot_from == board.boot:
            # Nobody asked for the reboot any more: the owner reboots, as the text says.
            board.reboot()
        outcome = keeper.resume(progress=0)
        if isinstance(outcome, RebootPending):
            continue
        if isinstance(outcome, Restored) and outcome.reboot_pending:
            continue
        break
    put_back(board)


def steps_of(run: object, folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Count the steps of a run that nobody kills."""
    board = Board(folder)
    with monkeypatch.context() as patch:
        kill_between_durable_steps(board, patch)
        run(board)  # type: ignore[operator]
    return board.steps


@pytest.mark.parametrize("cut", ["kill", "power cut"])
@pytest.mark.parametrize("way_out", [put_back, go_on])
@pytest.mark.parametrize("run", RUNS)
def test_at_every_step(
    run: object, way_out: object, cut: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before and after every durable step and every change of the board."""
    steps = steps_of(run, tmp_path / "whole", monkeypatch)
    assert 20 < steps < MOST_STEPS
    for step in range(1, steps + 1):
        board = Board(tmp_path / "killed", kill_at=step)
        before = board.condition
        with monkeypatch.context() as patch:
            kill_between_durable_steps(board, patch)
            with pytest.raises(Killed):
                run(board)  # type: ignore[operator]
        board.stays = False
        if cut == "power cut":
            board.reboot()

        way_out(board)  # type: ignore[operator]

        assert (step, keeper_of(board).state) == (step, "IDLE")
        assert (step, board.condition, board.rebooting) == (step, before, False)


@pytest.mark.parametrize("run", RUNS)
def test_while_putting_back(run: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that dies while it puts the board back does no harm either."""
    steps = steps_of(run, tmp_path / "whole", monkeypatch)
    for step in range(3, steps, 11):
        for later in range(1, MOST_STEPS):
            board = Board(tmp_path / "killed", kill_at=step)
            before = board.condition
            with monkeypatch.context() as patch:
                kill_between_durable_steps(board, patch)
                with pytest.raises(Killed):
                    run(board)  # type: ignore[operator]
                board.stays = False
                board.kill_at = board.steps + later
                try:
                    put_back(board)
                except Killed:
                    board.kill_at = 0
                    put_back(board)
                else:
                    break

            assert (step, later, board.condition) == (step, later, before)
