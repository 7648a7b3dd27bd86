"""The board is put back from wherever a run left it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from measure.modes.outcome import Applied, RebootPending, Restored
from tests.measure.modes.board import Board, keeper_of

if TYPE_CHECKING:
    from measure.modes.keeper import ModeKeeper


def changed(board: Board, mode: str = "MAXN") -> ModeKeeper:
    """Return a keeper whose run has changed the mode."""
    keeper = keeper_of(board)
    keeper.save("run-1")
    assert isinstance(keeper.apply(mode), Applied)
    keeper.running("job-1")
    return keeper


def rebooted(board: Board) -> ModeKeeper:
    """Return a keeper whose run has rebooted the board into 30W, which needs one back too."""
    keeper = keeper_of(board, allow_reboot=True)
    keeper.save("run-1")
    assert isinstance(keeper.apply("30W"), RebootPending)
    board.reboot()
    keeper = keeper_of(board)
    assert isinstance(keeper.resume(progress=0), Applied)
    return keeper


def test_idle(board: Board) -> None:
    """Where nothing was changed nothing is put back."""
    assert keeper_of(board).restore() == Restored(restored=True, mode="MODE_50W", clocks=True)
    assert board.calls == []


def test_idle_without_nvpmodel(board: Board) -> None:
    """An idle board may keep its mode to itself."""
    board.refuses = {"query"}

    assert keeper_of(board).restore() == Restored(restored=True, mode="", clocks=True)


def test_only_saved(board: Board) -> None:
    """A mode that was never changed isn't set again."""
    keeper_of(board).save()

    assert keeper_of(board).restore().restored
    assert board.calls == ["clocks-store", "clocks-off", "clocks-restore"]


def test_to_pinned_clocks(board: Board) -> None:
    """Whoever had pinned the clocks finds them pinned."""
    board.pinned, board.fan = True, 255
    board.show()
    before = board.condition

    assert changed(board).restore().restored
    assert board.condition == before


@pytest.mark.parametrize("refuses", [set(), {"unit-disable"}])
def test_forgotten(board: Board, refuses: set[str]) -> None:
    """What is forgotten isn't resumed after a boot either, not even by the next run's file."""
    keeper = rebooted(board)
    board.refuses = refuses

    assert keeper.forget()
    assert (keeper.state, board.unit) == ("IDLE", bool(refuses))
    assert not keeper.forget()


def test_with_reason(board: Board) -> None:
    """Why the run was given up stays with the result."""
    restored = changed(board).restore(reason="interrupted")

    assert restored.as_dict()["reason"] == "interrupted"
    assert restored.as_dict()["problems"] == []


class TestProblems:
    @pytest.mark.parametrize("verb", ["clocks-off", "clocks-restore", "set-mode"])
    def test_are_told_and_kept(self, board: Board, verb: str) -> None:
        """What can't be put back is told, kept in the file, and done the next time."""
        before = board.condition
        keeper = changed(board)
        board.refuses = {verb, "MODE_50W"} if verb == "set-mode" else {verb}

        failed = keeper.restore()

        assert not failed.restored
        assert failed.problems
        kept = keeper_of(board).record
        assert kept is not None
        assert (kept.state, kept.problems) == ("RESTORING", failed.problems)
        board.refuses = set()
        assert keeper_of(board).restore().restored
        assert board.condition == before

    def test_are_told_once(self, board: Board) -> None:
        """Missing rights are one problem, however many steps they stop."""
        keeper = changed(board)
        (board.root / "usr/local/sbin/dla-measure-priv").unlink()
        board.refuses = {"clocks-off", "set-mode", "clocks-restore"}

        assert len(keeper.restore().problems) == len(set(keeper.restore().problems))

    def test_do_not_stop_the_clocks(self, board: Board) -> None:
        """Clocks that can't be let go are put back by what was stored."""
        keeper = changed(board)
        board.refuses = {"clocks-off"}

        restored = keeper.restore()

        assert (restored.restored, restored.clocks, board.pinned) == (False, True, False)

    def test_stop_clocks_of_another_mode(self, board: Board) -> None:
        """Stored clocks belong to a mode; in another one they would bring back its CPUs."""
        keeper = changed(board)
        board.refuses = {"MODE_50W"}

        restored = keeper.restore()

        assert restored.problems[0] == "nvpmodel names MAXN, MODE_50W was asked for"
        assert (restored.mode, restored.clocks) == ("MAXN", False)
        assert "clocks-restore" not in board.calls

    def test_mode_is_gone(self, board: Board) -> None:
        """A mode that an update took out of the file is told by its name."""
        keeper = changed(board)
        conf = board.root / "etc/nvpmodel.conf"
        conf.write_text(conf.read_text().replace("NAME=MODE_50W", "NAME=MODE_60W"))

        restored = keeper.restore()

        assert "'MODE_50W' is no power mode of this device" in restored.problems[0]

    def test_number_has_changed(self, board: Board) -> None:
        """The mode is chosen by its name where an update has numbered the modes anew."""
        keeper = changed(board)
        record = keeper.record
        assert record is not None
        assert record.original.mode_id == 3
        conf = board.root / "etc/nvpmodel.conf"
        text = conf.read_text().replace("ID=3 NAME=MODE_50W", "ID=1 NAME=MODE_50W")
        conf.write_text(text.replace("ID=1 NAME=MODE_15W", "ID=3 NAME=MODE_15W"))

        keeper.restore()

        assert board.calls[-1] == "set-mode 1"

    def test_mode_is_unknown(self, board: Board) -> None:
        """Where nvpmodel is silent the board can't be said to be back."""
        keeper = changed(board)
        board.refuses = {"query"}

        restored = keeper.restore()

        assert restored.problems[0] == "nvpmodel names no mode, MODE_50W was asked for"
        assert restored.mode == ""

    def test_full_disk(self, board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
        """A disk without space is no reason to leave the board changed."""
        before = board.condition
        keeper = changed(board)

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", lambda *_: full(0))

            restored = keeper.restore()

        assert restored.restored
        assert board.condition == before
        assert keeper_of(board).state == "IDLE"

    def test_read_only_file_system(self, board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
        """The board is put back; that the file stays is told."""
        before = board.condition
        keeper = changed(board)

        def read_only(*_: object) -> None:
            raise OSError(30, "Read-only file system")

        monkeypatch.setattr(os, "replace", read_only)
        monkeypatch.setattr(os, "unlink", read_only)

        restored = keeper.restore()

        assert board.condition == before
        assert "state.json cannot be removed: Read-only file system" in restored.problems[0]


class TestReboot:
    def test_back_is_the_last_thing(self, board: Board) -> None:
        """The board reboots once more, and clocks, fan and unit follow after that."""
        before = board.condition
        keeper = rebooted(board)

        first = keeper.restore()

        assert (first.restored, first.reboot_pending, first.mode) == (False, True, "MODE_50W")
        assert (board.rebooting, board.unit) == (True, True)
        assert keeper.restore().reboot_pending
        board.reboot()
        last = keeper_of(board).resume(progress=0)
        assert isinstance(last, Restored)
        assert last.restored
        assert board.condition == before
        assert keeper_of(board).state == "IDLE"

    def test_is_asked_for_once(self, board: Board) -> None:
        """A board that stays in the mode is not rebooted for ever."""
        keeper = rebooted(board)
        board.stays = True
        keeper.restore()
        board.reboot()

        last = keeper_of(board).resume(progress=0)

        assert isinstance(last, Restored)
        assert (last.restored, board.rebooting, board.unit) == (False, False, False)
        assert last.problems == (
            (
                "the board is in 30W after a reboot, and needs a reboot into 50W; "
                "`python3 -m measure restore --allow-reboot` does it"
            ),
        )

    def test_by_hand_may_be_repeated(self, board: Board) -> None:
        """Whoever allows it by hand gets it again."""
        before = board.condition
        keeper = rebooted(board)
        board.stays = True
        keeper.restore()
        board.reboot()
        keeper_of(board).resume(progress=0)
        board.stays = False

        assert keeper_of(board).restore(allow_reboot=True).reboot_pending
        board.reboot()
        assert keeper_of(board).restore().restored
        assert board.condition == before

    def test_by_hand_needs_permission(self, board: Board) -> None:
        """That the run was allowed to reboot doesn't allow the command to."""
        rebooted(board)

        restored = keeper_of(board).restore(allow_reboot=False)

        assert (restored.restored, board.rebooting) == (False, False)
        assert restored.problems[0].startswith("the board is in 30W, and needs a reboot into 50W")

    def test_nvpmodel_knows_alone(self, board: Board) -> None:
        """A reboot that only nvpmodel knows of is asked for all the same."""
        keeper = changed(board)
        board.asks_always = {"MODE_50W"}

        assert keeper.restore(allow_reboot=True).reboot_pending

    def test_mode_is_unknown(self, board: Board) -> None:
        """Which mode the board is in may be unknown."""
        keeper = changed(board)
        board.asks_always = {"MODE_50W"}
        board.refuses = {"query"}

        assert "the board is in an unknown mode" in keeper.restore().problems[0]

    def test_not_needed_after_all(self, board: Board) -> None:
        """Where nvpmodel changes the mode at once everything follows at once."""
        before = board.condition
        keeper = rebooted(board)
        board.never_asks = True

        assert keeper.restore().restored
        assert board.condition == before

    @pytest.mark.parametrize("verb", ["unit-enable", "unit-disable"])
    def test_unit_that_fails(self, board: Board, verb: str) -> None:
        """Without the unit the board isn't rebooted; one that stays enabled is told."""
        keeper = rebooted(board)
        board.refuses = {verb}
        board.never_asks = verb == "unit-disable"

        restored = keeper.restore()

        assert f"{verb} failed: Error: it does not work" in restored.problems
        assert not board.rebooting

    def test_full_disk(self, board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
        """A reboot that nobody would remember is not asked for."""
        keeper = rebooted(board)

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "replace", full)

        restored = keeper.restore()

        assert "state.json cannot be written: No space left on device" in restored.problems[0]
        assert not board.rebooting
