"""Student's t and the incomplete beta function against SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from measure.statistics.beta import incomplete_beta
from measure.statistics.student import t_quantile


@pytest.mark.parametrize("probability", [0.6, 0.9, 0.975, 0.995, 0.9995])
def test_quantile(probability: float) -> None:
    """The quantile is SciPy's to nine digits for 1 to 1,000 degrees of freedom."""
    degrees = np.arange(1, 1001)

    own = [t_quantile(probability, df) for df in degrees]

    np.testing.assert_allclose(own, stats.t.ppf(probability, degrees), rtol=1e-9)


@pytest.mark.parametrize("probability", [1e-6, 0.025, 0.4, 0.5, 0.51, 1 - 1e-6])
@pytest.mark.parametrize("df", [0.5, 1, 2.5, 7, 300])
def test_far_and_fractional(probability: float, df: float) -> None:
    """Tails, the middle and fractions of degrees are right, too."""
    expected = stats.t.ppf(probability, df)

    assert t_quantile(probability, df) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_beta() -> None:
    """The incomplete beta function is SciPy's, near its ends and in the middle."""
    draw = np.random.default_rng(3)
    a, b = 10 ** draw.uniform(-1, 3, (2, 2000))
    x = np.where(
        draw.random(2000) < 0.5, draw.random(2000), stats.beta.ppf(draw.random(2000), a, b)
    )

    own = [incomplete_beta(*values) for values in zip(x, a, b, strict=True)]

    np.testing.assert_allclose(own, special.betainc(a, b, x), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("x", "expected"), [(0.0, 0.0), (1.0, 1.0), (-0.1, 0.0), (1.1, 1.0)])
def test_beta_ends(x: float, expected: float) -> None:
    """At and beyond the ends the share is nothing or all."""
    assert incomplete_beta(x, 2, 3) == expected


def test_beta_where_the_fraction_meets_zero() -> None:
    """A denominator that vanishes on the way does no harm."""
    # With these, 1 - (a + b) x / (a + 1) is zero.
    assert incomplete_beta(0.5, 1.0, 3.0) == pytest.approx(special.betainc(1, 3, 0.5))
