"""Draw a chart as SVG text, at once and the same every time.

Why not a plotting library: the picture takes its colours from the CSS custom properties of the
page, so one file serves light, dark and print; every mark can be a link and carries its own keys
for filters; and a chart takes about a millisecond, without a browser or a font file. Libraries that
export SVG fix colours and sizes when they draw. Whoever wants to zoom, point and switch series asks
for the interactive chart, and that one is Plotly's.

Why no ``viewBox``: it scales words with the picture, so what is legible on a phone is huge on a
desk. Here widths are percentages of whatever room there is, heights and type are pixels, and words
that need more room than a phone has carry the width from which they are shown (``from-480``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.charts.bars import draw_lying_bars, draw_standing_bars, should_lie
from generator.charts.palette import render_defs
from generator.charts.parts import safe
from generator.charts.points import draw_lines, draw_scatter

if TYPE_CHECKING:
    from generator.charts.model import Chart
    from generator.charts.parts import Drawing


def render_svg(chart: Chart, *, owner: str = "", compact: bool = False) -> str:
    """Return the chart as an ``<svg>`` element.

    Parameters
    ----------
    chart
        What to draw.
    owner
        Id of the figure that already holds the patterns and markers; empty puts them in.
    compact
        Whether it is one of several panels: less high, without titles of its own at the axes.

    Returns
    -------
    str
        Well-formed markup that fills the width it is given.
    """
    drawing = _draw(chart, owner or chart.id, compact)
    colours = [series.colour for series in chart.series]
    defs = "" if owner else render_defs(chart.id, colours, chart.kind)
    classes = "atlas-svg atlas-svg--panel" if compact else "atlas-svg"
    linked = any(mark.href for series in chart.series for mark in series.marks)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{classes}" width="100%"'
        f' height="{drawing.height}" overflow="visible"'
        f' style="width:calc(100% - {drawing.left + drawing.right}px);'
        f'margin-left:{drawing.left}px"'
        f' role="{"group" if linked else "img"}" aria-label="{safe(chart.title)}"'
        f' aria-describedby="fig-{chart.id}-desc">'
        f'<desc id="fig-{chart.id}-desc">{safe(chart.description)}</desc>'
        f"{defs}{drawing.body}</svg>"
    )


def _draw(chart: Chart, owner: str, compact: bool) -> Drawing:
    if chart.kind == "line":
        return draw_lines(chart, owner, compact=compact)
    if chart.kind == "scatter":
        return draw_scatter(chart, owner, compact=compact)
    if should_lie(chart, compact=compact):
        return draw_lying_bars(chart, owner, compact=compact)
    return draw_standing_bars(chart, owner, compact=compact)
