"""Change the power mode, through a reboot where the mode needs one."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from measure.device.nvpmodel import read_modes
from measure.device.power_mode import TOLERANCE, needs_reboot
from measure.errors import ConditionError
from measure.modes.outcome import DVFS, PINNED, Applied, RebootPending
from measure.modes.read_back import read_back
from measure.modes.state import READY, SWITCHING

if TYPE_CHECKING:
    from measure.device.power_mode import PowerMode
    from measure.device.state import DeviceState
    from measure.modes.hands import Hands
    from measure.modes.state import BoardRecord

MOST_ATTEMPTS = 2
"""Reboots into a mode before it is given up."""


class RebootNeeded(ConditionError):  # noqa: N818 - the name says what is the matter
    """A mode needs a reboot that nobody allowed; the board is in the mode it was in."""


class ModeNotReached(ConditionError):  # noqa: N818 - the name says what is the matter
    """A mode isn't in force after as many reboots as are tried."""


def switch(
    hands: Hands, record: BoardRecord, wanted: str, clock_policy: str
) -> Applied | RebootPending:
    """Change the mode and prove it, or have the board reboot into it.

    Parameters
    ----------
    hands
        What the board is changed with.
    record
        How far the run is with the board.
    wanted
        Name of the mode.
    clock_policy
        "pinned" or "dvfs".

    Raises
    ------
    UserError
        When the device has no such mode.
    RebootNeeded
        When it needs a reboot and that isn't allowed.
    ConditionError
        When rights are missing.
    """
    modes = read_modes(hands.machine)
    target = modes.by_name(wanted)
    reboot = needs_reboot(modes.current, target)
    if reboot:
        _check_reboot(record, target)
    record = hands.file.write(
        replace(
            record,
            state=SWITCHING,
            target=target.name,
            clock_policy=clock_policy,
            reboot_from="",
            attempt=0,
            touched=True,
            job="",
        )
    )
    hands.verbs.let_go()
    if not reboot and hands.verbs.set_mode(target):
        _check_reboot(record, target)
        reboot = True
    return _reboot(hands, record, target) if reboot else _prove(hands, record, target)


def go_on_after_reboot(hands: Hands, record: BoardRecord) -> Applied | RebootPending:
    """Prove the mode that the board was rebooted into, or have it reboot once more.

    Raises
    ------
    ModeNotReached
        When it was rebooted often enough.
    ConditionError
        When it hasn't rebooted, or rights are missing.
    """
    if record.reboot_from == hands.boot_id():
        raise ConditionError(
            f"the board has not rebooted since the power mode {record.target} was asked for: "
            "reboot it and type `python3 -m measure run --resume`, or put it back with "
            "`python3 -m measure restore`"
        )
    modes = read_modes(hands.machine)
    target = modes.by_name(record.target)
    if modes.current is not None and modes.current.key == target.key:
        return _prove(hands, record, target)
    if record.attempt >= MOST_ATTEMPTS:
        raise ModeNotReached(
            f"the power mode {target.title} was not reached after {record.attempt} reboots"
        )
    return _reboot(hands, record, target)


def _reboot(hands: Hands, record: BoardRecord, target: PowerMode) -> Applied | RebootPending:
    """Have the board reboot into a mode; it may find that it doesn't need to."""
    record = hands.file.write(replace(record, unit=True))
    hands.verbs.enable_unit()
    record = hands.file.write(
        replace(record, reboot_from=hands.boot_id(), attempt=record.attempt + 1)
    )
    os.sync()
    if hands.verbs.set_mode(target, reboot=True):
        return RebootPending(target.name, record.attempt)
    return _prove(hands, record, target)


def _prove(hands: Hands, record: BoardRecord, target: PowerMode) -> Applied:
    """Read a mode back and set the clocks; the board is ready if nothing contradicts it."""
    found = read_back(hands.machine, target, hands.settle_s)
    contradictions = found.contradictions
    if not contradictions:
        if record.clock_policy == PINNED:
            hands.verbs.pin()
            found = read_back(hands.machine, target, hands.settle_s)
        contradictions = (*found.contradictions, *contradict_policy(found.state, record))
    state = SWITCHING if contradictions else READY
    hands.file.write(replace(record, state=state, reboot_from=""))
    return Applied(
        mode_id=target.id,
        mode=target.name,
        key=target.key,
        clock_policy=record.clock_policy,
        readback=found.state.as_dict(),
        contradictions=contradictions,
    )


def contradict_policy(state: DeviceState, record: BoardRecord) -> list[str]:
    """Return a sentence if clocks move that should be pinned, or are pinned and should move."""
    lowest, highest = state.gpu_min_mhz, state.gpu_max_mhz
    if lowest is None or highest is None:
        return []
    is_pinned = lowest >= highest * (1 - TOLERANCE)
    found = []
    if record.clock_policy == PINNED and not is_pinned:
        moves = f"between {lowest:.0f} and {highest:.0f} MHz"
        found.append(f"the clocks were to be pinned, the GPU moves {moves}")
    if record.clock_policy == DVFS and is_pinned:
        found.append(
            f"the clocks were to be free, somebody pinned the GPU at {highest:.0f} MHz; restart, "
            "or measure without --dvfs"
        )
    return found


def _check_reboot(record: BoardRecord, target: PowerMode) -> None:
    """Refuse a reboot that isn't allowed."""
    if not record.allow_reboot:
        raise RebootNeeded(
            f"the power mode {target.title} needs a reboot, as it switches off other parts of "
            "the GPU; allow it with --allow-reboot or leave the mode out"
        )
