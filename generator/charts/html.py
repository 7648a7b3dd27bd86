"""A chart as it stands in a page: picture, caption, button, interactive twin and table twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.charts.model import Chart


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
    return Markup(
        '<figure class="atlas-chart" id="fig-{}"><figcaption>{}</figcaption></figure>'
    ).format(chart.id, chart.title)


def panels_html(
    id: str,  # noqa: A002
    title: str,
    description: str,
    charts: Sequence[Chart],
    *,
    note: str = "",
    follows: str = "",
) -> Markup:
    """Return small multiples: charts of the same series side by side with one legend.

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

    Returns
    -------
    Markup
        A ``<figure class="atlas-chart atlas-chart--panels" id="fig-…">``.
    """
    return Markup(
        '<figure class="atlas-chart" id="fig-{}"><figcaption>{}</figcaption></figure>'
    ).format(id, title)
