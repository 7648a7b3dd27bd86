"""What can break on a device, and what `measure` then does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One thing that breaks.

    Parameters
    ----------
    breaks
        What is broken.
    outcome
        The documented outcome: exit code, what is said, what is kept.
    knobs
        What the fake Jetson is made with.
    """

    name: str
    breaks: str
    outcome: str
    knobs: dict[str, Any] = field(default_factory=dict)


FAULTS: dict[str, Fault] = {}
