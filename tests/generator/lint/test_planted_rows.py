"""Mistakes that take a whole row, or two cells that disagree across tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .planting import Copy

TOPS = "published/tops.csv"
THROUGHPUT = "published/throughput.csv"
REPORTS = "published/user-reports.csv"
EXCEPTIONS = "published/exceptions.csv"
MAXN = {"network": "resnet-50", "power_mode": "maxn"}


def add_like(copy: Copy, path: str, where: dict[str, str], changes: dict[str, str]) -> int:
    """Add a copy of a row with some cells changed; return its line."""
    header, *rows = copy.rows(path)
    row = next(
        row
        for row in rows
        if all(row[header.index(name)] == wanted for name, wanted in where.items())
    )
    cells = dict(zip(header, row, strict=True)) | changes
    copy.write_rows(path, [header, *rows, [cells[name] for name in header]])
    return len(rows) + 2


def found(copy: Copy) -> list[tuple[str, int, str, str]]:
    """Return file, line, column and rule of each finding."""
    return [(finding.file, finding.line, finding.column, finding.rule) for finding in copy.lint()]


def test_swapped_width_and_height_are_named(copy: Copy) -> None:
    """Two wrong cells are one mistake, and the finding says which."""
    where = {"network": "retinanet-resnet-34", "power_mode": "30w", "weights": "dense"}
    line = copy.plant(THROUGHPUT, where, "input_width", "768")
    copy.plant(THROUGHPUT, where, "input_height", "1280")

    findings = copy.lint()

    expected = [(line, "input_width", "throughput.input-size")]
    assert expected == [(f.line, f.column, f.rule) for f in findings]
    assert findings[0].problem == "width and height are swapped"


def test_dense_above_sparse_shows_on_the_sparse_row(copy: Copy) -> None:
    """A dense figure that is too large makes sparse the slower one."""
    where = {"network": "ssd-resnet-34", "power_mode": "maxn"}
    copy.plant(THROUGHPUT, where | {"weights": "dense"}, "images_per_second", "110")
    sparse = {**where, "weights": "sparse"}
    line = copy.plant(THROUGHPUT, sparse, "note", "The same row.")

    expected = (copy.file(THROUGHPUT), line, "images_per_second", "throughput.sparse-below-dense")
    assert [expected] == found(copy)


def test_a_sum_given_as_one_core(copy: Copy) -> None:
    """One core's figure above 0.8 of the sum of two is a factor-two mistake."""
    single = {"dla_cores": "1", "aggregation": "single", "images_per_second": "2037"}
    line = add_like(copy, THROUGHPUT, MAXN, single)

    expected = (copy.file(THROUGHPUT), line, "images_per_second", "throughput.factor-two")
    assert expected in found(copy)


def test_half_of_a_sum_is_one_core(copy: Copy) -> None:
    """The right figure for one core is no finding."""
    single = {"dla_cores": "1", "aggregation": "single", "images_per_second": "1019"}
    add_like(copy, THROUGHPUT, MAXN, single)

    assert found(copy) == []


def test_one_core_above_its_own_peak(copy: Copy) -> None:
    """The peak of one core is half that of two."""
    single = {"dla_cores": "1", "aggregation": "single", "weights": "sparse"}
    line = add_like(copy, THROUGHPUT, MAXN, single | {"images_per_second": "6600"})

    expected = (copy.file(THROUGHPUT), line, "images_per_second", "throughput.above-tops")
    assert [expected] == found(copy)


def test_the_same_row_twice(copy: Copy) -> None:
    """A repeated key is reported where it stands the second time."""
    line = add_like(copy, THROUGHPUT, MAXN, {})

    assert [(copy.file(THROUGHPUT), line, "dla_cores", "key.primary")] == found(copy)


def test_two_keys_with_one_record_id(copy: Copy) -> None:
    """Keys that only differ in what an id can't hold lead to the same address."""
    path = "published/mlperf-systems.csv"
    system = copy.rows(path)[1]
    changed = {"system": system[3].replace("_", " ").upper() + "!"}
    line = add_like(copy, path, {"system": system[3]}, changed)

    assert [(copy.file(path), line, "system", "key.record-id")] == found(copy)


def test_the_same_observation_under_another_key(copy: Copy) -> None:
    """A report entered twice is reported with the line of the first."""
    line = add_like(copy, REPORTS, {"report": "m041"}, {"report": "m999", "locator": "elsewhere"})

    findings = copy.lint()

    expected = [(line, "report", "observations.duplicate")]
    assert expected == [(f.line, f.column, f.rule) for f in findings]
    assert "line 2 " in findings[0].problem


def test_an_unused_source(copy: Copy) -> None:
    """A source nothing refers to is left over."""
    path = "reference/sources.csv"
    line = add_like(copy, path, {"key": "dla-sw-faq"}, {"key": "dla-sw-faq-2"})

    assert [(copy.file(path), line, "key", "sources.unused")] == found(copy)


def test_dense_peak_above_sparse(copy: Copy) -> None:
    """Dense peak performance is at most the sparse one."""
    where = {"power_mode": "15w", "engine": "dla"}
    line = add_like(copy, TOPS, where, {"weights": "dense", "tops": "41"})

    assert [(copy.file(TOPS), line, "tops", "tops.dense-above-sparse")] == found(copy)


def test_peak_of_more_cores_than_the_module_has(copy: Copy) -> None:
    """A peak can't count cores that aren't there."""
    where = {"power_mode": "15w", "engine": "dla"}
    changes = {"module": "jetson-orin-nx-8gb", "power_mode": "maxn"}
    line = add_like(copy, TOPS, where, changes)

    assert [(copy.file(TOPS), line, "engines_counted", "tops.dla-cores")] == found(copy)


def test_perf_per_watt_of_another_throughput(copy: Copy) -> None:
    """What is repeated from a result equals the result."""
    path = "published/mlperf-perf-per-watt.csv"
    joules = dict(zip(*copy.rows(path)[:2], strict=True))
    rate, power = 2 * float(joules["samples_per_second"]), float(joules["wall_power_w"])
    where = {name: joules[name] for name in ("round", "system", "model", "scenario")}
    line = copy.plant(path, where, "samples_per_second", f"{rate:.3f}")
    copy.plant(path, where, "samples_per_joule", f"{rate / power:.4f}")
    copy.plant(path, where, "mj_per_sample", f"{1000 * power / rate:.4f}")

    assert [(copy.file(path), line, "samples_per_second", "mlperf.copy")] == found(copy)


class TestExceptions:
    """Known deviations with a reason."""

    @pytest.mark.parametrize(
        "rule",
        ["tops.total", "throughput.speedup", "accuracy.int8-above-fp32", "modes.dla-cores"],
    )
    def test_without_its_exception_a_deviation_is_a_finding(self, copy: Copy, rule: str) -> None:
        """Deleting an exception brings back the one finding it explained."""
        header, *rows = copy.rows(EXCEPTIONS)
        position = next(n for n, row in enumerate(rows) if row[0] == rule)
        copy.write_rows(EXCEPTIONS, [header, *rows[:position], *rows[position + 1 :]])

        assert [rule] == [finding.rule for finding in copy.lint()]

    def test_an_exception_that_explains_nothing(self, copy: Copy) -> None:
        """A figure that was mended leaves its exception over."""
        record = "tops.jetson-agx-orin-64gb.maxn.total.sparse"
        copy.plant(TOPS, {"power_mode": "maxn", "engine": "total"}, "tops", "276")
        line = copy.plant(EXCEPTIONS, {"record": record}, "reason", "No longer the case at all.")

        assert [(copy.file(EXCEPTIONS), line, "record", "exceptions.unused")] == found(copy)

    def test_an_exception_does_not_explain_other_rows(self, copy: Copy) -> None:
        """It holds for one rule and one record."""
        where = {"power_mode": "30w", "engine": "total"}
        line = copy.plant(TOPS, where, "tops", "130")

        assert [(copy.file(TOPS), line, "tops", "tops.total")] == found(copy)

    def test_an_exception_does_not_explain_what_the_schema_refuses(self, copy: Copy) -> None:
        """Only rules of sense have exceptions."""
        copy.plant(TOPS, {"power_mode": "30w", "engine": "total"}, "tops", "-131")

        assert [finding.rule for finding in copy.lint()] == ["schema.minimum"]
