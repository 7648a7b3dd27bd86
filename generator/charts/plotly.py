"""Turn a chart into the figure that Plotly draws in the browser.

Colours stay CSS variables (``var(--atlas-…)``): ``charts.js`` puts the page's own in, so that the
interactive chart has the colours of the still one in light and in dark. Lists are plain and there
is no template, which would be larger than the figures.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from generator.charts.bars import should_lie
from generator.charts.palette import DASHES, MARKERS, PATTERNS, colour_variable
from generator.charts.parts import tooltip, value_axis, value_text
from generator.charts.scale import log_axis, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.charts.model import Chart, Reference, Series

INK = "var(--atlas-ink)"
GRID = "var(--atlas-grid)"
AXIS = "var(--atlas-axis)"
PAPER = "var(--atlas-paper)"
CLEAR = "rgba(0,0,0,0)"

# Plotly centres titles on the plot and lets them run out of a narrow chart.
TITLE_WIDTH = 210


def plotly_figure(chart: Chart, *, compact: bool = False) -> dict[str, Any]:
    """Return the chart as a Plotly figure of plain dicts and lists.

    Parameters
    ----------
    chart
        What to draw.
    compact
        Whether it is one of several panels, which share a legend and the titles of the axes.

    Returns
    -------
    dict
        ``data`` and ``layout``; ``customdata`` of a trace holds the keys of its marks.
    """
    lying = chart.kind == "bar" and should_lie(chart, compact=compact)
    return {
        "data": [_trace(chart, series, lying=lying) for series in chart.series],
        "layout": _layout(chart, lying=lying, compact=compact),
    }


def _trace(chart: Chart, series: Series, *, lying: bool) -> dict[str, Any]:
    across, along = ("y", "x") if lying else ("x", "y")
    trace: dict[str, Any] = {
        "name": _words(series.name),
        across: [_words(mark.x) if isinstance(mark.x, str) else mark.x for mark in series.marks],
        along: [mark.y for mark in series.marks],
        "customdata": [dict(mark.keys) for mark in series.marks],
        "hovertext": [_words(tooltip(chart, series, mark)) for mark in series.marks],
        "hoverinfo": "text",
    }
    if any(mark.low is not None for mark in series.marks):
        trace[f"error_{along}"] = _interval(series)
    if chart.kind == "bar":
        trace |= _bar(series, lying=lying)
    else:
        trace |= _points(chart, series)
    return trace


def _bar(series: Series, *, lying: bool) -> dict[str, Any]:
    labels = [_words(value_text(mark)) if mark.y is not None else "" for mark in series.marks]
    if any(mark.low is not None for mark in series.marks):
        labels = []  # they would stand on the error bars
    pattern = {
        "shape": PATTERNS[series.colour],
        "bgcolor": colour_variable(series.colour),
        "fgcolor": "var(--atlas-hatch)",
        "fgopacity": 1,
        "size": 6,
        "solidity": 0.25,
    }
    return {
        "type": "bar",
        "text": labels,
        "textposition": "outside",
        "cliponaxis": False,
        "orientation": "h" if lying else "v",
        "marker": {"color": colour_variable(series.colour), "pattern": pattern},
    }


def _points(chart: Chart, series: Series) -> dict[str, Any]:
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines+markers" if chart.kind == "line" else "markers",
        "marker": {
            "color": colour_variable(series.colour),
            "symbol": MARKERS[series.colour],
            "size": 9,
        },
    }
    if chart.kind == "line":
        pattern = DASHES[series.colour].replace(" ", "px,")
        trace["line"] = {
            "color": colour_variable(series.colour),
            "width": 2,
            "dash": f"{pattern}px" if pattern else "solid",
        }
        trace["connectgaps"] = False
    return trace


def _interval(series: Series) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [_distance(mark.high, mark.y) for mark in series.marks],
        "arrayminus": [_distance(mark.y, mark.low) for mark in series.marks],
        "color": INK,
        "thickness": 1.2,
        "width": 4,
    }


def _layout(chart: Chart, *, lying: bool, compact: bool) -> dict[str, Any]:
    # Lying bars need the room of a title for the names of their categories.
    category = _axis("" if compact or lying else chart.x_title)
    figures = _axis("" if compact else chart.y_title)
    if chart.kind != "scatter":
        category |= {"type": "category", "showgrid": False, "showline": True}
    elif chart.x_log:
        category |= _logarithmic([float(mark.x) for one in chart.series for mark in one.marks])
    if chart.y_log:
        figures |= _logarithmic(value_axis(chart).ticks)
    elif chart.kind == "bar" or chart.y_from_zero:
        figures["rangemode"] = "tozero"
    if lying:
        category["autorange"] = "reversed"
    layout: dict[str, Any] = {
        "xaxis": figures if lying else category,
        "yaxis": category if lying else figures,
        "font": {"family": "inherit", "size": 12, "color": INK},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "margin": {"l": 8, "r": 44 if lying else 12, "t": 24, "b": 8},
        "showlegend": len(chart.series) > 1 and not compact,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "hoverlabel": {"bgcolor": PAPER, "bordercolor": AXIS, "font": {"color": INK}},
        "shapes": [_reference(reference, lying=lying) for reference in chart.y_reference],
    }
    if chart.kind == "bar":
        layout |= {"barmode": "group", "bargap": 0.24, "bargroupgap": 0.08}
    return layout


def _axis(title: str) -> dict[str, Any]:
    axis: dict[str, Any] = {
        "automargin": True,
        "ticklabelstandoff": 4,
        "gridcolor": GRID,
        "linecolor": AXIS,
        "showline": False,
        "zerolinecolor": AXIS,
    }
    if title:
        lines = "<br>".join(_words(line) for line in wrap(title, TITLE_WIDTH))
        axis["title"] = {"text": lines, "font": {"size": 12}}
    return axis


def _logarithmic(values: Iterable[float]) -> dict[str, Any]:
    """Return a logarithmic axis with whole decades, or 1-2-5 steps when decades are few."""
    first, second, *_ = log_axis(values).ticks
    return {"type": "log", "dtick": 1 if second >= 10 * first else "D2"}


def _reference(reference: Reference, *, lying: bool) -> dict[str, Any]:
    across, along = ("y", "x") if lying else ("x", "y")
    label: dict[str, Any] = {"text": _words(reference.label), "textposition": "end"}
    if lying:
        label |= {"textangle": 0, "xanchor": "left", "yanchor": "top"}
    return {
        "type": "line",
        f"{across}ref": "paper",
        f"{across}0": 0,
        f"{across}1": 1,
        f"{along}0": reference.y,
        f"{along}1": reference.y,
        "line": {"color": INK, "width": 1.5, "dash": "dot"},
        "label": label,
    }


def _words(text: str) -> str:
    """Escape ``text``: Plotly reads a few tags in its labels."""
    return escape(text, quote=False)


def _distance(high: float | None, low: float | None) -> float | str:
    """Return the length of one side of an interval; Plotly draws null as a length of zero."""
    return "unknown" if high is None or low is None else high - low
