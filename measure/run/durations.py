"""How long a run is expected to take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from measure.run.jobs import Extras
    from measure.run.settings import Settings

_START_S = {"trtexec": 3.0, "onnxruntime": 0.5}
"""Start of the processes of a segment, and its end."""
_BUILD_S = {"trtexec": 240.0, "onnxruntime": 5.0}


@dataclass(frozen=True)
class Durations:
    """Seconds that the parts of a job are expected to take."""

    build_s: float
    soak_s: float
    pair_s: float
    """Idle where power is read, then load."""
    least_pairs: int
    ends_s: float
    """The last idle segment, the host's part and the several rates."""
    endurance_s: float

    @property
    def job_s(self) -> float:
        """Return the time of a job with the least number of pairs."""
        pairs_s = self.least_pairs * self.pair_s
        return self.build_s + self.soak_s + pairs_s + self.ends_s + self.endurance_s


def durations(settings: Settings, backend: str, has_power: bool, extras: Extras) -> Durations:
    """Return what the parts of each job take by some settings."""
    start_s = settings.warmup_s + _START_S[backend]
    ends_s = 0.0
    if has_power:
        ends_s += settings.idle_s + settings.host_pairs * (settings.host_s + settings.idle_s)
    if has_power and extras.marginal:
        ends_s += 2 * len(settings.rate_fractions) * (start_s + settings.rate_s)
    return Durations(
        build_s=_BUILD_S[backend],
        soak_s=settings.soak_window_s,
        pair_s=start_s + settings.load_s + (settings.idle_s if has_power else 0.0),
        least_pairs=settings.min_pairs,
        ends_s=ends_s,
        endurance_s=start_s + settings.endurance_s if extras.endurance else 0.0,
    )


def in_words(seconds: float) -> str:
    """Return a time as a person says it: 45 s, 12 min, 3 h 20 min."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
