"""Mean power over a window."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measure.power.integrate import mean_power
from measure.power.samples import RailSamples

if TYPE_CHECKING:
    from collections.abc import Callable

MS = 10**6


def _samples(points: list[tuple[int, float]], millivolts: float = 5000) -> dict[str, RailSamples]:
    """Return samples of a rail from milliseconds and watts."""
    return {
        "VDD_IN": RailSamples(
            [round(ms * MS) for ms, _ in points],
            [millivolts] * len(points),
            [watts / millivolts * 1e6 for _, watts in points],
        )
    }


def _even(
    watts: Callable[[float], float], last_ms: int, step_ms: int = 20
) -> list[tuple[int, float]]:
    return [(ms, watts(ms)) for ms in range(0, last_ms + 1, step_ms)]


def test_constant_power() -> None:
    mean = mean_power(_samples(_even(lambda ms: 4, 1000)), "VDD_IN", 105 * MS, 895 * MS)

    assert mean.mean_w == pytest.approx(4)
    assert (mean.codes, mean.samples, mean.stuck) == (1, 39, True)
    assert (mean.median_gap_ms, mean.max_gap_ms) == (20, 20)
    assert mean.coverage == pytest.approx(1)
    assert (mean.lost, mean.absurd) == (0, 0)


def test_straight_line() -> None:
    """Between readings the power is a straight line, also at the ends of the window."""
    mean = mean_power(_samples(_even(lambda ms: ms / 100, 1000)), "VDD_IN", 105 * MS, 395 * MS)

    assert mean.mean_w == pytest.approx(2.5)
    assert not mean.stuck


def test_uneven_stamps() -> None:
    """Each reading counts for the time about it, not for a nominal period."""
    points = [(0, 2.0), (100, 2.0), (101, 8.0), (102, 2.0), (200, 2.0)]

    mean = mean_power(_samples(points), "VDD_IN", 0, 200 * MS)

    assert mean.mean_w == pytest.approx(2 + 6 / 200)
    assert mean.codes == 2


def test_gap_within() -> None:
    points = [(ms, 4.0) for ms in range(0, 1001, 20) if not 300 < ms < 600]

    mean = mean_power(_samples(points), "VDD_IN", 0, 1000 * MS)

    assert mean.max_gap_ms == 300
    assert mean.median_gap_ms == 20
    assert mean.coverage == pytest.approx(0.7)
    assert mean.mean_w == pytest.approx(4)


@pytest.mark.parametrize(("a_ms", "b_ms"), [(-300, 700), (300, 1300)])
def test_sampler_that_is_late_or_dies(a_ms: int, b_ms: int) -> None:
    """What has no readings at an end of the window is not covered, however long."""
    mean = mean_power(_samples(_even(lambda ms: 4, 1000)), "VDD_IN", a_ms * MS, b_ms * MS)

    assert mean.coverage == pytest.approx(0.7)
    assert mean.max_gap_ms == 300
    assert mean.mean_w == pytest.approx(4)


@pytest.mark.parametrize(
    "points", [[], [(500, 4.0)], [(0, 4.0), (20, 4.0)], [(2000, 4.0), (2020, 4.0)]]
)
def test_too_few_readings(points: list[tuple[int, float]]) -> None:
    mean = mean_power(_samples(points), "VDD_IN", 100 * MS, 1100 * MS)

    assert math.isnan(mean.mean_w)
    assert mean.coverage == 0
    assert not mean.stuck
    assert mean.max_gap_ms > 250


def test_two_readings_at_once() -> None:
    """The same stamp twice is no gap."""
    mean = mean_power(_samples([(0, 4.0), (50, 4.0), (50, 4.0), (100, 4.0)]), "VDD_IN", 0, 100 * MS)

    assert mean.mean_w == pytest.approx(4)


def test_lost_and_absurd_reads() -> None:
    samples = _samples(_even(lambda ms: 4, 1000))
    samples["VDD_IN"].lost_ns = [50 * MS, 150 * MS, 950 * MS]
    samples["VDD_IN"].milliamperes[20] = 3e6
    samples["VDD_IN"].millivolts[21] = -8
    samples["VDD_IN"].millivolts[22] = 40_000

    mean = mean_power(samples, "VDD_IN", 100 * MS, 900 * MS)

    assert (mean.lost, mean.absurd) == (1, 3)


@given(
    st.lists(st.integers(1, 300), min_size=2, max_size=40),
    st.lists(st.integers(0, 50), min_size=41, max_size=41),
    st.integers(-500, 3000),
    st.integers(1, 3000),
)
def test_bounds(gaps: list[int], watts: list[int], begin: int, length: int) -> None:
    """A mean lies within the readings, coverage within 0 and 1, whatever the stamps."""
    stamps = [sum(gaps[:count]) for count in range(len(gaps) + 1)]
    points = [(ms, float(power)) for ms, power in zip(stamps, watts, strict=False)]

    mean = mean_power(_samples(points), "VDD_IN", begin * MS, (begin + length) * MS)

    assert 0 <= mean.coverage <= 1 + 1e-9
    if not math.isnan(mean.mean_w):
        used = [power for _, power in points]
        assert min(used) - 1e-9 <= mean.mean_w <= max(used) + 1e-9


def _measured(
    chance: random.Random, step_w: float, noise_w: float, drift_w: float
) -> list[tuple[int, float]]:
    """Return a minute of jittered, quantised readings of 12 W with correlated noise and drift."""
    ms, walk, points = 0.0, 0.0, []
    while ms < 60_000:
        walk = 0.9 * walk + chance.gauss(0, noise_w * math.sqrt(1 - 0.81))
        power = 12 + walk + drift_w * (ms / 60_000 - 0.5)
        points.append((round(ms), round(power / step_w) * step_w))
        ms += chance.uniform(10, 30)
    return points


@pytest.mark.parametrize(
    ("step_w", "noise_w", "drift_w"),
    [(0.04, 0.02, 0.0), (0.394, 0.3, 0.0), (0.394, 0.2, 1.0), (0.394, 0.02, 2.0)],
)
def test_quantised_jittered_and_drifting(step_w: float, noise_w: float, drift_w: float) -> None:
    """Where noise or drift moves a rail over its codes, the mean of a minute is right.

    The error over many minutes has no bias, and its spread is far below a step.
    """
    chance = random.Random(11)
    errors = []
    for _ in range(30):
        samples = _samples(_measured(chance, step_w, noise_w, drift_w), 19_700)
        mean = mean_power(samples, "VDD_IN", 2000 * MS, 58_000 * MS)
        assert mean.coverage > 0.999
        assert mean.max_gap_ms < 40
        errors.append(mean.mean_w - 12)

    assert sum(errors) / len(errors) == pytest.approx(0, abs=0.03)
    assert max(map(abs, errors)) < max(0.1, step_w / 4)


def test_period_of_the_load_does_not_alias() -> None:
    """Jitter sees a load that alternates with exactly the period of sampling at its mean."""
    chance = random.Random(7)
    ms, points = 0.0, []
    while ms < 60_000:
        points.append((ms, 6.0 if ms % 20 < 10 else 2.0))
        ms += chance.uniform(10, 30)

    mean = mean_power(_samples(points), "VDD_IN", 1000 * MS, 59_000 * MS)  # type: ignore[arg-type]

    assert mean.mean_w == pytest.approx(4, abs=0.1)
