from __future__ import annotations

import pytest

from measure.run.durations import in_words, job_seconds
from measure.run.settings import Settings
from tests.measure.run.stage import job


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(45.4, "45 s"), (89, "89 s"), (720, "12 min"), (12000, "3 h 20 min"), (7200, "2 h")],
)
def test_in_words(seconds: float, words: str) -> None:
    """A time is said as people do."""
    assert in_words(seconds) == words


def test_power_and_rates_take_their_time() -> None:
    """Idle segments, the host's and several rates come on top."""
    settings = Settings()
    bare = job_seconds(job(), settings, "trtexec", has_power=False, marginal=True)
    power = job_seconds(job(), settings, "trtexec", has_power=True, marginal=False)
    rates = job_seconds(job(), settings, "trtexec", has_power=True, marginal=True)

    assert bare > settings.min_pairs * settings.load_s
    assert power - bare >= settings.min_pairs * settings.idle_s
    assert rates - power == 8 * (settings.rate_s + settings.warmup_s)
