"""Time of each layer: the file of --exportProfile."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class LayerTime:
    """A layer's time; ``None`` is what the file or the table has not."""

    name: str
    total_ms: float | None
    average_ms: float | None
    median_ms: float | None
    percent: float | None


@dataclass
class Profile:
    """One profile: how many runs it covers, and the layers in the order of the engine."""

    iterations: int | None = None
    layers: list[LayerTime] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_profile(path: str) -> list[Profile]:
    """Return the profiles of a file, one for each run that was appended to it."""
    raise NotImplementedError
