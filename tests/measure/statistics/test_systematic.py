"""What repeating can't show."""

from __future__ import annotations

import math

import pytest

from measure.statistics.interval import Interval
from measure.statistics.systematic import (
    Reading,
    half_width,
    has_few_codes,
    quantisation_w,
    widened,
)

STEP = 0.394


def test_standing_still() -> None:
    """A reading that never moves is off by anything within a step."""
    found = quantisation_w([Reading(4.728, STEP, 1)] * 8)

    assert found == pytest.approx(STEP / math.sqrt(12))


def test_noise_evens_it_out() -> None:
    """The more codes a window has, the less is hidden; with many next to nothing."""
    hidden = [quantisation_w([Reading(5.0, STEP, codes)] * 8) for codes in (1, 2, 3, 4, 8)]

    assert hidden == sorted(hidden, reverse=True)
    assert hidden[-1] < 1e-6


def test_drift_evens_it_out() -> None:
    """So do levels that differ between segments, where their scatter makes the interval."""
    drifting = [Reading(5.0 + 0.1 * number, STEP, 1) for number in range(8)]

    assert quantisation_w(drifting) < 0.1 * quantisation_w(drifting[:1])
    assert quantisation_w(drifting, scatter_counts=False) == quantisation_w(drifting[:1])


@pytest.mark.parametrize(
    "repeats", [[], [Reading(5.0, None, 1)], [Reading(5.0, STEP, None)], [Reading(5.0, 0.0, 1)]]
)
def test_unknown(repeats: list[Reading]) -> None:
    """Where the step or the codes are not known nothing is claimed."""
    assert quantisation_w(repeats) == 0.0


def test_few_codes() -> None:
    """Fewer than three codes on average are few."""
    assert has_few_codes([Reading(5.0, STEP, 2), Reading(5.0, STEP, 3)])
    assert not has_few_codes([Reading(5.0, STEP, 3)])
    assert not has_few_codes([Reading(5.0, STEP, None)])


def test_half_width() -> None:
    """Independent deviations add in quadrature."""
    assert half_width([0.3, 0.4]) == pytest.approx(1.96 * 0.5)
    assert half_width([]) == 0.0


def test_widened() -> None:
    """The systematic part is added to the logarithms in quadrature."""
    interval = Interval(10.0, 10 * math.exp(-0.03), 10 * math.exp(0.03), 8)

    found = widened(interval, 0.04)

    assert found.log_half_width == pytest.approx(0.05)
    assert found.value == 10.0
    assert widened(Interval(10.0, None, None, 1), 0.04) == Interval(10.0, None, None, 1)


@pytest.mark.parametrize("relative", [7.0, 1e6])
def test_too_wide(relative: float) -> None:
    """An interval that ends a thousand times away from its value is none."""
    assert widened(Interval(10.0, 9.0, 11.0, 8), relative) == Interval(10.0, None, None, 8)
