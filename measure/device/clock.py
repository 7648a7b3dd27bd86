"""The clocks that measuring uses."""

from __future__ import annotations

import time

_WINDOW_CLOCK = getattr(time, "CLOCK_MONOTONIC_RAW", time.CLOCK_MONOTONIC)
"""Not slewed by NTP, unlike CLOCK_MONOTONIC; only Linux has it."""


def now_ns() -> int:
    """Return nanoseconds of the clock that every window is measured with."""
    return time.clock_gettime_ns(_WINDOW_CLOCK)


def utc_now() -> str:
    """Return the date and time, "2026-11-21T06:00:00Z"; for provenance only, it may jump."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
