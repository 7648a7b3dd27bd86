"""The long load of a job beside the figure of its pairs."""

from __future__ import annotations

from typing import Any

import pytest

from measure.results.endurance import LARGEST_LOSS
from tests.measure.results import journals
from tests.measure.results.test_rows import of_records, result

Row = dict[str, str]

CELLS = (
    "endurance_s",
    "endurance_images_per_second",
    "endurance_end_images_per_second",
    "endurance_power_w",
)
NUMBER = 40
"""Of the long load; the segments before it have smaller ones."""


def beside(*more: dict[str, Any], **settings: Any) -> Row:
    """Return the result of a job with eight pairs about 1000 images/s, and more segments."""
    of = journals.job()
    return result(of_records(journals.plan(of, **settings), *journals.measured(of), *more))


def endurance(rate: float, end: float = 0.0, number: int = NUMBER, **changes: Any) -> Any:
    """Return a long load of the same job."""
    return journals.endurance(journals.job(), number, rate, end, **changes)


def invalid(code: str, number: int = NUMBER) -> Any:
    """Return a long load that doesn't count."""
    reasons = [{"code": code, "text": "a reason"}]
    return endurance(1000.0, number=number, valid=False, reasons=reasons)


def test_it_has_columns_of_its_own() -> None:
    """Length, throughput, that of its end, and power; the flags of its segment stay there."""
    row = beside(endurance(1000.0, 997.0))

    assert [row[name] for name in CELLS] == ["600", "999.7", "997", "15.25"]
    assert row["flags"] == ""


def test_it_changes_nothing_of_the_pairs() -> None:
    """Mean, interval, latency, power and counts are those without it."""
    without, row = beside(), beside(endurance(900.0, 700.0))
    own = {*CELLS, "flags"}

    assert {name: row[name] for name in row if name not in own} == {
        name: without[name] for name in without if name not in own
    }
    assert [without[name] for name in CELLS] == ["", "", "", ""]


@pytest.mark.parametrize(
    ("rate", "end", "flags"),
    [
        (1000.0, 1000.0, ""),
        (1200.0, 1200.0, ""),
        (1000.0 * (1 - LARGEST_LOSS) + 5, 0.0, ""),
        (1000.0 * (1 - LARGEST_LOSS) - 5, 0.0, "endurance_lower"),
        (1000.0, 950.0, "endurance_lower"),
    ],
)
def test_a_figure_that_does_not_hold_is_flagged(rate: float, end: float, flags: str) -> None:
    """Lower by more than the limit as a whole, or at the end, where the mean hides it."""
    assert beside(endurance(rate, end))["flags"] == flags


def test_a_wide_interval_holds_more() -> None:
    """What lies within the interval of the pairs is no loss."""
    of = journals.job()
    rates = [1000.0, 900.0, 1100.0]
    loads = [
        journals.load(of, number, number, 1.0, images_per_second=rate)
        for number, rate in enumerate(rates, start=1)
    ]

    row = result(of_records(journals.plan(of), *loads, endurance(950.0)))

    assert float(row["images_per_second_low"]) < 950
    assert "endurance_lower" not in row["flags"]


def test_without_an_interval_the_limit_alone_counts() -> None:
    of = journals.job()
    one = journals.load(of, 1, 1, 1000.0, images_per_second=1000.0, blocks=[])

    rows = [result(of_records(journals.plan(of), one, endurance(rate))) for rate in (985.0, 975.0)]

    assert [row["images_per_second_low"] for row in rows] == ["", ""]
    assert ["endurance_lower" in row["flags"] for row in rows] == [False, True]


def test_one_that_does_not_count_has_no_figure() -> None:
    """The result says so; one that the user broke off says nothing."""
    thermal, broken_off = beside(invalid("thermal")), beside(invalid("interrupted"))

    assert [thermal[name] for name in CELLS] == ["", "", "", ""]
    assert (thermal["flags"], broken_off["flags"]) == ("endurance_invalid", "")


def test_that_one_did_not_count_stays_known() -> None:
    """Whoever measures until it holds is not to hide that it did not."""
    row = beside(invalid("thermal"), endurance(1000.0, number=NUMBER + 2))

    assert (row["endurance_images_per_second"], row["flags"]) == ("1000", "endurance_invalid")


def test_the_end_is_as_long_as_a_load() -> None:
    """By the settings of the plan, also where the long load is the shorter one."""
    long = endurance(1000.0, 940.0)

    assert beside(long, load_s=120.0)["endurance_end_images_per_second"] == "970"
    assert beside(long, load_s=30.0, block_s=0.5)["endurance_end_images_per_second"] == "940"
    assert beside(long, load_s=900.0)["endurance_end_images_per_second"] == "994"


def test_rows_of_single_cores_and_segments() -> None:
    """It is of all cores together; among the segments it has its role."""
    of = journals.job(cores=(0, 1))
    long = journals.endurance(of, NUMBER, 1000.0)
    found = of_records(journals.plan(of), *journals.measured(of), long)

    assert result(found, "sum")["endurance_s"] == "600"
    assert all(
        not row.get("endurance_s") for row in found["results"] if row["aggregation"] == "per_core"
    )
    (row,) = [row for row in found["segments"] if row["role"] == "endurance"]
    assert (row["segment"], row["flags"]) == (str(NUMBER), "throughput_drift")


def test_a_ratio_does_not_take_its_flags_over() -> None:
    """The ratio is of the pairs."""
    dla, gpu = journals.job(), journals.job("gpu", (), batch=256)
    found = of_records(
        journals.plan(dla, gpu),
        *journals.measured(dla),
        *journals.measured(gpu),
        journals.endurance(dla, NUMBER, 800.0),
    )

    assert "endurance_lower" in {flag for row in found["results"] for flag in row["flags"].split()}
    assert found["ratios"]
    assert not any("endurance" in row["flags"] for row in found["ratios"])
