"""The power mode is changed, proven and put back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from measure.device.nvpmodel import read_modes
from measure.errors import ConditionError, UserError
from measure.modes.outcome import Applied, RebootPending, Restored
from measure.modes.switching import RebootNeeded
from tests.measure.modes.board import MODES, Board, keeper_of, machine_of

if TYPE_CHECKING:
    from measure.modes.keeper import ModeKeeper

STATE = "var/lib/dla-measure/state.json"


def stored(board: Board) -> dict[str, object]:
    """Return what the state file holds."""
    found: dict[str, object] = json.loads((board.root / STATE).read_text())
    return found


def applied(keeper: ModeKeeper, mode: str, policy: str = "pinned") -> Applied:
    """Apply a mode that needs no reboot."""
    outcome = keeper.apply(mode, policy)
    assert isinstance(outcome, Applied)
    return outcome


def rebooted(board: Board, mode: str) -> ModeKeeper:
    """Return the keeper of a process that starts after a run rebooted the board into a mode."""
    keeper = keeper_of(board, allow_reboot=True)
    keeper.save("run-1")
    keeper.apply(mode)
    board.reboot()
    return keeper_of(board)


class TestStates:
    def test_of_a_whole_run(self, board: Board) -> None:
        """Each change is announced before it is made, and nothing is left in the end."""
        keeper, before, states = keeper_of(board), board.condition, []
        states.append(keeper.state)
        keeper.save("run-1")
        states.append(keeper.state)
        applied(keeper, "MAXN")
        states.append(keeper.state)
        keeper.running("job-1")
        states.append(keeper.state)
        restored = keeper.restore()
        states.append(keeper.state)

        assert states == ["IDLE", "SAVED", "READY", "RUNNING", "IDLE"]
        assert restored == Restored(restored=True, mode="MODE_50W", clocks=True)
        assert board.condition == before
        assert board.calls == [
            "clocks-store",
            "clocks-off",
            "set-mode 0",
            "clocks-on",
            "clocks-off",
            "set-mode 3",
            "clocks-restore",
        ]

    def test_keep_the_original(self, board: Board) -> None:
        """Number, name, file, boot and clocks of before are kept, also for the journal."""
        keeper = keeper_of(board)

        original = keeper.save("run-1")

        assert (original.mode_id, original.mode) == (3, "MODE_50W")
        assert (original.boot_id, original.pinned) == ("boot-1", False)
        assert original.conf_sha256 == read_modes(machine_of(board)).conf_sha256
        assert stored(board)["original"] == original.as_dict()
        assert keeper.run == "run-1"

    def test_is_restoring_in_between(self, board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
        """While the board is being put back the file says so."""
        keeper, states = keeper_of(board), []
        keeper.save()
        monkeypatch.setattr(board, "_clocks_off", lambda: states.append(keeper.state))

        keeper.restore()

        assert states == ["RESTORING"]

    def test_announces_switching(self, board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
        """Before nvpmodel is asked the file names the mode that is wanted."""
        keeper = keeper_of(board)
        keeper.save()
        seen = []
        monkeypatch.setattr(board, "_clocks_off", lambda: seen.append(stored(board)))

        applied(keeper, "MAXN")

        assert (seen[0]["state"], seen[0]["target"]) == ("SWITCHING", "MAXN")

    def test_running_needs_a_mode(self, board: Board) -> None:
        """A job can't run in a mode that nobody has proven."""
        keeper = keeper_of(board)
        keeper.save()

        with pytest.raises(ConditionError, match="no power mode is ready for job-1"):
            keeper.running("job-1")

    @pytest.mark.parametrize("state", ["IDLE", "RESTORING"])
    def test_changes_need_a_saved_board(self, board: Board, state: str) -> None:
        """Nothing is changed that could not be put back."""
        keeper = keeper_of(board)
        if state == "RESTORING":
            keeper.save()
            board.refuses = {"clocks-restore"}
            keeper.restore()

        with pytest.raises(ConditionError, match="was not saved before a change"):
            keeper.apply("MAXN")

        assert "set-mode 0" not in board.calls


class TestSave:
    def test_refuses_a_board_that_was_left(self, board: Board) -> None:
        """A second run would take the first one's mode for the owner's; both ways out are named."""
        keeper_of(board).save("run-1")

        with pytest.raises(ConditionError, match="run-1 left the board changed") as caught:
            keeper_of(board).save("run-2")

        assert "run --resume" in str(caught.value)
        assert "measure restore" in str(caught.value)
        assert board.calls == ["clocks-store"]

    def test_refuses_a_board_of_no_named_run(self, board: Board) -> None:
        """It needs no name to be refused."""
        keeper_of(board).save()

        with pytest.raises(ConditionError, match=r"^a run left the board changed"):
            keeper_of(board).check_idle()

    def test_needs_a_mode(self, board: Board) -> None:
        """Without knowing the mode nobody could go back to it."""
        board.refuses = {"query"}

        with pytest.raises(ConditionError, match=r"the power mode is not known: .*status"):
            keeper_of(board).save()

    def test_needs_a_mode_of_the_file(self, board: Board) -> None:
        """A mode that the file lacks could not be chosen again."""
        conf = board.root / "etc/nvpmodel.conf"
        conf.write_text(conf.read_text().replace("NAME=MODE_50W", "NAME=MODE_60W"))

        with pytest.raises(UserError, match="'MODE_50W' is no power mode of this device"):
            keeper_of(board).save()

        assert keeper_of(board).state == "IDLE"

    def test_stores_clocks_before_the_state(self, board: Board) -> None:
        """If clocks can't be stored the board stays idle."""
        board.refuses = {"clocks-store"}

        with pytest.raises(ConditionError, match="clocks-store failed: Error: it does not work"):
            keeper_of(board).save()

        assert keeper_of(board).state == "IDLE"


class TestApply:
    def test_by_name(self, board: Board) -> None:
        """Names count, in any spelling; numbers differ between boards."""
        keeper = keeper_of(board)
        keeper.save()

        by_key, by_name = applied(keeper, "maxn"), applied(keeper, "MODE_50W")

        assert (by_key.mode_id, by_key.mode, by_key.key) == (0, "MAXN", "maxn")
        assert (by_name.mode_id, by_name.key) == (3, "50w")

    def test_a_mode_of_the_device(self, board: Board) -> None:
        """The mode itself is as good as its name."""
        keeper = keeper_of(board)
        keeper.save()

        outcome = keeper.apply(read_modes(machine_of(board)).by_name("MAXN"))

        assert isinstance(outcome, Applied)
        assert outcome.ok
        assert outcome.readback["mode"] == "MAXN"

    def test_unknown_mode(self, board: Board) -> None:
        """A mode that isn't there is told, with those that are."""
        keeper = keeper_of(board)
        keeper.save()

        with pytest.raises(UserError, match=r"'60W\\x07' is no power mode.*MAXN, 15W, 30W, 50W"):
            keeper.apply("60W\x07")

        assert keeper.state == "SAVED"

    def test_exit_code_proves_nothing(self, board: Board) -> None:
        """Taking CPUs away makes nvpmodel fail, though the mode is in force."""
        board.mode = 2
        board.show()
        keeper = keeper_of(board)
        keeper.save()

        assert applied(keeper, "15W").ok

    def test_policy_dvfs(self, board: Board) -> None:
        """Clocks are left to the governors when that is asked for."""
        keeper = keeper_of(board)
        keeper.save()

        outcome = applied(keeper, "MAXN", "dvfs")

        assert (outcome.clock_policy, board.pinned) == ("dvfs", False)
        assert "clocks-on" not in board.calls

    def test_pins_anew_in_each_mode(self, board: Board) -> None:
        """Clocks pinned in one mode are let go before the next, or they would stay there."""
        keeper = keeper_of(board)
        keeper.save()
        applied(keeper, "MAXN")
        board.calls.clear()

        outcome = applied(keeper, "50W")

        assert outcome.ok
        assert board.calls == ["clocks-off", "set-mode 3", "clocks-on"]

    def test_refused_mode(self, board: Board) -> None:
        """A mode that nvpmodel refuses isn't taken as in force."""
        board.refuses = {"MAXN"}
        keeper = keeper_of(board)
        keeper.save()

        outcome = applied(keeper, "MAXN")

        assert outcome.contradictions == ("nvpmodel names MODE_50W, MAXN was asked for",)
        assert (outcome.ok, keeper.state, board.pinned) == (False, "SWITCHING", False)
        assert outcome.as_dict()["applied"] is False

    def test_mode_in_name_only(self, board: Board) -> None:
        """A mode that only its name says is in force is refused by what is read back."""
        board.ignores = {"MODE_50W"}
        board.mode = 0
        board.show()
        keeper = keeper_of(board)
        keeper.save()

        outcome = applied(keeper, "50W")

        assert outcome.contradictions == ("GPU ran at 1301 MHz, the mode 50W caps it at 828 MHz",)

    def test_after_a_contradiction(self, board: Board) -> None:
        """The next mode can be tried, and the board be put back."""
        board.refuses = {"MAXN"}
        keeper, before = keeper_of(board), board.condition
        keeper.save()
        applied(keeper, "MAXN")

        assert applied(keeper, "50W").ok
        assert keeper.restore().restored
        assert board.condition == before

    def test_clocks_that_cannot_be_pinned(self, board: Board) -> None:
        """Without pinned clocks nothing is ready."""
        board.refuses = {"clocks-on"}
        keeper = keeper_of(board)
        keeper.save()

        with pytest.raises(ConditionError, match="clocks-on failed"):
            keeper.apply("MAXN")

        assert keeper.state == "SWITCHING"
        assert keeper.restore().restored


class TestPolicy:
    def test_pinned_in_name_only(self, board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
        """Clocks that jetson_clocks doesn't pin, without saying so, are read back as free."""
        monkeypatch.setattr(board, "_clocks_on", lambda: None)
        keeper, before = keeper_of(board), board.condition
        keeper.save()

        outcome = applied(keeper, "MAXN")

        assert outcome.contradictions == (
            "the clocks were to be pinned, the GPU moves between 306 and 1301 MHz",
        )
        assert keeper.state == "SWITCHING"
        assert keeper.restore().restored
        assert board.condition == before

    def test_free_in_name_only(self, board: Board) -> None:
        """Clocks that the owner pinned don't move, so nothing can be measured as if they did."""
        board.pinned = True
        board.show()
        keeper, before = keeper_of(board), board.condition
        keeper.save()

        outcome = applied(keeper, "50W", "dvfs")

        (found,) = outcome.contradictions
        assert "to be free, somebody pinned the GPU at 828 MHz; restart, or measure" in found
        assert applied(keeper, "50W").ok
        assert keeper.restore().restored
        assert board.condition == before

    def test_unreadable_clocks_contradict_nothing(self, board: Board) -> None:
        """Before the GPU was first used some releases show none."""
        keeper = keeper_of(board)
        keeper.save()
        (board.root / "sys/class/devfreq/17000000.gpu/min_freq").unlink()
        board.show = lambda: None  # type: ignore[method-assign]

        assert applied(keeper, "50W", "dvfs").ok


class TestReboot:
    def test_needs_permission(self, board: Board) -> None:
        """The file of nvpmodel tells beforehand, so nothing is touched."""
        keeper = keeper_of(board)
        keeper.save()

        with pytest.raises(RebootNeeded, match="the power mode 30W needs a reboot"):
            keeper.apply("30W")

        assert board.calls == ["clocks-store"]
        assert keeper.state == "SAVED"

    def test_needs_permission_when_nvpmodel_asks(self, board: Board) -> None:
        """Where only nvpmodel knows, the answer is no, and the mode stays."""
        board.asks_always = {"MAXN"}
        keeper = keeper_of(board)
        keeper.save()

        with pytest.raises(RebootNeeded):
            keeper.apply("MAXN")

        assert (board.mode, board.rebooting) == (3, False)
        assert applied(keeper, "50W").ok

    @pytest.mark.parametrize("mode", ["30W", "MAXN"])
    def test_is_prepared(self, board: Board, mode: str) -> None:
        """The unit is enabled, and the file knows the boot, before the board goes down."""
        board.asks_always = {"MAXN"}
        keeper = keeper_of(board, allow_reboot=True)
        keeper.save("run-1")

        outcome = keeper.apply(mode)

        assert isinstance(outcome, RebootPending)
        assert (outcome.attempt, board.rebooting, board.unit) == (1, True, True)
        assert (stored(board)["state"], stored(board)["reboot_from"]) == ("SWITCHING", "boot-1")
        assert board.calls[-2] == "unit-enable"

    def test_may_still_come(self, board: Board) -> None:
        """A board that somebody puts back before it goes down is put back again after that."""
        before = board.condition
        keeper = keeper_of(board, allow_reboot=True)
        keeper.save()
        keeper.apply("30W")

        early = keeper_of(board).restore()

        assert (early.restored, len(early.problems)) == (False, 1)
        assert "a reboot into MODE_30W was asked for and may still come" in early.problems[0]
        board.reboot()
        assert keeper_of(board).restore(allow_reboot=True).reboot_pending
        board.reboot()
        assert keeper_of(board).restore().restored
        assert board.condition == before

    def test_pending_stops_restoring(self, board: Board) -> None:
        """Restoring on the way out would undo what the board reboots for."""
        keeper = keeper_of(board, allow_reboot=True)
        keeper.save()
        keeper.apply("30W")
        calls = list(board.calls)

        restored = keeper.restore()

        assert (restored.restored, restored.reboot_pending) == (False, True)
        assert board.calls == calls
        assert keeper.state == "SWITCHING"

    def test_not_needed_after_all(self, board: Board) -> None:
        """Where nvpmodel changes the mode at once the run goes on at once."""
        board.never_asks = True
        keeper, before = keeper_of(board, allow_reboot=True), board.condition
        keeper.save()

        assert applied(keeper, "30W").ok
        assert keeper.restore().restored
        assert board.condition == before

    def test_needs_the_unit(self, board: Board) -> None:
        """A board whose run could not go on isn't rebooted."""
        board.refuses = {"unit-enable"}
        keeper = keeper_of(board, allow_reboot=True)
        keeper.save()

        with pytest.raises(ConditionError, match="unit-enable failed"):
            keeper.apply("30W")

        assert not board.rebooting
        board.refuses = set()
        assert keeper.restore().restored

    def test_reaches_the_mode(self, board: Board) -> None:
        """After the boot the mode is proven, pinned and ready; the permission is remembered."""
        keeper = rebooted(board, "30W")

        outcome = keeper.resume(progress=0)

        assert isinstance(outcome, Applied)
        assert (outcome.ok, outcome.key, keeper.state) == (True, "30w", "READY")
        assert (board.pinned, board.unit) == (True, True)

    def test_did_not_happen(self, board: Board) -> None:
        """In the same boot nothing has changed, and both ways out are named."""
        keeper = keeper_of(board, allow_reboot=True)
        keeper.save()
        keeper.apply("30W")

        with pytest.raises(ConditionError, match="has not rebooted since the power mode MODE_30W"):
            keeper_of(board).resume(progress=0)

        assert keeper_of(board).state == "SWITCHING"

    def test_is_tried_twice(self, board: Board) -> None:
        """A mode that isn't reached is tried once more, then the board is put back."""
        before = board.condition
        board.stays = True
        second = rebooted(board, "30W").resume(progress=0)
        assert isinstance(second, RebootPending)
        assert second.attempt == 2
        board.reboot()

        last = keeper_of(board).resume(progress=0)

        assert isinstance(last, Restored)
        assert last.restored
        assert last.reason == "the power mode 30W was not reached after 2 reboots"
        assert last.goes_on
        assert board.condition == before


class TestResume:
    def test_idle(self, board: Board) -> None:
        """Nothing was left, so nothing is resumed."""
        assert keeper_of(board).resume(progress=0) is None
        assert keeper_of(board).run == ""

    def test_saved(self, board: Board) -> None:
        """A run that hadn't changed anything goes on with its plan."""
        keeper_of(board).save()

        assert keeper_of(board).resume(progress=0) is None
        assert applied(keeper_of(board), "MAXN").ok

    @pytest.mark.parametrize("cut", [False, True])
    def test_running(self, board: Board, cut: bool) -> None:
        """The mode is applied and proven anew, after a kill as after a power cut."""
        keeper, before = keeper_of(board), board.condition
        keeper.save()
        applied(keeper, "MAXN")
        keeper.running("job-1")
        if cut:
            board.reboot()
            board.mode = 3
            board.show()

        outcome = keeper_of(board).resume(progress=4)

        assert isinstance(outcome, Applied)
        assert (outcome.ok, outcome.mode, board.pinned) == (True, "MAXN", True)
        assert keeper_of(board).restore().restored
        assert board.condition == before

    def test_restoring(self, board: Board) -> None:
        """A board that was being put back is put back."""
        keeper, before = keeper_of(board), board.condition
        keeper.save()
        applied(keeper, "MAXN")
        board.refuses = {"clocks-restore"}
        assert not keeper.restore().restored
        board.refuses = set()

        outcome = keeper_of(board).resume(progress=0)

        assert isinstance(outcome, Restored)
        assert (outcome.restored, outcome.goes_on) == (True, False)
        assert board.condition == before


class TestBootLoop:
    def resumed(self, board: Board, times: int, seconds: float, progress: int = 0) -> object:
        """Resume a run after each of some boots and return the last outcome."""
        keeper = keeper_of(board)
        keeper.save()
        applied(keeper, "MAXN")
        keeper.running("job-1")
        outcome = None
        for number in range(times):
            board.reboot()
            keeper = keeper_of(board, clock=lambda at=number * seconds: at)
            outcome = keeper.resume(progress=number * progress)
            if isinstance(outcome, Restored):
                break
        return outcome

    @pytest.mark.parametrize(("seconds", "boots"), [(60.0, 4), (-60.0, 4), (1801.0, 7)])
    def test_is_stopped(self, board: Board, seconds: float, boots: int) -> None:
        """Boots without a result end the run, soon or, with a clock that jumps, in the end."""
        before = board.condition

        assert isinstance(self.resumed(board, boots - 1, seconds), Applied)
        keeper_of(board).restore()
        outcome = self.resumed(board, boots, seconds)

        assert isinstance(outcome, Restored)
        assert (outcome.restored, outcome.goes_on) == (True, False)
        assert outcome.reason == "the board boots again and again without a new result"
        assert board.condition == before

    def test_results_break_it(self, board: Board) -> None:
        """A run that gets on may boot as often as it needs."""
        assert isinstance(self.resumed(board, 9, 60.0, progress=1), Applied)

    def test_one_boot_counts_once(self, board: Board) -> None:
        """Somebody who starts the run by hand several times makes no loop."""
        keeper_of(board).save()

        outcomes = [keeper_of(board).resume(progress=0) for _ in range(9)]

        assert outcomes == [None] * 9

    def test_never_reboots(self, board: Board) -> None:
        """The way back may need a reboot, but a board in a loop gets none; it says what to do."""
        keeper = rebooted(board, "30W")
        keeper.resume(progress=0)
        outcome = None
        for number in range(3):
            board.reboot()
            outcome = keeper_of(board, clock=lambda at=number: float(at)).resume(progress=0)

        assert isinstance(outcome, Restored)
        assert (outcome.restored, board.rebooting, board.unit) == (False, False, False)
        assert "restore --allow-reboot" in outcome.problems[0]


def test_all_modes_are_told_apart() -> None:
    """The board's numbers are its places, which the tests rely on."""
    assert [mode.id for mode in MODES] == list(range(len(MODES)))
