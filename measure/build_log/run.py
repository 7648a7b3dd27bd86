"""One run of a builder, as its log tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from measure.build_log.engine import EngineReader
from measure.build_log.failures import FAILED, UNKNOWN, FailureReader
from measure.build_log.lists import ListReader
from measure.build_log.refusals import RefusalReader
from measure.build_log.settings import Settings

if TYPE_CHECKING:
    from measure.build_log.messages import Message


@dataclass
class Told:
    """How often a message was printed, and where first."""

    message: Message
    count: int
    line: int
    text: str


@dataclass
class Run:
    """Everything one run says.

    Parameters
    ----------
    outcome
        ``passed``, ``failed``, or ``unknown`` when the log ends before the last banner.
    ended
        Whether the last banner was seen.
    overlaps
        Whether another run wrote into the same log before this one ended.
    messages
        Every message of the table that was printed, by its key.
    """

    first_line: int
    program: str = ""
    version: str = ""
    settings: Settings = field(default_factory=Settings)
    outcome: str = UNKNOWN
    ended: bool = False
    overlaps: bool = False
    messages: dict[str, Told] = field(default_factory=dict)
    lists: ListReader = field(default_factory=ListReader)
    engine: EngineReader = field(default_factory=EngineReader)
    refused: RefusalReader = field(default_factory=RefusalReader)
    failed: FailureReader = field(default_factory=FailureReader)

    @property
    def has_failed(self) -> bool:
        """Say whether it failed, by its last banner or, without one, by its messages."""
        return self.outcome == FAILED or (not self.ended and bool(self.failed.failures))

    @property
    def tells_something(self) -> bool:
        """Say whether any line told what was asked for or what came of it."""
        return bool(
            self.program
            or self.version
            or self.messages
            or self.settings.command
            or self.settings.uses_dla is not None
            or self.lists.lists
            or self.lists.offload.nodes
            or self.lists.offload.accepted is not None
            or self.engine.layers
            or self.engine.inner
            or self.failed.unexplained
        )
