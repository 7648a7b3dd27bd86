from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from generator.charts import Chart, Mark, Reference, Series

from . import chart_examples as examples

if TYPE_CHECKING:
    from collections.abc import Callable


class TestMark:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"y": float("nan")}, "y must be a finite number, got nan (None means unknown)"),
            ({"y": float("inf")}, "y must be a finite number"),
            ({"y": 1e16}, "y must be a finite number"),
            ({"y": "12"}, "y must be a finite number, got '12'"),
            ({"y": True}, "y must be a finite number, got True"),
            ({"y": pd.NA}, "y must be a finite number"),
            ({"y": 1, "low": 0.5}, "needs both low and high"),
            ({"y": None, "low": 0, "high": 1}, "needs a figure inside it"),
            ({"y": 3, "low": 0, "high": 1}, "y 3 lies outside 0…1"),
            ({"y": 1, "href": "javascript:alert(1)"}, "href must be relative or http(s)"),
            ({"y": 1, "href": " data:text/html,x"}, "href must be relative or http(s)"),
            ({"y": 1, "keys": {"onload x": "1"}}, "'onload x' cannot be the name of a key"),
            ({"y": 1, "keys": {"follows": "x"}}, "'follows' cannot be the name of a key"),
            ({"y": 1, "keys": {"batch": 1}}, "the value of key batch must be a string, got 1"),
        ],
    )
    def test_refuses(self, arguments: dict[str, Any], message: str) -> None:
        """A mark that cannot be drawn honestly is refused with the reason."""
        with pytest.raises(ValueError, match=f"mark 'MAXN': .*{re.escape(message)}"):
            Mark("MAXN", **arguments)

    @pytest.mark.parametrize("href", ["", "#a", "../records/#a:b", "https://example.org/a", "a/b"])
    def test_accepts_addresses(self, href: str) -> None:
        """Relative and web addresses lead somewhere."""
        assert href == Mark("MAXN", 1, href=href).href

    def test_keeps_numbers_of_arrays_as_plain_ones(self) -> None:
        """NumPy's numbers become Python's, which JSON knows."""
        mark = Mark("MAXN", np.int64(3), np.float32(2.5), np.float64(4))  # type: ignore[arg-type]

        assert (int, float, float) == (type(mark.y), type(mark.low), type(mark.high))


class TestChart:
    @pytest.mark.parametrize(
        ("make", "message"),
        [
            (lambda: examples.bars(id="Not An Id"), "a chart id is letters"),
            (lambda: examples.bars(title=" "), "title is empty"),
            (lambda: examples.bars(kind="pie"), "kind must be bar, line or scatter, got 'pie'"),
            (lambda: examples.bars(y_log=True), "bars start at zero, on a linear axis"),
            (lambda: examples.bars(y_from_zero=False), "bars start at zero"),
            (lambda: examples.lines(horizontal=True), "only bars lie"),
            (lambda: examples.lines(x_log=True), "categories of a line have no logarithm"),
            (lambda: examples.bars(series=[]), "there is no mark to draw"),
            (lambda: examples.bars(series=[Series("A", [])]), "there is no mark to draw"),
            (lambda: _two(Series("A", [Mark("x", 1)])), "series name 'A' appears twice"),
            (lambda: _two(Series("B", [Mark("x", 1)])), "colour 0 appears twice"),
            (lambda: _one(Mark("x", 1), Mark("x", 2)), "category 'x' appears twice"),
            (lambda: _one(Mark(3, 1)), "a category is a word, got 3"),
            (lambda: _one(Mark("x", 1), kind="scatter"), "the x of a dot is a number, got 'x'"),
            (lambda: examples.dots(y_log=True, y_reference=[Reference(0, "a")]), "above zero"),
            (lambda: _one(Mark(1, -1), kind="scatter", y_log=True), "needs y above zero, got -1"),
            (lambda: _one(Mark(0, 1), kind="scatter", x_log=True), "needs x above zero, got 0"),
            (lambda: Series(" ", []), "a series needs a name"),
            (lambda: Series("A", [], 8), "colour must be 0 to 7, got 8"),
            (lambda: Reference(1, ""), "needs a label"),
            (lambda: Reference(float("nan"), "a"), "must be a finite number"),
        ],
    )
    def test_refuses(self, make: Callable[[], object], message: str) -> None:
        """A chart that would mislead or could not be told apart is refused with the reason."""
        with pytest.raises(ValueError, match=re.escape(message)):
            make()

    @pytest.mark.parametrize(
        ("title", "unit"),
        [("Power (W)", "W"), ("Share (%) ", "%"), ("Ratio", ""), ("A (b) of c", "")],
    )
    def test_unit(self, title: str, unit: str) -> None:
        """The unit is what the title of the axis ends with in brackets."""
        assert unit == examples.bars(y_title=title).unit

    def test_categories_come_in_order_of_first_appearance(self) -> None:
        """Series with different categories share one axis."""
        chart = examples.bars(
            series=[
                Series("A", [Mark("50W", 1), Mark("15W", 2)], 0),
                Series("B", [Mark("MAXN", 3), Mark("50W", 4)], 1),
            ]
        )

        assert chart.categories == ("50W", "15W", "MAXN")

    def test_is_immutable(self) -> None:
        """Lists handed in may change later without changing the chart."""
        marks = [Mark("x", 1)]
        series = [Series("A", marks)]
        chart = examples.bars(series=series)
        marks.append(Mark("y", 2))
        series.clear()

        assert chart.categories == ("x",)


def _one(*marks: Mark, **changes: Any) -> Chart:
    return examples.bars(series=[Series("A", marks)], **changes)


def _two(second: Series) -> Chart:
    return examples.bars(series=[Series("A", [Mark("x", 1)], 0), second])
