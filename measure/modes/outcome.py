"""What came of a change of mode."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

PINNED, DVFS = "pinned", "dvfs"
"""Clock policies: all clocks at their highest, or as the governors like."""


@dataclass(frozen=True)
class Original:
    """The board as it was found, which is what restoring goes back to."""

    mode_id: int | None
    """Number of the mode; kept for the record, as numbers differ between releases."""
    mode: str
    """Name of the mode as nvpmodel prints it; restoring goes by it."""
    conf_sha256: str
    """Hash of nvpmodel's file."""
    boot_id: str
    pinned: bool | None = None
    """Whether somebody had pinned the clocks already; None when that isn't known."""

    def as_dict(self) -> dict[str, Any]:
        """Return what the journal stores."""
        return asdict(self)


@dataclass(frozen=True)
class Applied:
    """A mode that was asked for, and what the device says of it."""

    mode_id: int | None
    mode: str
    """Name as nvpmodel prints it."""
    key: str
    """Name as the tables write it."""
    clock_policy: str
    readback: dict[str, Any] = field(default_factory=dict)
    """The device's state afterwards."""
    contradictions: tuple[str, ...] = ()
    """Sentences that say why the mode isn't in force; no row may be measured under any."""

    @property
    def ok(self) -> bool:
        """Whether nothing contradicts that the mode is in force."""
        return not self.contradictions

    def as_dict(self) -> dict[str, Any]:
        """Return what the journal stores."""
        return {**asdict(self), "contradictions": list(self.contradictions), "applied": self.ok}


@dataclass(frozen=True)
class RebootPending:
    """The board is about to reboot; the run goes on after that. Whoever gets this must end now."""

    mode: str
    """Name of the mode that it reboots into."""
    attempt: int
    """1 for the first reboot into this mode."""


@dataclass(frozen=True)
class Restored:
    """What came of putting the board back."""

    restored: bool
    """Whether mode, clocks and fan are those found at the start."""
    mode: str
    """Name of the mode that the board is in, or reboots into."""
    clocks: bool
    """Whether the clocks are restored."""
    reboot_pending: bool = False
    """Whether the board is about to reboot for it; the rest follows after that."""
    problems: tuple[str, ...] = ()
    """Why the board isn't as it was found."""
    reason: str = ""
    """Why the mode or the run was given up, if it was; empty when the run simply ended."""
    goes_on: bool = True
    """Whether the run may go on in other modes; not after its end, or in a boot loop."""

    def as_dict(self) -> dict[str, Any]:
        """Return what the journal stores."""
        return {**asdict(self), "problems": list(self.problems)}
