"""Marginal energy."""

from __future__ import annotations

import random

import pytest

from measure.power.marginal import Marginal, marginal_energy

RATES = [200.0, 400.0, 600.0, 800.0] * 2


def test_exact_line() -> None:
    points = [(rate, 8 + 0.01 * rate) for rate in RATES]

    found = marginal_energy(points, idle_w=7.5)

    assert found.j_per_image == pytest.approx(0.01)
    assert found.standard_error == pytest.approx(0, abs=1e-12)
    assert found.r2 == pytest.approx(1)
    assert found.intercept_w == pytest.approx(8)
    assert found.awake_w == pytest.approx(0.5)
    assert found.points == 8


def test_worked_example() -> None:
    """Slope and HC3 of five points, computed by hand."""
    points = [(0, 1.0), (1, 3.1), (2, 4.9), (3, 7.0), (4, 9.1)]

    found = marginal_energy(points)

    assert found.j_per_image == pytest.approx(2.01)
    # Residuals 0, .09, -.12, -.03, .06; leverages .6, .3, .2, .3, .6.
    squares = 0 + (0.09 / 0.7) ** 2 + 0 + (0.03 / 0.7) ** 2 + 4 * (0.06 / 0.4) ** 2
    assert found.standard_error == pytest.approx(squares**0.5 / 10)
    assert found.awake_w is None


def test_not_a_line() -> None:
    """Only the points are kept then, with how bad the line was."""
    points = [(200, 8.0), (400, 12.0), (600, 8.0), (800, 12.0)]

    found = marginal_energy(points)

    assert (found.j_per_image, found.standard_error, found.intercept_w) == (None, None, None)
    assert found.r2 is not None
    assert found.r2 < 0.98


@pytest.mark.parametrize("points", [[], [(1, 2)] * 3, [(100, 8.0)] * 8])
def test_too_few_rates(points: list[tuple[float, float]]) -> None:
    assert marginal_energy(points) == Marginal(None, None, None, None, None, len(points))


def test_no_power_at_all() -> None:
    assert marginal_energy([(rate, 8.0) for rate in RATES]).r2 == 0


def test_one_point_that_decides_alone() -> None:
    """Its residual is zero whatever it is, so that there is no error to tell."""
    found = marginal_energy([(100, 8.0), (100, 8.0), (100, 8.0), (800, 15.0)])

    assert found.j_per_image == pytest.approx(0.01)
    assert found.standard_error is None


def test_coverage() -> None:
    """The slope has no bias, and two standard errors cover it about as often as they should."""
    chance = random.Random(2)
    slopes, covered = [], 0
    for _ in range(2000):
        points = [(rate, 8 + 0.01 * rate + chance.gauss(0, 0.05 + rate / 8000)) for rate in RATES]
        found = marginal_energy(points)
        assert found.j_per_image is not None
        assert found.standard_error is not None
        slopes.append(found.j_per_image)
        covered += abs(found.j_per_image - 0.01) < 2.447 * found.standard_error

    assert sum(slopes) / len(slopes) == pytest.approx(0.01, rel=0.002)
    assert 0.93 < covered / 2000 < 0.98
