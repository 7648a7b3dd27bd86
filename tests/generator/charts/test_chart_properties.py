from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import plotly.graph_objects as go
from hypothesis import given, settings

from generator.charts import Chart, chart_html
from generator.charts.plotly import plotly_figure
from generator.charts.svg import render_svg

from . import chart_examples as examples

NUMBER = re.compile(r"-?\d+(\.\d+)?(%?)")
ACROSS = ("x", "x1", "x2", "width", "cx")
DOWN = ("y", "y1", "y2", "cy")


@settings(max_examples=150, deadline=None)
@given(examples.random_charts())
def test_any_chart_stays_inside_its_picture(chart: Chart) -> None:
    """Whatever the figures and words, coordinates are finite and inside the picture."""
    root = ElementTree.fromstring(render_svg(chart))
    height = float(root.attrib["height"])
    for node in root.iter():
        if "pattern" in node.tag or node is root:
            continue
        for name in (*ACROSS, *DOWN, "height"):
            value = node.get(name)
            if value is None:
                continue

            assert NUMBER.fullmatch(value), f"{name}={value}"
            amount = float(value.rstrip("%"))
            assert math.isfinite(amount)
            if value.endswith("%"):
                assert 0 <= amount <= 100
            if name in DOWN:
                assert 0 <= amount <= height


@settings(max_examples=50, deadline=None)
@given(examples.random_charts())
def test_any_chart_has_its_twins(chart: Chart) -> None:
    """Whatever the figures and words, Plotly accepts the figure and the page holds the table."""
    go.Figure(plotly_figure(chart))

    assert "atlas-twin" in chart_html(chart)
