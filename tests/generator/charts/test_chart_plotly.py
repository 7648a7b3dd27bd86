from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go
import pytest

from generator.charts import Chart, Mark, Reference, Series
from generator.charts.plotly import plotly_figure

from . import chart_examples as examples


def trace(chart: Chart, number: int = 0) -> dict[str, Any]:
    found = plotly_figure(chart)["data"][number]

    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("chart", examples.all_kinds(), ids=lambda chart: chart.id)
class TestEveryKind:
    def test_is_a_figure_plotly_accepts(self, chart: Chart) -> None:
        """Plotly's own validators take every property."""
        for compact in (False, True):
            go.Figure(plotly_figure(chart, compact=compact))

    def test_is_plain_json(self, chart: Chart) -> None:
        """There is no template and no encoded array in the figure."""
        text = json.dumps(plotly_figure(chart), allow_nan=False)

        assert "bdata" not in text
        assert "template" not in text

    def test_holds_the_figures_of_the_chart(self, chart: Chart) -> None:
        """What can be pointed at is what is in the picture and in the table."""
        lying = plotly_figure(chart)["data"][0].get("orientation") == "h"
        along = "x" if lying else "y"

        assert [[mark.y for mark in series.marks] for series in chart.series] == [
            one[along] for one in plotly_figure(chart)["data"]
        ]

    def test_has_keys_for_each_point(self, chart: Chart) -> None:
        """A filter can choose the same points as in the picture."""
        assert [[dict(mark.keys) for mark in series.marks] for series in chart.series] == [
            one["customdata"] for one in plotly_figure(chart)["data"]
        ]


def test_values_begin_at_zero() -> None:
    """Bars are honest in both charts."""
    assert plotly_figure(examples.bars())["layout"]["yaxis"]["rangemode"] == "tozero"
    assert plotly_figure(examples.bars(horizontal=True))["layout"]["xaxis"]["rangemode"] == "tozero"


def test_lying_bars_keep_their_order() -> None:
    """Plotly counts from the bottom; the picture begins at the top."""
    assert (
        plotly_figure(examples.bars(horizontal=True))["layout"]["yaxis"]["autorange"] == "reversed"
    )


def test_colours_are_left_to_the_page() -> None:
    """Colours are CSS variables, so that both charts have those of the page."""
    assert trace(examples.bars(), 1)["marker"]["color"] == "var(--atlas-series-2)"


def test_series_differ_in_more_than_colour() -> None:
    """Patterns, markers and dashes tell eight series apart."""
    series = [Series(f"S{n}", [Mark("a", n), Mark("b", n)], n) for n in range(8)]
    patterns = [one["marker"]["pattern"]["shape"] for one in _traces(examples.bars(series=series))]
    lines = _traces(examples.lines(series=series))

    assert len(set(patterns)) == 8
    assert len({one["marker"]["symbol"] for one in lines}) == 8
    assert len({one["line"]["dash"] for one in lines}) == 8


def test_intervals_are_lengths_from_the_figure() -> None:
    """Marks without an interval get none, not one of length zero."""
    error = trace(examples.lines())["error_y"]

    assert error["array"] == ["unknown", 2, "unknown", "unknown"]
    assert error["arrayminus"] == ["unknown", 1, "unknown", "unknown"]


def test_words_are_escaped() -> None:
    """Plotly reads tags in its labels; a name with tags stays a name."""
    name = trace(examples.hostile())["name"]

    assert "<" not in name
    assert "&lt;script&gt;" in name


def test_references_are_lines_with_a_label() -> None:
    """A reference crosses the whole plot at its value."""
    chart = examples.bars(y_reference=[Reference(100, "a hundred")])
    (line,) = plotly_figure(chart)["layout"]["shapes"]

    assert (
        line["y0"],
        line["y1"],
        line["xref"],
        line["label"]["text"],
    ) == (100, 100, "paper", "a hundred")


@pytest.mark.parametrize(("x", "dtick"), [((1, 100_000), 1), ((1, 50), "D2")])
def test_logarithmic_ticks(x: tuple[float, float], dtick: int | str) -> None:
    """Many decades are marked by the decade, few in steps of 1, 2 and 5."""
    chart = examples.dots(series=[Series("A", [Mark(one, 1) for one in x])], x_log=True)

    assert dtick == plotly_figure(chart)["layout"]["xaxis"]["dtick"]


def _traces(chart: Chart) -> list[dict[str, Any]]:
    return [trace(chart, number) for number in range(len(chart.series))]
