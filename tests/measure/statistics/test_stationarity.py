"""Whether a segment's throughput stayed the same."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from measure.statistics.stationarity import DRIFT, STEP, UNSTEADY, find_steps, look_at

DRAW = np.random.default_rng(11)
NOISE = [float(value) for value in DRAW.normal(0, 1, 60)]


def blocks(deviation: float = 0.002, slope: float = 0.0, n: int = 60) -> list[float]:
    """Return blocks around 500 images/s with a relative slope in one minute."""
    return [500 * (1 + deviation * NOISE[t] + slope * (t / 60 - 0.5)) for t in range(n)]


def test_steady() -> None:
    """A steady segment gives no reason against it."""
    seen = look_at(blocks())

    assert seen is not None
    assert seen.reasons == ()
    assert seen.block_cov == pytest.approx(float(np.std(blocks(), ddof=1) / np.mean(blocks())))


def test_slope() -> None:
    """The slope and its error are those of a straight line through the blocks."""
    values = blocks(slope=0.01)
    expected = stats.linregress(np.arange(60), np.array(values) / np.mean(values))

    seen = look_at(values)

    assert seen is not None
    assert seen.slope_percent_per_min == pytest.approx(expected.slope * 6000)
    assert seen.slope_error == pytest.approx(expected.stderr * 6000)


@pytest.mark.parametrize(
    ("values", "reasons"),
    [
        (blocks(slope=0.012), (DRIFT,)),
        (blocks(slope=-0.012), (DRIFT,)),
        (blocks(slope=0.003), ()),
        (blocks(0.013), (UNSTEADY,)),
        # A slope within what the scatter explains is none.
        (blocks(0.008, slope=0.006), ()),
        ([500.0] * 30 + [450.0] * 30, (DRIFT, STEP)),
        ([500.0] * 20 + [450.0] * 20 + [500.0] * 20, (STEP,)),
    ],
)
def test_reasons(values: list[float], reasons: tuple[str, ...]) -> None:
    """Each departure has its name."""
    seen = look_at(values)

    assert seen is not None
    assert seen.reasons == reasons


@pytest.mark.parametrize("values", [[], [1.0, 2.0], [0.0, 0.0, 0.0, 0.0]])
def test_too_few(values: list[float]) -> None:
    """Of next to nothing nothing is said."""
    assert look_at(values) is None


def test_two_steps() -> None:
    """Each of several steps is found, in order of time."""
    values = blocks(0.001)
    for start, stop, factor in ((10, 20, 0.8), (35, 50, 0.7)):
        values[start:stop] = [value * factor for value in values[start:stop]]

    found = find_steps(values)

    assert [(step.start, step.stop) for step in found] == [(10, 20), (35, 50)]
    assert found[0].change < 0
    assert found[1].change < 0


@pytest.mark.parametrize(("start", "stop"), [(0, 20), (40, 60), (0, 40), (25, 60)])
def test_step_at_an_end(start: int, stop: int) -> None:
    """Of a segment in two parts it is the slower one that is named."""
    values = blocks(0.001)
    values[start:stop] = [value * 0.9 for value in values[start:stop]]

    (found,) = find_steps(values)

    assert (found.start, found.stop) == (start, stop)
    assert found.change == pytest.approx(-0.1, abs=0.005)


@pytest.mark.parametrize(
    ("length", "loss", "count"), [(3, 0.05, 1), (2, 0.025, 0), (10, 0.015, 0), (10, 0.025, 1)]
)
def test_smallest_and_shortest(length: int, loss: float, count: int) -> None:
    """Steps shorter than three blocks or smaller than 2 % are none."""
    values = blocks(0.0005)
    values[20 : 20 + length] = [value * (1 - loss) for value in values[20 : 20 + length]]

    assert len(find_steps(values)) == count


def test_standstill() -> None:
    """A device that stands still for a while loses all of its throughput."""
    (found,) = find_steps([500.0] * 20 + [0.0] * 10 + [500.0] * 20)

    assert (found.start, found.stop, found.change) == (20, 30, -1.0)


@pytest.mark.parametrize("values", [[], [1.0] * 5, [0.0] * 20])
def test_no_steps_in_little(values: list[float]) -> None:
    """Too few blocks, or none with throughput, have no steps."""
    assert find_steps(values) == []


def test_endless_steps() -> None:
    """However wild it is, looking comes to an end."""
    assert 0 < len(find_steps([1.0, 100.0, 1.0, 1.0, 1.0, 50.0, 50.0, 50.0] * 6)) <= 8
