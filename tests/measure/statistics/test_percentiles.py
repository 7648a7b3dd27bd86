"""How many queries a percentile needs."""

from __future__ import annotations

import pytest
from scipy import stats

from measure.statistics.percentiles import queries_needed


@pytest.mark.parametrize(
    ("percent", "queries"), [(50, 11), (90, 64), (95, 130), (97, 219), (99, 662), (99.9, 6636)]
)
def test_known_minima(percent: float, queries: int) -> None:
    """With one query over the bound, MLPerf's minima come out."""
    assert queries_needed(percent) == queries


@pytest.mark.parametrize("over", [0, 1, 2, 5, 40])
@pytest.mark.parametrize("percent", [50, 90, 99])
def test_against_the_binomial(percent: float, over: int) -> None:
    """It is the least number of which so few over the bound would be rarer than 1 %."""
    found = queries_needed(percent, over)

    share_over = 1 - percent / 100
    assert stats.binom.cdf(over, found, share_over) <= 0.01
    assert stats.binom.cdf(over, found - 1, share_over) > 0.01
