"""What a board is changed with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from measure.device.state import BOOT_ID

if TYPE_CHECKING:
    from measure.device.machine import Machine
    from measure.modes.root_verbs import RootVerbs
    from measure.modes.state import StateFile


@dataclass(frozen=True)
class Hands:
    """A device, the verbs that change it, and the file that says what was changed."""

    machine: Machine
    file: StateFile
    verbs: RootVerbs
    settle_s: float
    """Seconds that the device gets to show a new mode."""

    def boot_id(self) -> str:
        """Return what identifies the present boot."""
        return self.machine.read(BOOT_ID) or ""
