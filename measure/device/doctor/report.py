"""What was found of a machine, judged."""

from __future__ import annotations

from dataclasses import dataclass

OK, WARN, STOP = "ok", "warn", "stop"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    key: str
    """Name for programs: dla_cores."""
    title: str
    """Name for people: DLA cores."""
    verdict: str
    """ok, warn or stop."""
    found: str
    """What was found."""
    remedy: str = ""
    """What to do about it."""
    command: str = ""
    """A command that does it."""


@dataclass(frozen=True)
class Report:
    """All that was looked at."""

    is_jetson: bool
    """Whether the machine is judged as a Jetson, or its CPU alone."""
    checks: tuple[Check, ...]

    def count(self, verdict: str) -> int:
        """Return how many checks have a verdict."""
        return sum(check.verdict == verdict for check in self.checks)

    @property
    def stops(self) -> list[Check]:
        """The checks that forbid to measure."""
        return [check for check in self.checks if check.verdict == STOP]
