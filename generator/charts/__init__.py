"""Charts made at build time: one model, a still picture, an interactive twin and a table."""

from generator.charts.html import chart_html, panels_html
from generator.charts.model import Chart, Mark, Reference, Series

__all__ = ["Chart", "Mark", "Reference", "Series", "chart_html", "panels_html"]
