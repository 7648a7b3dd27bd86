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
from generator.charts.parts import tooltip, value_text

if TYPE_CHECKING:
    from generator.charts.model import Chart, Mark, Reference, Series

INK = "var(--atlas-ink)"
GRID = "var(--atlas-grid)"
AXIS = "var(--atlas-axis)"
PAPER = "var(--atlas-paper)"
CLEAR = "rgba(0,0,0,0)"


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
        "name": escape(series.name, quote=False),
        across: [_plain(mark.x) for mark in series.marks],
        along: [mark.y for mark in series.marks],
        "customdata": [dict(mark.keys) for mark in series.marks],
        "hovertext": [escape(tooltip(chart, series, mark), quote=False) for mark in series.marks],
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
    pattern = {
        "shape": PATTERNS[series.colour],
        "fgcolor": "var(--atlas-hatch)",
        "fgopacity": 1,
        "size": 8,
        "solidity": 0.2,
    }
    return {
        "type": "bar",
        "orientation": "h" if lying else "v",
        "text": [_label(value_text(mark), mark) for mark in series.marks],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": colour_variable(series.colour), "pattern": pattern},
    }


def _points(chart: Chart, series: Series) -> dict[str, Any]:
    labels = [_label(mark.text, mark) for mark in series.marks]
    labelled = chart.kind == "scatter" and any(labels)
    lines = ["lines"] if chart.kind == "line" else []
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "+".join([*lines, "markers", *(["text"] if labelled else [])]),
        "marker": {
            "color": colour_variable(series.colour),
            "symbol": MARKERS[series.colour],
            "size": 9,
        },
    }
    if labelled:
        trace |= {"text": labels, "textposition": "top center"}
    if lines:
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
    category = {**_axis(chart.x_title, compact=compact), "showgrid": chart.kind == "scatter"}
    figures = _axis(chart.y_title, compact=compact)
    if chart.kind != "scatter":
        category["type"] = "category"
    elif chart.x_log:
        category["type"] = "log"
    if chart.y_log:
        figures["type"] = "log"
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
        "margin": {"l": 8, "r": 12, "t": 24, "b": 8},
        "showlegend": len(chart.series) > 1 and not compact,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "hoverlabel": {"bgcolor": PAPER, "bordercolor": AXIS, "font": {"color": INK}},
        "shapes": [_reference(reference, lying=lying) for reference in chart.y_reference],
    }
    if chart.kind == "bar":
        layout |= {"barmode": "group", "bargap": 0.24, "bargroupgap": 0.08}
    return layout


def _axis(title: str, *, compact: bool) -> dict[str, Any]:
    axis: dict[str, Any] = {
        "automargin": True,
        "gridcolor": GRID,
        "linecolor": AXIS,
        "zerolinecolor": AXIS,
    }
    if not compact:
        axis["title"] = {"text": escape(title, quote=False)}
    return axis


def _reference(reference: Reference, *, lying: bool) -> dict[str, Any]:
    across, along = ("y", "x") if lying else ("x", "y")
    return {
        "type": "line",
        f"{across}ref": "paper",
        f"{across}0": 0,
        f"{across}1": 1,
        f"{along}0": reference.y,
        f"{along}1": reference.y,
        "line": {"color": INK, "width": 1.5, "dash": "dot"},
        "label": {"text": escape(reference.label, quote=False), "textposition": "end"},
    }


def _plain(x: str | float) -> str | float:
    return escape(x, quote=False) if isinstance(x, str) else x


def _label(text: str, mark: Mark) -> str:
    return "" if mark.y is None else escape(text, quote=False)


def _distance(high: float | None, low: float | None) -> float | None:
    return None if high is None or low is None else high - low
