"""A chart as it stands in a page: caption, legend, picture, interactive twin and table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from generator.charts.model import check_id
from generator.charts.palette import render_defs, render_swatch
from generator.charts.parts import data_attributes, safe
from generator.charts.plotly import plotly_figure
from generator.charts.svg import render_svg
from generator.charts.twin import render_panels_twin, render_twin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.charts.model import Chart, Series

OWN_SCALES = "Each panel has its own scale."
OWN_SCALES_FROM_ZERO = "Each panel has its own scale, from zero."


def chart_html(chart: Chart) -> Markup:
    """Return the figure of one chart, ready to stand in a page.

    Parameters
    ----------
    chart
        What to draw.

    Returns
    -------
    Markup
        A ``<figure class="atlas-chart" id="fig-…">``.
    """
    legend = _legend(chart.id, chart, chart.series) if len(chart.series) > 1 else ""
    body = _plot(chart, render_svg(chart), compact=False)
    return Markup(
        _figure(
            chart.id,
            caption=_caption(chart.id, chart.title, chart.note),
            body=f"{legend}{body}",
            twin=render_twin(chart),
            follows=chart.follows,
        )
    )


def panels_html(
    id: str,  # noqa: A002
    title: str,
    description: str,
    charts: Sequence[Chart],
    *,
    note: str = "",
    follows: str = "",
    panel_title: str = "",
) -> Markup:
    """Return small multiples: charts with the same axes side by side under one legend.

    Parameters
    ----------
    id, title, description
        Of the figure as a whole; the title of each chart heads its panel.
    charts
        The panels; ``keys`` of a chart let filters hide its panel.
    note
        A sentence printed below the title.
    follows
        Name of the table whose filters also hide panels and marks.
    panel_title
        What the panels are, the head of their column in the table; empty takes the name of the
        key that all panels have.

    Returns
    -------
    Markup
        A ``<figure class="atlas-chart atlas-chart--panels" id="fig-…">``.

    Raises
    ------
    ValueError
        If the panels do not share their kind, axes and series.
    """
    check_id(id)
    series = _shared_series(id, charts)
    first = charts[0]
    defs = render_defs(id, [one.colour for one in series], first.kind)
    legend = _legend(id, first, series) if len(series) > 1 else ""
    panels = "".join(_panel(id, chart) for chart in charts)
    from_zero = first.kind == "bar" or (first.y_from_zero and not first.y_log)
    scales = OWN_SCALES_FROM_ZERO if from_zero else OWN_SCALES
    return Markup(
        _figure(
            id,
            caption=_caption(
                id, title, note, f"{first.y_title} by {_inside(first.x_title)}. {scales}"
            ),
            body=f'<p class="atlas-sr">{safe(description)}</p>'
            f'<svg class="atlas-defs" width="0" height="0" aria-hidden="true">{defs}</svg>'
            f'{legend}<div class="atlas-panels">{panels}</div>',
            twin=render_panels_twin(charts, panel_title or _common_key(charts)),
            follows=follows,
            panels=True,
        )
    )


def _figure(
    id: str,  # noqa: A002
    *,
    caption: str,
    body: str,
    twin: str,
    follows: str,
    panels: bool = False,
) -> str:
    classes = "atlas-chart atlas-chart--panels" if panels else "atlas-chart"
    follow = f' data-follows="{safe(follows)}"' if follows else ""
    return (
        f'<figure class="{classes}" id="fig-{id}"{follow} aria-labelledby="fig-{id}-title">'
        f"{caption}{body}"
        '<div class="atlas-chart-foot">'
        '<button type="button" class="atlas-chart-button" hidden>Interactive chart</button>'
        f"<details><summary>Table of this chart</summary>"
        f'<div class="atlas-twin-box" tabindex="0" role="group"'
        f' aria-label="Table of this chart">{twin}</div></details>'
        "</div></figure>"
    )


def _caption(id: str, title: str, *notes: str) -> str:  # noqa: A002
    words = "".join(f'<span class="atlas-note">{safe(note)}</span>' for note in notes if note)
    return f'<figcaption><strong id="fig-{id}-title">{safe(title)}</strong>{words}</figcaption>'


def _common_key(charts: Sequence[Chart]) -> str:
    names = (name for name in charts[0].keys if all(name in chart.keys for chart in charts))
    return next(names, "panel").replace("_", " ").capitalize()


def _inside(title: str) -> str:
    """Return a title as it stands inside a sentence; a capital that begins a name stays."""
    return title if title[1:2].isupper() else title[0].lower() + title[1:]


def _legend(owner: str, chart: Chart, series: Sequence[Series]) -> str:
    items = "".join(
        f'<li class="atlas-s{one.colour + 1}">'
        f"{render_swatch(owner, one, chart.kind)}{safe(one.name)}</li>"
        for one in series
    )
    return f'<ul class="atlas-legend">{items}</ul>'


def _panel(owner: str, chart: Chart) -> str:
    svg = render_svg(chart, owner=owner, compact=True)
    return (
        f'<div class="atlas-panel"{data_attributes(chart.keys)}>'
        f'<p class="atlas-panel-title" aria-hidden="true">{safe(chart.title)}</p>'
        f"{_plot(chart, svg, compact=True)}</div>"
    )


def _plot(chart: Chart, svg: str, *, compact: bool) -> str:
    return (
        f'<div class="atlas-plot"><div class="atlas-still">{svg}</div>'
        f'<template class="atlas-plotly">{_json(plotly_figure(chart, compact=compact))}</template>'
        "</div>"
    )


def _json(figure: dict[str, Any]) -> str:
    """Return JSON that a page can hold: what HTML would read as markup is written as an escape."""
    text = json.dumps(figure, allow_nan=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _shared_series(id: str, charts: Sequence[Chart]) -> list[Series]:  # noqa: A002
    if not charts:
        raise ValueError(f"panels {id}: there is no panel")
    first = charts[0]
    known: dict[str, Series] = {}
    for chart in charts:
        where = f"panels {id}, {chart.id}"
        for name in ("kind", "x_title", "y_title"):
            if getattr(chart, name) != getattr(first, name):
                raise ValueError(f"{where}: {name} differs from that of {first.id}")
        for series in chart.series:
            if known.setdefault(series.name, series).colour != series.colour:
                raise ValueError(f"{where}: series {series.name!r} changes its colour")
    if len({series.colour for series in known.values()}) < len(known):
        raise ValueError(f"panels {id}: two series share a colour")
    if len({chart.id for chart in charts}) < len(charts) or id in {chart.id for chart in charts}:
        raise ValueError(f"panels {id}: every panel needs an id of its own")
    return list(known.values())
