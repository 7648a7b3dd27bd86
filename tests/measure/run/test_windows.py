from __future__ import annotations

import pytest

from measure.run.windows import (
    Window,
    block_rates,
    common_window,
    counted,
    power_window,
    window_problems,
)
from measure.statistics.stationarity import find_steps, look_at
from tests.measure.run.stage import instance

TENTHS = [number / 10 for number in range(1, 101)]
"""Ends of 100 queries in 10 seconds."""


def test_one_instance_counts_all() -> None:
    """Alone, an instance counts from the start of its first query to the end of its last."""
    figures = counted([instance(TENTHS, images=4)], 1.0)

    assert figures["images"] == 400
    assert figures["seconds"] == 10.0
    assert figures["images_per_second"] == 40.0
    assert figures["blocks"] == [40.0] * 10
    assert figures["latency_ms"]["queries"] == 100
    assert figures["latency_ms"]["p50"] == 100.0


def test_two_instances_count_together_only() -> None:
    """Queries that ended while the other didn't run are left out of the sum."""
    late = [end + 1 for end in TENTHS]
    figures = counted([instance(TENTHS), instance(late, first_s=1.0, dla_core=1)], 1.0)

    assert figures["window_ns"] == [1_000_000_000, 10_000_000_000]
    assert [one["queries"] for one in figures["instances"]] == [90, 90]
    assert figures["images_per_second"] == 20.0
    assert window_problems([instance(TENTHS), instance(late, first_s=1.0)], 0.8) == []


def test_too_little_together() -> None:
    """Instances that hardly ran at the same time say nothing of a sum."""
    late = [end + 5 for end in TENTHS]
    problems = window_problems(
        [instance(TENTHS), instance(late, first_s=5.0, engine="dla", dla_core=1)], 0.8
    )

    assert [problem.code for problem in problems] == ["no_common_window"]
    assert "cpu ran for 10 s, 5 s of them together" in problems[0].text
    apart = [end + 50 for end in TENTHS]
    pair = [instance(TENTHS, dla_core=0), instance(apart, first_s=50.0)]
    assert "core 0 ran for 10 s, 0 s of them" in window_problems(pair, 0.8)[0].text
    assert counted(pair, 1.0)["images_per_second"] is None
    assert counted(pair, 1.0)["blocks"] == []


def test_power_counts_inside() -> None:
    """Clocks settle at the start, and the end of the first instance is near at the end."""
    window = power_window(Window(0, 10_000_000_000), 5.0, 1.0)

    assert window == (5_000_000_000, 9_000_000_000)
    assert window.seconds == 4.0


def test_blocks_leave_out_what_is_outside() -> None:
    """What ran before or behind the window belongs to no block."""
    window = common_window([instance([1.0, 2.0, 3.0])])
    rates = block_rates([instance([0.0, 1.0, 2.0, 3.0, 4.0], first_s=-1.0)], window, 1.0)

    assert rates == [1.0, 1.0, 1.0]


def test_a_query_counts_in_each_block_by_its_share() -> None:
    """Of a query that ends a quarter into the second block three quarters ran before."""
    ran = instance([0.5, 1.25, 3.0], images=4)

    assert block_rates([ran], common_window([ran]), 1.0) == [
        pytest.approx(4 * (1 + 0.5 / 0.75), abs=0.001),
        pytest.approx(4 * (0.25 / 0.75 + 0.75 / 1.75), abs=0.001),
        pytest.approx(4 / 1.75, abs=0.001),
    ]


@pytest.mark.parametrize("rate", [0.45, 2.05, 3.03, 7.8, 10.3, 20.3])
def test_an_even_load_of_few_queries_is_steady(rate: float) -> None:
    """Whole queries in a block are neither steps nor scatter of the throughput."""
    ran = instance([number / rate for number in range(1, int(60 * rate))], images=256)
    seen = look_at(block_rates([ran], common_window([ran]), 1.0))

    assert seen is not None
    assert seen.reasons == ()


@pytest.mark.parametrize(("start", "length", "loss"), [(20, 3, 0.1), (30, 10, 0.05), (0, 20, 0.1)])
def test_a_step_is_found_in_few_queries(start: int, length: int, loss: float) -> None:
    """Also where a block holds few of them, and the step less than one of them."""
    ends, now = [], 0.0
    while now < 60:
        now += 1 / 7.8 / (1 - loss if start <= now < start + length else 1)
        ends.append(now)
    ran = instance(ends, images=256)

    (step,) = find_steps(block_rates([ran], common_window([ran]), 1.0))

    assert (step.start, step.stop) == pytest.approx((start, start + length), abs=1)
    assert step.change == pytest.approx(-loss, rel=0.2)
