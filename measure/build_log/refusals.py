"""Which layers the builder refused for the DLA, and the reasons it printed for each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from measure.build_log.messages import Match, Message

BOOKKEEPING_TYPES = ("CONSTANT", "SHUFFLE")
"""Types whose refusals say little: most are folded or merged before the engine is built."""

_UNNAMED = re.compile(r"\[(Constant|Shuffle)\]$")


@dataclass(frozen=True)
class Reason:
    """One message about a layer, as it was printed."""

    message: Message
    text: str
    line: int


@dataclass
class Refusal:
    """A layer that the builder took off the DLA."""

    layer: str
    type: str = ""
    reasons: list[Reason] = field(default_factory=list)

    @property
    def is_bookkeeping(self) -> bool:
        """Say whether the warning is about a constant or a change of shape, rarely a layer."""
        found = _UNNAMED.search(self.layer)
        kind = self.type or (found.group(1).upper() if found else "")
        return kind in BOOKKEEPING_TYPES

    @property
    def cause(self) -> Reason:
        """Return the reason that tells most: one that a rule stands behind, else the first."""
        for reason in self.reasons:
            if reason.message.rule:
                return reason
        return self.reasons[0]


class RefusalReader:
    """Collect the refusals of one run.

    A reason that names its layer is joined with the layer's other lines. One that names none
    stands before the refusal it explains, so it waits for the next line about a layer. What a
    builder prints again in a later pass is kept once.
    """

    def __init__(self) -> None:
        self.refusals: dict[str, Refusal] = {}
        self._nameless: Reason | None = None
        """The last reason that names no layer."""

    def add(self, match: Match, line: int) -> None:
        """Take a message of the level "refusal" into account."""
        reason = Reason(match.message, match.text, line)
        if not match.layer:
            self._nameless = reason
            return
        refusal = self.refusals.setdefault(match.layer, Refusal(match.layer))
        refusal.type = refusal.type or match.layer_type
        if self._nameless is not None and self._nameless.line == line - 1:
            _join(refusal, self._nameless)
        _join(refusal, reason)


def _join(refusal: Refusal, reason: Reason) -> None:
    """Give a refusal a reason that it does not have."""
    if all(known.text != reason.text for known in refusal.reasons):
        refusal.reasons.append(reason)
