"""Marks of values far from the others."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from measure.statistics.outliers import modified_z, outliers

VALUES = [100.0, 101.0, 99.0, 100.5, 99.5, 100.2, 60.0]


def test_marks() -> None:
    """The far value is marked by its position; the values themselves stay."""
    assert outliers(VALUES) == [6]
    assert outliers(VALUES[:6]) == []
    assert len(VALUES) == 7


def test_scale() -> None:
    """Distances are in robust standard deviations, as SciPy scales them."""
    spread = stats.median_abs_deviation(VALUES, scale="normal")

    assert modified_z(VALUES)[6] == pytest.approx(abs(60 - 100.0) / spread, rel=1e-4)


def test_mostly_equal() -> None:
    """Where most values are equal, any other one is far away."""
    assert modified_z([5.0, 5.0, 5.0, 5.1]) == [0.0, 0.0, 0.0, math.inf]
    assert modified_z([]) == []
