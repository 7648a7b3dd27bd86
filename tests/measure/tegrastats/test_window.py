"""Where the load is in a log."""

from __future__ import annotations

import random

import pytest

from measure.tegrastats.window import END_S, FEWEST_READINGS, SETTLE_S, Window, find_window

IDLE, LOAD = 8.0, 15.0


def _power(*parts: tuple[float, int]) -> list[float]:
    return [watts for watts, count in parts for _ in range(count)]


def test_one_load_between_idles() -> None:
    """The load less what settles at its begin and end."""
    window = find_window(_power((IDLE, 30), (LOAD, 200), (IDLE, 40)), 0.1, 0.4)

    assert window == Window(30 + 50, 30 + 200 - 10, IDLE, 1)
    assert (SETTLE_S, END_S) == (5, 1)


def test_slow_rise() -> None:
    """The load begins where the power passes the middle."""
    rise = [IDLE + (LOAD - IDLE) * step / 20 for step in range(20)]

    window = find_window([IDLE] * 20 + rise + [LOAD] * 100, 0.1, 0.4)

    assert window is not None
    assert window.first == 20 + 10 + 50


def test_longest_of_several_loads() -> None:
    """A short peak does not set the level, nor is it a load; a second load is counted."""
    power = _power(
        (IDLE, 30), (LOAD, 70), (IDLE, 30), (LOAD, 150), (IDLE, 20), (LOAD, 3), (IDLE, 9)
    )

    assert find_window(power, 0.1, 0.4) == Window(130 + 50, 130 + 150 - 10, IDLE, 2)


def test_single_spike() -> None:
    power = _power((IDLE, 30), (LOAD, 100), (90.0, 1), (LOAD, 100), (IDLE, 40))

    assert find_window(power, 0.1, 0.4) == Window(80, 221, IDLE, 1)


@pytest.mark.parametrize(("low", "step"), [(LOAD, 0.4), (LOAD - 0.3, 0.4), (LOAD - 0.7, 0.1)])
def test_load_alone(low: float, step: float) -> None:
    """A change below the step, or of few per cent, is no sign of idle."""
    window = find_window(_power((low, 50), (LOAD, 150)), 0.1, step)

    assert window == Window(50, 190, None, 1)


@pytest.mark.parametrize("power", [[], [LOAD] * 3, _power((IDLE, 50), (LOAD, 65), (IDLE, 50))])
def test_load_too_short(power: list[float]) -> None:
    assert find_window(power, 0.1, 0.4) is None


def test_one_reading_a_second() -> None:
    """Slow logs are cut by time, not by lines."""
    load = 5 + 1 + FEWEST_READINGS

    assert find_window(_power((IDLE, 5), (LOAD, load), (IDLE, 5)), 1.0, 0.4) == Window(
        10, 5 + load - 1, IDLE, 1
    )


def test_random_logs() -> None:
    """Whatever the levels and the noise, the window lies within the load."""
    chance = random.Random(5)
    for _ in range(200):
        idle, more = chance.uniform(3, 10), chance.uniform(1, 20)
        counts = [chance.randint(10, 80), chance.randint(100, 300), chance.randint(10, 80)]
        power = [
            level + chance.gauss(0, 0.02 * more)
            for level, count in zip((idle, idle + more, idle), counts, strict=True)
            for _ in range(count)
        ]

        window = find_window(power, 0.1, 0.0)

        assert window is not None
        if window.idle_floor is not None:
            assert (window.first, window.end) == (counts[0] + 50, sum(counts[:2]) - 10)
