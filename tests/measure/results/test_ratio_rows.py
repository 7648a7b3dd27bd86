"""Ratios of perf/W, from pairs of jobs that were measured in turn."""

from __future__ import annotations

import math
from typing import Any

import pytest
from scipy import stats

from measure.results.rows import tables_of
from measure.statistics.systematic import GAIN
from tests.measure.results import journals

Record = dict[str, Any]
Row = dict[str, str]

DLA, GPU = journals.job(), journals.job("gpu", (), batch=256)


def records(*parts: list[Record], jobs: tuple[Record, ...] = (DLA, GPU)) -> list[Record]:
    """Return the records of a run of these jobs."""
    first = {**journals.run_record(), "at": "2026-11-21T06:00:00Z"}
    return [first, journals.plan(*jobs), *(record for part in parts for record in part)]


def ratios(found: list[Record]) -> list[Row]:
    """Return the rows of ratios of a journal."""
    return tables_of(found, [])["ratios"]


def pair_values(found: list[Record], job: Record) -> list[float]:
    """Return images per joule above idle of each pair by definition A, computed anew."""
    segments = [one for one in found if one.get("job") == job["job"] and "segment" in one]
    by_number = {one["segment"]: one for one in segments}

    def watts(power: Record) -> float:
        return float(sum(power[name]["mean_w"] for name in journals.IDLE_W))

    values = []
    for number, one in sorted(by_number.items()):
        if one["role"] != "load":
            continue
        before, after = by_number[number - 1], by_number[number + 1]
        first = before["power_halves"][1] if number > 2 else before["power"]
        idle = (watts(first) + watts(after["power_halves"][0])) / 2
        values.append(one["images_per_second"] / (watts(one["power"]) - idle))
    return values


def test_a_ratio_is_over_pairs_and_keeps_its_errors() -> None:
    found = records(journals.measured(DLA, 1000.0), journals.measured(GPU, 500.0))

    a, b = ratios(found)

    assert [row["definition"] for row in (a, b)] == ["a", "b"]
    assert (a["pairs"], a["dla_cores"], a["weights"], a["power_mode"]) == (
        "8",
        "1",
        "dense",
        "maxn",
    )
    assert a["dla_result"].endswith(DLA["job"])
    assert a["gpu_result"].endswith(GPU["job"])
    above, below = (pair_values(found, job) for job in (DLA, GPU))
    logs = [math.log(one / other) for one, other in zip(above, below, strict=True)]
    own = stats.t.ppf(0.975, 7) * stats.sem(logs)
    half = math.hypot(own, GAIN, GAIN)
    assert float(a["ratio"]) == pytest.approx(math.exp(sum(logs) / 8), rel=1e-5)
    # Next to the gain of both engines' sensors the steps that they read hardly count here.
    width = math.log(float(a["ratio_high"]) / float(a["ratio_low"])) / 2
    assert width == pytest.approx(half, rel=1e-3)
    assert float(b["ratio_low"]) < float(b["ratio"]) < float(b["ratio_high"])


def test_only_pairs_valid_on_both_engines_count() -> None:
    lost = {"valid": False, "reasons": [{"code": "thermal", "text": "too hot"}]}
    found = records(journals.measured(DLA), journals.measured(GPU))
    for one in found:
        if one.get("job") == DLA["job"] and one.get("segment") == 4:
            one.update(lost)
        if one.get("job") == GPU["job"] and one.get("segment") == 6:
            one.update(lost)

    assert {row["pairs"] for row in ratios(found)} == {"6"}


def test_one_pair_has_no_interval() -> None:
    found = records(journals.measured(DLA, pairs=1), journals.measured(GPU, pairs=1))

    assert [(row["pairs"], row["ratio_low"], row["ratio_high"]) for row in ratios(found)] == [
        ("1", "", ""),
        ("1", "", ""),
    ]


def test_no_pair_in_common_is_no_ratio() -> None:
    later = [one for one in journals.measured(GPU, pairs=2) if "segment" in one]
    for one in later:
        one["pair"] += 4

    assert ratios(records(journals.measured(DLA, pairs=2), later)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"weights": "sparse"},
        {"power_mode": "30w"},
        {"precision": "fp16"},
        {"network": "ssd-resnet-34"},
        {"clock_policy": "dvfs"},
    ],
)
def test_jobs_under_other_conditions_are_not_mixed(change: Record) -> None:
    gpu = {**GPU, **change}

    assert ratios(records(journals.measured(DLA), journals.measured(gpu), jobs=(DLA, gpu))) == []


def test_each_dla_job_has_its_ratio_to_the_same_gpu() -> None:
    both = journals.job(cores=(0, 1))
    together = journals.job("gpu+dla", (0, 1))
    jobs = (DLA, both, together, GPU)

    found = ratios(records(*(journals.measured(job) for job in jobs), jobs=jobs))

    assert [(row["dla_cores"], row["definition"]) for row in found] == [
        ("1", "a"),
        ("1", "b"),
        ("2", "a"),
        ("2", "b"),
    ]


def test_a_definition_that_a_result_lacks_gives_no_ratio() -> None:
    dominated = journals.measured(DLA)
    for one in dominated:
        if one.get("role") == "host":
            one["power"] = journals.power({"VDD_CPU_CV": 3.0})

    found = ratios(records(dominated, journals.measured(GPU)))

    assert [(row["definition"], row["flags"]) for row in found] == [("a", "host_dominated")]


def test_without_power_there_is_no_ratio() -> None:
    found = records(journals.measured(DLA), journals.measured(GPU))
    found[0]["rails"] = []

    assert ratios(found) == []


def test_a_pair_far_from_the_others_is_flagged_and_counts() -> None:
    found = records(journals.measured(DLA), journals.measured(GPU))
    for one in found:
        if one.get("job") == DLA["job"] and one.get("role") == "load" and one["pair"] == 3:
            one["images_per_second"] *= 2

    for row in ratios(found):
        assert row["pairs"] == "8"
        assert "outlier" in row["flags"].split()
