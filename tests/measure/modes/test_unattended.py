"""A board that came up for a run which can't go on."""

from __future__ import annotations

import pytest

from measure.errors import ConditionError, DeviceBusy
from measure.modes.unattended import board_put_back
from tests.measure.modes.board import Board, keeper_of, machine_of


def left(board: Board) -> Board:
    """Return a board that a run has changed."""
    keeper = keeper_of(board)
    keeper.save("run-1")
    keeper.apply("MAXN")
    return board


def test_is_put_back(board: Board) -> None:
    """What kept the run from going on is told all the same."""
    before = board.condition

    with pytest.raises(ConditionError, match="no rest"), board_put_back(machine_of(left(board))):
        raise ConditionError("no rest")

    assert board.condition == before
    assert keeper_of(board).state == "IDLE"


def test_is_left_to_who_holds_it(board: Board) -> None:
    """A run that goes on needs the board as it is."""
    with pytest.raises(DeviceBusy), board_put_back(machine_of(left(board))):
        raise DeviceBusy("another run")

    assert keeper_of(board).state == "READY"


def test_that_goes_on_is_not_touched(board: Board) -> None:
    """Nothing is put back where nothing failed."""
    with board_put_back(machine_of(left(board))):
        pass

    assert keeper_of(board).state == "READY"


def test_problems_are_told(board: Board, capsys: pytest.CaptureFixture[str]) -> None:
    """What could not be put back is in the log of the unit."""
    left(board).refuses = {"clocks-restore"}

    with pytest.raises(ConditionError, match="no rest"), board_put_back(machine_of(board)):
        raise ConditionError("no rest")

    assert "the board is not as it was: clocks-restore failed" in capsys.readouterr().err
    assert keeper_of(board).state == "RESTORING"
