"""How long a run is expected to take."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from measure.run.jobs import Job
    from measure.run.settings import Settings

_START_S = {"trtexec": 3.0, "onnxruntime": 0.5}
"""Start of the processes of a segment, and its end."""
_BUILD_S = {"trtexec": 240.0, "onnxruntime": 5.0}


def pair_seconds(settings: Settings, backend: str, has_power: bool) -> float:
    """Return the time of a pair: idle where power is read, then load."""
    load_s = settings.warmup_s + settings.load_s + _START_S[backend]
    return load_s + settings.idle_s if has_power else load_s


def job_seconds(
    job: Job, settings: Settings, backend: str, has_power: bool, marginal: bool
) -> float:
    """Return the expected time of a job with the least number of pairs."""
    pairs = settings.min_pairs * pair_seconds(settings, backend, has_power)
    seconds = _BUILD_S[backend] + settings.soak_window_s + pairs
    if has_power:
        host = settings.host_pairs * (settings.host_s + settings.idle_s)
        seconds += settings.idle_s + host
    if has_power and marginal:
        seconds += 2 * len(settings.rate_fractions) * (settings.rate_s + settings.warmup_s)
    return seconds


def in_words(seconds: float) -> str:
    """Return a time as a person says it: 45 s, 12 min, 3 h 20 min."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
