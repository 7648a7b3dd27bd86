"""Why a build failed, and whether it did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from measure.build_log.messages import Match, Message

PASSED = "passed"
FAILED = "failed"
UNKNOWN = "unknown"

_KEPT = 20
"""Error lines kept of those that no message explains: the first ones tell the cause."""
_LONGEST = 400


@dataclass(frozen=True)
class Failure:
    """A message of the level "failure": the first time it was printed, and how often."""

    message: Message
    text: str
    line: int
    layer: str


@dataclass
class FailureReader:
    """Collect the failures and the error lines of one run."""

    failures: dict[str, Failure] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    """Error lines that no message explains."""
    unexplained: int = 0

    def add(self, match: Match, line: int) -> None:
        """Take a message of the level "failure" into account."""
        failure = Failure(match.message, match.text, line, match.layer)
        self.failures.setdefault(match.message.key, failure)

    def add_error(self, text: str) -> None:
        """Keep an error line that no message explains."""
        self.unexplained += 1
        if len(self.errors) < _KEPT:
            self.errors.append(text[:_LONGEST])
