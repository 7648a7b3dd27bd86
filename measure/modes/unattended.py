"""What happens to a board that came up for a run which then can't go on."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Iterator

from measure.errors import DeviceBusy, UserError
from measure.modes.keeper import ModeKeeper
from measure.modes.lock import DeviceLock
from measure.output import tell

if TYPE_CHECKING:
    from measure.device.machine import Machine


@contextlib.contextmanager
def board_put_back(machine: Machine) -> Iterator[None]:
    """Put the board back if what is tried in the context can't be done, and say why it can't.

    After a boot that a run asked for nobody is there to type `restore`. The way back may need a
    reboot itself; the board does that once, if the run was allowed to.
    """
    try:
        yield
    except DeviceBusy:
        raise
    except UserError as error:
        with DeviceLock(machine):
            restored = ModeKeeper(machine).restore(reason=str(error))
        for problem in restored.problems:
            tell(f"the board is not as it was: {problem}")
        raise
