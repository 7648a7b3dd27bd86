"""Intervals from segments and pairs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from measure.statistics.blocks import blocks_interval
from measure.statistics.interval import (
    Interval,
    bootstrap_interval,
    disagree,
    geometric_interval,
    mean_interval,
    ratio_interval,
)

VALUES = [98.0, 103.0, 101.0, 99.5, 100.5, 97.0, 102.0, 100.0]


def test_mean() -> None:
    """The mean has Student's interval, as SciPy gives it."""
    found = mean_interval(VALUES)

    expected = stats.t.interval(0.95, 7, np.mean(VALUES), stats.sem(VALUES))
    assert (found.value, found.n) == (pytest.approx(np.mean(VALUES)), 8)
    assert (found.low, found.high) == (pytest.approx(expected[0]), pytest.approx(expected[1]))


def test_geometric() -> None:
    """The geometric mean has Student's interval on the logarithms."""
    found = geometric_interval(VALUES, confidence=0.9)

    logs = np.log(VALUES)
    expected = np.exp(stats.t.interval(0.9, 7, logs.mean(), stats.sem(logs)))
    assert found.value == pytest.approx(stats.gmean(VALUES))
    assert (found.low, found.high) == (pytest.approx(expected[0]), pytest.approx(expected[1]))
    assert found.log_half_width == pytest.approx(math.log(expected[1] / expected[0]) / 2)


def test_scatter_of_the_first() -> None:
    """With a first stage the mean is of all, the scatter and its degrees are of the first ones."""
    found = mean_interval([1.0, 3.0, 2.0, 2.0], first=2)

    half = stats.t.ppf(0.975, 1) * math.sqrt(2) / 2
    assert found.value == 2.0
    assert found.high == pytest.approx(2 + half)


@pytest.mark.parametrize("make", [mean_interval, geometric_interval])
def test_one_value(make: object) -> None:
    """A single value has no interval."""
    assert callable(make)
    found = make([5.0])

    assert (found.value, found.low, found.high) == (pytest.approx(5.0), None, None)
    assert found.log_half_width is None


def test_ratio_of_pairs() -> None:
    """What two of a pair share cancels, however much it varies between pairs."""
    shared = [1.0, 2.0, 0.5, 4.0]

    found = ratio_interval([3 * value for value in shared], shared)

    assert found.value == pytest.approx(3.0)
    assert found.log_half_width == pytest.approx(0.0, abs=1e-9)
    with pytest.raises(ValueError, match="4 numerators for 3 denominators"):
        ratio_interval(shared, shared[:3])


def test_interval_down_to_zero() -> None:
    """An interval that reaches zero has no relative width."""
    assert Interval(1.0, -1.0, 3.0, 2).log_half_width is None


def test_bootstrap() -> None:
    """The percentile bootstrap agrees with SciPy's, and is the same each time."""
    found = bootstrap_interval(VALUES, seed=5)
    expected = stats.bootstrap(
        (np.log(VALUES),), np.mean, n_resamples=10000, method="percentile", rng=1
    ).confidence_interval

    assert found == bootstrap_interval(VALUES, seed=5)
    assert found != bootstrap_interval(VALUES, seed=6)
    assert found.value == pytest.approx(stats.gmean(VALUES))
    assert math.log(found.low or 0) == pytest.approx(expected.low, abs=5e-4)
    assert math.log(found.high or 0) == pytest.approx(expected.high, abs=5e-4)


def test_disagreement() -> None:
    """Half-widths that differ by more than half of the larger disagree."""
    wide, near, narrow = (Interval(1, math.exp(-w), math.exp(w), 8) for w in (0.1, 0.051, 0.049))

    assert not disagree(wide, near)
    assert disagree(wide, narrow)
    assert disagree(narrow, wide)
    assert not disagree(wide, Interval(1, None, None, 1))


def test_one_far_value_makes_them_disagree() -> None:
    """The bootstrap of few values does not see what one far value does to Student's interval."""
    values = [1.0, 2.0]

    assert disagree(geometric_interval(values), bootstrap_interval(values, seed=1))


def test_blocks() -> None:
    """Blocks of one segment are batched, so that neighbours alike count once."""
    alike = [rate for rate in VALUES for _ in range(5)]

    found = blocks_interval(alike)

    assert found is not None
    assert found.value == pytest.approx(np.mean(VALUES))
    assert found.n == 10
    assert blocks_interval(alike[:9]) is None


def test_blocks_that_are_left_over() -> None:
    """Batches are of one size; blocks that do not fill one are left out."""
    found = blocks_interval([1.0] * 10 + [2.0] * 10 + [99.0])

    assert found is not None
    assert found.value == pytest.approx(1.5)
