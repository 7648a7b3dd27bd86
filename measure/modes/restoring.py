"""Put a board back as a run found it, however far the run got."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Callable

from measure.device.nvpmodel import read_modes
from measure.device.power_mode import needs_reboot
from measure.errors import ConditionError, UserError
from measure.modes.outcome import Restored
from measure.modes.read_back import read_back
from measure.modes.state import RESTORING

if TYPE_CHECKING:
    from measure.device.power_mode import Modes, PowerMode
    from measure.modes.hands import Hands
    from measure.modes.state import BoardRecord

_BY_HAND = "`python3 -m measure restore --allow-reboot` does it"


def restore_board(hands: Hands, allow_reboot: bool | None) -> Restored:
    """Put mode, clocks and fan back; what fails is told, and the rest is done all the same.

    Parameters
    ----------
    hands
        What the board is changed with.
    allow_reboot
        Whether the board may be rebooted for it; when None, once, if the run was allowed to.
    """
    record = hands.file.load()
    if record is None:
        current = read_modes(hands.machine).current
        return Restored(True, current.name if current else "", clocks=True)
    return _Restoring(hands, record).go(allow_reboot)


class _Restoring:
    """One attempt to put a board back."""

    def __init__(self, hands: Hands, record: BoardRecord) -> None:
        self._hands = hands
        self._record = record
        self._problems: list[str] = []

    def go(self, allow_reboot: bool | None) -> Restored:
        """Do it all: the mode first, as the stored clocks and CPUs belong to it."""
        self._keep(state=RESTORING, job="")
        self._try(self._hands.verbs.let_go)
        before = len(self._problems)
        if self._record.touched:
            modes = read_modes(self._hands.machine)
            if self._restore_mode(modes, allow_reboot):
                mode = self._record.original.mode
                return Restored(False, mode, clocks=False, reboot_pending=True)
        clocks = len(self._problems) == before and self._try(self._hands.verbs.restore_clocks)
        if self._record.unit:
            self._try(self._hands.verbs.disable_unit)
        if self._record.reboot_from == self._hands.boot_id():
            self._problems.append(
                f"a reboot into {self._record.target} was asked for and may still come: reboot "
                "the board, then type `python3 -m measure restore`"
            )
        self._try(self._finish)
        current = read_modes(self._hands.machine).current
        return Restored(
            restored=not self._problems,
            mode=current.name if current else "",
            clocks=clocks,
            problems=tuple(dict.fromkeys(self._problems)),
        )

    def _restore_mode(self, modes: Modes, allow_reboot: bool | None) -> bool:
        """Go back to the mode by its name; say whether the board is about to reboot for it."""
        try:
            saved = modes.by_name(self._record.original.mode)
            if needs_reboot(modes.current, saved) or self._hands.verbs.set_mode(saved):
                return self._reboot(modes, saved, allow_reboot)
        except UserError as error:
            self._problems.append(str(error))
            return False
        self._prove(saved)
        return False

    def _reboot(self, modes: Modes, saved: PowerMode, allow_reboot: bool | None) -> bool:
        """Reboot into the mode, if that is allowed; say whether the board is about to."""
        asked_in = self._record.restore_from
        allowed = allow_reboot
        if allowed is None:
            allowed = self._record.allow_reboot and not asked_in
        if not allowed:
            there = modes.current.title if modes.current else "an unknown mode"
            after = " after a reboot" if asked_in not in ("", self._hands.boot_id()) else ""
            self._problems.append(
                f"the board is in {there}{after}, and needs a reboot into {saved.title}; {_BY_HAND}"
            )
            return False
        kept = self._keep(restore_from=self._hands.boot_id(), unit=True)
        if kept is not None:
            raise kept
        self._hands.verbs.enable_unit()
        os.sync()
        if self._hands.verbs.set_mode(saved, reboot=True):
            return True
        self._prove(saved)
        return False

    def _prove(self, saved: PowerMode) -> None:
        """Read back that the mode is in force."""
        found = read_back(self._hands.machine, saved, self._hands.settle_s)
        self._problems += found.contradictions

    def _finish(self) -> None:
        """Leave the board idle, or note what is left to do."""
        if self._problems:
            self._keep(problems=tuple(dict.fromkeys(self._problems)))
        else:
            self._hands.file.remove()

    def _keep(self, **changes: Any) -> ConditionError | None:
        """Note how far it got; that the disk is full is no reason to leave the board changed."""
        self._record = replace(self._record, **changes)
        try:
            self._hands.file.write(self._record)
        except ConditionError as error:
            return error
        return None

    def _try(self, step: Callable[[], None]) -> bool:
        """Take a step; say whether it went well."""
        try:
            step()
        except ConditionError as error:
            self._problems.append(str(error))
            return False
        return True
