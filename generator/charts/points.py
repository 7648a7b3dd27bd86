"""Lines over ordered categories, and dots over two numeric axes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from generator.charts import grid
from generator.charts.palette import dash, marker_id
from generator.charts.parts import (
    LINE_HEIGHT,
    Drawing,
    Frame,
    from_class,
    interval,
    label_text,
    mark_group,
    number,
    safe,
    series_group,
    share,
    value_axis,
)
from generator.charts.placing import Label, place_labels
from generator.charts.scale import linear_axis, log_axis, text_width

if TYPE_CHECKING:
    from generator.charts.model import Chart, Mark, Series
    from generator.charts.scale import Axis

PLOT_HEIGHT = 250
PLOT_HEIGHT_PANEL = 150

# A horizontal axis starts at zero unless its values all lie well away from it.
_FAR_FROM_ZERO = 0.4


def draw_lines(chart: Chart, owner: str, *, compact: bool) -> Drawing:
    """Draw one line a series over the categories, with a gap where a figure is unknown."""
    axis = value_axis(chart)
    frame = _frame(chart, axis, right=8, compact=compact)
    band = 1 / len(chart.categories)
    place = {category: (row + 0.5) * band for row, category in enumerate(chart.categories)}
    parts = [grid.top_title(frame, chart.y_title), grid.horizontal_grid(frame, axis)]
    labels_from = _label_width(chart, frame, band)
    for series in chart.series:
        body = _segments(chart, frame, axis, series)
        for mark in series.marks:
            x = place[str(mark.x)]
            drawn = _point(owner, frame, axis, series, mark, x, band)
            if mark.y is not None and labels_from is not None:
                y = frame.down(axis, mark.y if mark.high is None else mark.high) - 10
                drawn += (
                    f'<text class="value middle{from_class(labels_from)}" x="{share(x)}"'
                    f' y="{number(y)}">{safe(label_text(mark))}</text>'
                )
            body.append(mark_group(chart, series, mark, drawn))
        parts.append(series_group(series, body))
    parts.append(grid.horizontal_references(chart, frame, axis))
    foot, height = grid.category_foot(frame, chart)
    return Drawing("".join([*parts, foot]), frame.left, frame.right, height)


def draw_scatter(chart: Chart, owner: str, *, compact: bool) -> Drawing:
    """Draw a dot a mark on two numeric axes, with its label where there is room."""
    axis, across = value_axis(chart), _horizontal_axis(chart)
    right = round(text_width(across.labels()[-1]) / 2) + 6
    frame = _frame(chart, axis, right=right, compact=compact)
    parts = [
        grid.top_title(frame, chart.y_title),
        grid.horizontal_grid(frame, axis),
        grid.vertical_grid(frame, across),
    ]
    labels = iter(_scatter_labels(chart, frame, axis, across))
    for series in chart.series:
        body = []
        for mark in series.marks:
            drawn = _point(owner, frame, axis, series, mark, across.position(float(mark.x)), 0)
            body.append(mark_group(chart, series, mark, drawn + next(labels)))
        parts.append(series_group(series, body))
    parts.append(grid.horizontal_references(chart, frame, axis))
    foot, height = grid.value_foot(frame, chart.x_title)
    return Drawing("".join([*parts, foot]), frame.left, frame.right, height)


def _frame(chart: Chart, axis: Axis, *, right: int, compact: bool) -> Frame:
    return Frame(
        left=grid.left_margin(axis),
        right=right,
        top=grid.title_room(chart.y_title, compact=compact) + LINE_HEIGHT,
        height=PLOT_HEIGHT_PANEL if compact else PLOT_HEIGHT,
        compact=compact,
    )


def _horizontal_axis(chart: Chart) -> Axis:
    values = [float(mark.x) for series in chart.series for mark in series.marks]
    if chart.x_log:
        return log_axis(values)
    return linear_axis(values, from_zero=0 <= min(values) <= _FAR_FROM_ZERO * max(values))


def _segments(chart: Chart, frame: Frame, axis: Axis, series: Series) -> list[str]:
    """Return the lines between neighbouring categories whose figures are both known."""
    marks = {str(mark.x): mark for mark in series.marks}
    figures = [marks[name].y if name in marks else None for name in chart.categories]
    band = 1 / len(figures)
    return [
        f'<line class="segment" x1="{share((row + 0.5) * band)}"'
        f' y1="{number(frame.down(axis, first))}" x2="{share((row + 1.5) * band)}"'
        f' y2="{number(frame.down(axis, second))}"{dash(series.colour)}/>'
        for row, (first, second) in enumerate(pairwise(figures))
        if first is not None and second is not None
    ]


def _label_width(chart: Chart, frame: Frame, band: float) -> int | None:
    """Figures are printed beside the points of a single line only; several would collide."""
    if len(chart.series) > 1:
        return None
    widest = max(text_width(label_text(mark)) for mark in chart.series[0].marks)
    return frame.first_width(band, widest + 4)


def _point(
    owner: str, frame: Frame, axis: Axis, series: Series, mark: Mark, x: float, band: float
) -> str:
    if mark.y is None:
        return grid.unknown_word(frame, x, band, frame.bottom)
    body = ""
    if mark.low is not None and mark.high is not None:
        body = interval(share(x), frame.down(axis, mark.low), frame.down(axis, mark.high))
    y = number(frame.down(axis, mark.y))
    return f'{body}<use href="#{marker_id(owner, series.colour)}" x="{share(x)}" y="{y}"/>'


def _scatter_labels(chart: Chart, frame: Frame, axis: Axis, across: Axis) -> list[str]:
    """Return the markup of each mark's label in drawing order, empty for those without."""
    wanted = [
        Label(mark.text, across.position(float(mark.x)), frame.down(axis, mark.y))
        if mark.text and mark.y is not None
        else None
        for series in chart.series
        for mark in series.marks
    ]
    dots = [
        (
            across.position(float(mark.x)),
            frame.down(axis, mark.y if mark.high is None else mark.high),
            frame.down(axis, mark.y if mark.low is None else mark.low),
        )
        for series in chart.series
        for mark in series.marks
        if mark.y is not None
    ]
    placed = iter(place_labels([label for label in wanted if label], dots, frame))
    return [next(placed) if label else "" for label in wanted]
