"""The table beside every chart: the same figures for readers, search and screen readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.charts.parts import common_keys, data_attributes, safe, value_text
from generator.charts.scale import format_exact, format_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.charts.model import Chart, Mark

ABSENT = "–"


def render_twin(chart: Chart) -> str:
    """Return the table of one chart: categories by series, or the dots of a scatter one a row."""
    if chart.kind == "scatter":
        return _table(chart, _scatter_head(chart), _scatter_rows(chart))
    names = [series.name for series in chart.series]
    return _table(chart, _head([chart.x_title, *names]), _category_rows(chart, names))


def render_panels_twin(charts: Sequence[Chart], panel_title: str) -> str:
    """Return one table for all panels, the title of the panel in the first column."""
    first = charts[0]
    if first.kind == "scatter":
        head = _head([panel_title]) + _scatter_head(first)
        rows = [row for chart in charts for row in _scatter_rows(chart, chart.title)]
        return _table(first, head, rows)
    names = list(dict.fromkeys(series.name for chart in charts for series in chart.series))
    head = _head([panel_title, first.x_title, *names])
    rows = [row for chart in charts for row in _category_rows(chart, names, chart.title)]
    return _table(first, head, rows)


def _table(chart: Chart, head: str, rows: Sequence[str]) -> str:
    return (
        f'<table class="atlas-twin"><caption>{safe(chart.y_title)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _head(titles: Sequence[str]) -> str:
    return "".join(f'<th scope="col">{safe(title)}</th>' for title in titles)


def _category_rows(chart: Chart, names: Sequence[str], panel: str = "") -> list[str]:
    columns = {series.name: {str(mark.x): mark for mark in series.marks} for series in chart.series}
    rows = []
    for category in chart.categories:
        marks = [columns.get(name, {}).get(category) for name in names]
        shown = [mark for mark in marks if mark]
        common = {**chart.keys, **common_keys(shown)}
        cells = "".join(_cell(mark) for mark in marks)
        rows.append(
            f"<tr{data_attributes(common)}>{_panel_cell(panel)}"
            f'<th scope="row">{safe(category)}</th>{cells}</tr>'
        )
    return rows


def _scatter_head(chart: Chart) -> str:
    return _head(["Series", "Label", chart.x_title, chart.y_title])


def _scatter_rows(chart: Chart, panel: str = "") -> list[str]:
    return [
        f"<tr{data_attributes({**chart.keys, **mark.keys})}>{_panel_cell(panel)}"
        f'<th scope="row">{safe(series.name)}</th><td>{safe(mark.text) or ABSENT}</td>'
        f'<td data-value="{format_exact(float(mark.x))}">{format_number(float(mark.x))}</td>'
        f"{_cell(mark, exact=True)}</tr>"
        for series in chart.series
        for mark in series.marks
    ]


def _panel_cell(panel: str) -> str:
    return f'<th scope="row">{safe(panel)}</th>' if panel else ""


def _cell(mark: Mark | None, *, exact: bool = False) -> str:
    """Return a figure's cell; ``exact`` ignores the text, which labels the dot of a scatter."""
    if mark is None:
        return f"<td>{ABSENT}</td>"
    if mark.y is None:
        text, value = "unknown" if exact else value_text(mark), ""
    else:
        text = format_exact(mark.y) if exact or not mark.text else value_text(mark)
        value = f' data-value="{format_exact(mark.y)}"'
    if mark.low is not None and mark.high is not None:
        text += f" ({format_exact(mark.low)} to {format_exact(mark.high)})"
    words = safe(text)
    if mark.href:
        words = f'<a href="{safe(mark.href)}">{words}</a>'
    return f"<td{value}>{words}</td>"
