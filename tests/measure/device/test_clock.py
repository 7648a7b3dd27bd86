from __future__ import annotations

import re
import time

from measure.device.clock import now_ns, utc_now


def test_windows_only_grow() -> None:
    """The clock of windows counts nanoseconds that never go back."""
    stamps = [now_ns() for _ in range(1000)]

    assert stamps == sorted(stamps)
    assert abs(now_ns() - time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW)) < 60e9


def test_date_is_utc() -> None:
    """The date is written as the tables want it."""
    assert re.fullmatch(r"2\d{3}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\dZ", utc_now())
    assert utc_now()[:10] in (
        time.strftime("%Y-%m-%d", time.gmtime(time.time() + d)) for d in (-9, 0, 9)
    )
