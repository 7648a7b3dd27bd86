"""Change power modes such that the board is always put back."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Callable

from measure.device.nvpmodel import read_modes
from measure.device.state import read_state
from measure.errors import ConditionError
from measure.modes.boot_loop import is_loop, with_resume
from measure.modes.hands import Hands
from measure.modes.outcome import PINNED, Applied, Original, RebootPending, Restored
from measure.modes.restoring import restore_board
from measure.modes.root_verbs import RootVerbs
from measure.modes.state import (
    IDLE,
    READY,
    RESTORING,
    RUNNING,
    SAVED,
    STATE_FOLDER,
    SWITCHING,
    BoardRecord,
    StateFile,
)
from measure.modes.switching import ModeNotReached, go_on_after_reboot, switch

if TYPE_CHECKING:
    from pathlib import Path

    from measure.device.machine import Machine
    from measure.device.power_mode import PowerMode


class ModeKeeper:
    """Power mode, clocks and fan of a device, with a state that survives a power cut.

    Every change is announced in the state file before it is made. So whenever the process or
    the board dies, the next start knows how the board was found, and can put it back.

    The states are IDLE → SAVED → SWITCHING → READY → RUNNING → RESTORING → IDLE, and from
    READY or RUNNING back to SWITCHING for the next mode. IDLE is that there is no file.

    Parameters
    ----------
    machine
        The device.
    folder
        Where the state file lies; /var/lib/dla-measure of the device without one.
    allow_reboot
        Whether the board may be rebooted for modes that need it.
    settle_s
        Seconds that the device gets to show a new mode.
    timeout_s
        Seconds that nvpmodel and jetson_clocks may take.
    clock
        Seconds of the wall clock.
    """

    def __init__(
        self,
        machine: Machine,
        folder: Path | None = None,
        *,
        allow_reboot: bool = False,
        settle_s: float = 5.0,
        timeout_s: float = 30.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._file = StateFile(folder or machine.path(STATE_FOLDER))
        self._hands = Hands(machine, self._file, RootVerbs(machine, timeout_s), settle_s)
        self._allow_reboot = allow_reboot
        self._clock = clock
        self._pending = ""

    @property
    def record(self) -> BoardRecord | None:
        """What the state file holds; None when the board is idle."""
        return self._file.load()

    @property
    def state(self) -> str:
        """IDLE, SAVED, SWITCHING, READY, RUNNING or RESTORING."""
        record = self.record
        return record.state if record else IDLE

    @property
    def run(self) -> str:
        """The run that changed the board, as given to save; empty when the board is idle."""
        record = self.record
        return record.run if record else ""

    def check_idle(self) -> None:
        """Find the board as its owner left it.

        Raises
        ------
        ConditionError
            When a run left it changed; the text names both ways out.
        """
        record = self.record
        if record:
            run = f"the run {record.run}" if record.run else "a run"
            raise ConditionError(
                f"{run} left the board changed ({record.state}, found in the power mode "
                f"{record.original.mode}): go on with `python3 -m measure run --resume`, or put "
                "the board back with `python3 -m measure restore`"
            )

    def save(self, run: str = "") -> Original:
        """Note how the board is, before anything is changed.

        Parameters
        ----------
        run
            The run that is about to change it.

        Raises
        ------
        UserError
            When nvpmodel's file lacks the mode, as nobody could go back to it.
        ConditionError
            When a run left the board changed, nvpmodel doesn't tell the mode, or rights are
            missing.
        """
        self.check_idle()
        modes = read_modes(self._hands.machine)
        if modes.current is None:
            raise ConditionError(f"the power mode is not known: {modes.problem}")
        modes.by_name(modes.current.name)
        self._hands.verbs.store_clocks()
        original = Original(
            mode_id=modes.current.id,
            mode=modes.current.name,
            conf_sha256=modes.conf_sha256,
            boot_id=self._hands.boot_id(),
            pinned=read_state(self._hands.machine).is_pinned,
        )
        self._file.write(BoardRecord(SAVED, original, run=run, allow_reboot=self._allow_reboot))
        return original

    def apply(self, wanted: PowerMode | str, clock_policy: str = PINNED) -> Applied | RebootPending:
        """Change the mode, chosen by its name, and read it back.

        Parameters
        ----------
        wanted
            The mode or its name.
        clock_policy
            "pinned" for all clocks and the fan at their highest, "dvfs" for the governors.

        Returns
        -------
        Applied
            With what contradicts that the mode is in force, if anything does.
        RebootPending
            When the board is about to reboot: the process must end now, without restoring.

        Raises
        ------
        UserError
            When the device has no such mode.
        RebootNeeded
            When it needs a reboot and that isn't allowed.
        ConditionError
            When rights are missing.
        """
        name = wanted if isinstance(wanted, str) else wanted.name
        return self._noted(switch(self._hands, self._changed(), name, clock_policy))

    def running(self, job: str) -> None:
        """Note which job runs in the mode that is ready."""
        record = self._changed()
        if record.state not in (READY, RUNNING):
            raise ConditionError(f"no power mode is ready for {job}; the board is {record.state}")
        self._file.write(replace(record, state=RUNNING, job=job))

    def restore(self, allow_reboot: bool | None = None, reason: str = "") -> Restored:
        """Put mode, clocks and fan back as they were found; may be called in any state.

        Once a reboot is pending it does nothing: the rest follows after the boot.

        Parameters
        ----------
        allow_reboot
            Whether the board may be rebooted for it; as the run was started when None.
        reason
            Why the run is given up, for the result.
        """
        if self._pending:
            return Restored(False, self._pending, clocks=False, reboot_pending=True, reason=reason)
        restored = restore_board(self._hands, allow_reboot)
        self._pending = restored.mode if restored.reboot_pending else ""
        return replace(restored, reason=reason)

    def forget(self) -> bool:
        """Take the board as it is as its owner's; say whether anything was forgotten."""
        forgotten = self._file.path.exists()
        if forgotten:
            # Else the next run's state file would have it resumed after any boot.
            with contextlib.suppress(ConditionError):
                self._hands.verbs.disable_unit()
        self._file.remove()
        return forgotten

    def resume(self, progress: int) -> Applied | RebootPending | Restored | None:
        """Go on after a break, planned or not.

        Parameters
        ----------
        progress
            How many results the journal holds; see `measure.modes.boot_loop.count_progress`.

        Returns
        -------
        None
            When no mode was asked for yet: go on with the plan.
        Applied
            The mode that was wanted, as after apply.
        RebootPending
            When the board is about to reboot once more.
        Restored
            When the mode or the run is given up, with the reason, or the board was being put
            back as the run had ended; it says whether the run may go on in other modes.

        Raises
        ------
        ConditionError
            When the board hasn't rebooted since that was asked for, or rights are missing.
        """
        record = self.record
        if record is None:
            return None
        now = self._clock()
        record = self._file.write(with_resume(record, self._hands.boot_id(), now, progress))
        if is_loop(record, now):
            reason = "the board boots again and again without a new result"
            return replace(self.restore(allow_reboot=False, reason=reason), goes_on=False)
        if record.state == RESTORING:
            return replace(self.restore(), goes_on=False)
        if record.state == SAVED:
            return None
        if not (record.state == SWITCHING and record.reboot_from):
            return self.apply(record.target, record.clock_policy)
        try:
            return self._noted(go_on_after_reboot(self._hands, record))
        except ModeNotReached as error:
            restored = self.restore(reason=str(error))
            return replace(restored, goes_on=restored.restored)

    def _noted(self, outcome: Applied | RebootPending) -> Applied | RebootPending:
        """Note that a reboot is pending, if one is."""
        if isinstance(outcome, RebootPending):
            self._pending = outcome.mode
        return outcome

    def _changed(self) -> BoardRecord:
        """Return the record of a board that was saved and isn't being put back."""
        record = self.record
        if record is None or record.state == RESTORING:
            raise ConditionError("the board's state was not saved before a change")
        return record
