from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.charts.scale import (
    format_exact,
    format_number,
    linear_axis,
    log_axis,
    text_width,
    wrap,
)


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([171], ["0", "50", "100", "150", "200"]),
        ([0.23], ["0.00", "0.05", "0.10", "0.15", "0.20", "0.25"]),
        ([2664], ["0", "1000", "2000", "3000"]),
        ([48_000], ["0", "10,000", "20,000", "30,000", "40,000", "50,000"]),
        ([-12.5, 76], ["-20", "0", "20", "40", "60", "80"]),
        ([0], ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        ([12], ["0.0", "2.5", "5.0", "7.5", "10.0", "12.5"]),
        ([-3, -1], ["-3", "-2", "-1", "0"]),
    ],
)
def test_linear_axis_has_round_ticks_from_zero(values: list[float], labels: list[str]) -> None:
    """Ticks are round, evenly printed and include zero."""
    assert labels == linear_axis(values, from_zero=True).labels()


def test_axis_may_start_elsewhere() -> None:
    """An axis that need not hold zero stays near its values."""
    axis = linear_axis([75.9, 76.5], from_zero=False)

    assert 75 < axis.low <= 75.9
    assert 76.5 <= axis.high < 77


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([1, 200], (1, 2, 5, 10, 20, 50, 100, 200)),
        ([1, 450], (1, 10, 100)),
        ([36, 2664], (20, 50, 100, 200, 500, 1000, 2000, 5000)),
        ([1, 100_000], (1, 10, 100, 1000, 10_000, 100_000)),
        ([5], (5, 10)),
    ],
)
def test_log_axis(values: list[float], ticks: tuple[float, ...]) -> None:
    """Few decades get steps of 1, 2 and 5; many get whole decades."""
    assert ticks == pytest.approx(log_axis(values).ticks)


@given(st.lists(st.floats(-1e15, 1e15), min_size=1), st.booleans())
def test_linear_axis_holds_all_values(values: list[float], from_zero: bool) -> None:
    """No value lies outside its axis, and a larger value never lies lower."""
    axis = linear_axis(values, from_zero=from_zero)

    assert axis.low <= min(values)
    assert max(values) <= axis.high
    assert 2 <= len(axis.ticks) <= 12
    assert sorted(axis.position(value) for value in values) == [
        axis.position(value) for value in sorted(values)
    ]


@given(st.lists(st.floats(1e-15, 1e15), min_size=1))
def test_log_axis_holds_all_values(values: list[float]) -> None:
    """No value lies outside its logarithmic axis."""
    axis = log_axis(values)

    assert axis.low <= min(values)
    assert max(values) <= axis.high
    assert 2 <= len(axis.ticks) <= 12


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (2037, "2037"),
        (0.374, "0.374"),
        (76.0, "76"),
        (12_500, "12,500"),
        (1_234_567, "1,234,567"),
        (-5.25, "-5.25"),
        (1e-7, "1e-07"),
    ],
)
def test_format_number(value: float, text: str) -> None:
    """Numbers look as a reader expects them."""
    assert text == format_number(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_format_exact_loses_nothing(value: float) -> None:
    """What stands in a table reads back as the same number."""
    assert math.isclose(value, float(format_exact(value)), rel_tol=0, abs_tol=0)


@given(st.text(), st.floats(1, 500))
def test_wrap_keeps_the_words(text: str, room: float) -> None:
    """Lines fit the room, except where a word cannot; no character gets lost."""
    lines = wrap(text, room)

    assert "".join(text.split()) == "".join(lines).replace(" ", "")
    assert all(text_width(line) <= max(room, 110) for line in lines)
