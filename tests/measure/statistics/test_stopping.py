"""When enough pairs have been measured."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from measure.statistics.interval import geometric_interval
from measure.statistics.stopping import CAP, CONTINUE, NARROW, decide, stopped_interval


def spread(width: float, pairs: int) -> list[float]:
    """Return values of which the first eight have exactly this deviation of their logarithms."""
    edge = width * math.sqrt(7 / 8)
    return [math.exp(edge if number % 2 else -edge) for number in range(pairs)]


@pytest.mark.parametrize("pairs", [0, 1, 2, 7])
def test_too_few(pairs: int) -> None:
    """Before the least number of pairs nothing is decided."""
    found = decide(spread(0.0, pairs), 8, 16, 0.02)

    assert (found.why, found.pairs_needed) == (CONTINUE, 8)
    assert (found.half_width is None) == (pairs < 2)


def test_narrow_at_once() -> None:
    """Little scatter needs no more than the least number."""
    assert decide(spread(0.01, 8), 8, 16, 0.02).why == NARROW


def test_more_pairs() -> None:
    """The number needed is where the interval of the first scatter is narrow enough."""
    width = 0.03
    reach = stats.t.ppf(0.975, 7) * width
    needed = math.ceil((reach / 0.02) ** 2)

    assert 8 < needed < 16
    for pairs in range(8, needed):
        found = decide(spread(width, pairs), 8, 16, 0.02)
        assert (found.why, found.pairs_needed) == (CONTINUE, needed)
    found = decide(spread(width, needed), 8, 16, 0.02)
    assert found.why == NARROW
    assert found.half_width == pytest.approx(reach / math.sqrt(needed))


def test_later_scatter_changes_nothing() -> None:
    """The number was decided by the first pairs; wild ones behind them do not add to it."""
    first = spread(0.03, 13)
    wild = [*first[:8], 0.5, 2.0, 0.1, 9.0, 1.0]

    assert decide(first, 8, 16, 0.02).pairs_needed == decide(wild, 8, 16, 0.02).pairs_needed


@pytest.mark.parametrize("pairs", [15, 16, 20])
def test_cap(pairs: int) -> None:
    """However much they scatter, the largest number ends it."""
    found = decide(spread(0.2, pairs), 8, 16, 0.02)

    assert (found.why, found.pairs_needed) == (CONTINUE if pairs < 16 else CAP, 16)


def test_cap_below_the_least() -> None:
    """A cap ends it even where the least number is larger."""
    assert decide([1.0], 8, 1, 0.02).why == CAP


def test_interval_of_what_was_stopped() -> None:
    """The interval that goes with the rule uses the first pairs' scatter."""
    values = spread(0.03, 12)

    found = stopped_interval(values, 8)

    assert found == geometric_interval(values, first=8)
    assert found.log_half_width == pytest.approx(decide(values, 8, 16, 0.02).half_width)
