"""Change power modes such that the board is always put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.errors import ConditionError
from measure.modes.outcome import PINNED, Applied, Original, RebootPending, Restored

if TYPE_CHECKING:
    from pathlib import Path

    from measure.device.machine import Machine
    from measure.device.power_mode import PowerMode


class RebootNeeded(ConditionError):  # noqa: N818 - the name says what is the matter
    """A mode needs a reboot that nobody allowed; the board is unchanged."""


class ModeKeeper:
    """Power mode, clocks and fan of a device, with a state that survives a power cut."""

    def __init__(
        self, machine: Machine, folder: Path | None = None, *, allow_reboot: bool = False
    ) -> None:
        raise NotImplementedError

    state: str
    """IDLE, SAVED, SWITCHING, READY, RUNNING or RESTORING."""
    run: str
    """The run that changed the board, as given to save."""

    def check_idle(self) -> None:
        """Refuse (ConditionError) when a run left the board changed, naming both ways out."""
        raise NotImplementedError

    def save(self, run: str = "") -> Original:
        """Note how the board is, before anything is changed."""
        raise NotImplementedError

    def apply(self, wanted: PowerMode | str, clock_policy: str = PINNED) -> Applied | RebootPending:
        """Change the mode by name and read it back (RebootNeeded without permission)."""
        raise NotImplementedError

    def running(self, job: str) -> None:
        """Note which job runs."""
        raise NotImplementedError

    def restore(self, allow_reboot: bool | None = None) -> Restored:
        """Put mode, clocks and fan back."""
        raise NotImplementedError

    def resume(self, progress: int) -> Applied | RebootPending | Restored | None:
        """Go on after a break; progress is how many results the journal holds."""
        raise NotImplementedError
