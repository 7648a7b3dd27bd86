from __future__ import annotations

import pytest

from measure.run.durations import durations, in_words
from measure.run.jobs import Extras
from measure.run.settings import Settings


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(45.4, "45 s"), (89, "89 s"), (720, "12 min"), (12000, "3 h 20 min"), (7200, "2 h")],
)
def test_in_words(seconds: float, words: str) -> None:
    """A time is said as people do."""
    assert in_words(seconds) == words


def test_power_rates_and_endurance_take_their_time() -> None:
    """Idle segments, the host's, several rates and the long load come on top."""
    settings = Settings()
    bare = durations(settings, "trtexec", False, Extras(marginal=True)).job_s
    power = durations(settings, "trtexec", True, Extras()).job_s
    rates = durations(settings, "trtexec", True, Extras(marginal=True)).job_s
    endurance = durations(settings, "trtexec", True, Extras(endurance=True)).job_s

    assert bare > settings.min_pairs * settings.load_s
    assert power - bare >= settings.min_pairs * settings.idle_s
    assert rates - power >= 8 * (settings.rate_s + settings.warmup_s)
    assert endurance - power >= settings.endurance_s + settings.warmup_s
