"""The keeper of a machine that has neither power modes nor clocks to set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.modes.outcome import DVFS, Applied, Original, Restored

if TYPE_CHECKING:
    from measure.device.power_mode import PowerMode

IDLE = "IDLE"


class NoModes:
    """What ModeKeeper offers, for a machine that is no Jetson: nothing is changed or put back."""

    state = IDLE
    """Always idle."""
    run = ""
    """No run is ever left behind."""

    def check_idle(self) -> None:
        """Find nothing left behind."""

    def save(self, run: str = "") -> Original:
        """Return that nothing is known of a mode."""
        return Original(mode_id=None, mode="", conf_sha256="", boot_id="")

    def apply(self, wanted: PowerMode | str, clock_policy: str = DVFS) -> Applied:
        """Take any mode as in force."""
        return Applied(mode_id=None, mode="", key="", clock_policy=clock_policy)

    def running(self, job: str) -> None:
        """Do nothing: no job can leave the machine changed."""

    def restore(self, allow_reboot: bool | None = None, reason: str = "") -> Restored:
        """Put nothing back."""
        return Restored(restored=True, mode="", clocks=True, reason=reason)

    def resume(self, progress: int) -> None:
        """Find nothing to resume."""
