"""Grouped bars, standing on their categories or lying below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.charts import grid
from generator.charts.palette import fill
from generator.charts.parts import (
    LINE_HEIGHT,
    Drawing,
    Frame,
    category_keys,
    from_class,
    interval,
    label_text,
    lined,
    mark_group,
    narrowest,
    number,
    safe,
    series_group,
    share,
    value_axis,
    value_text,
)
from generator.charts.scale import TEXT_SIZE, TEXT_SIZE_PANEL, longest_word, text_width, wrap

if TYPE_CHECKING:
    from generator.charts.model import Chart, Mark
    from generator.charts.scale import Axis

STANDING_HEIGHT = 240
STANDING_HEIGHT_PANEL = 140
BAR_THICKNESS = 15
BAR_GAP = 3
GROUP_GAP = 15
HEADING = 19

_GROUP_SHARE = 0.76
_GROUP_SHARE_PANEL = 0.88
_WIDEST_BAR = 0.11
_LEAST_BAR_PIXELS = 9
_MOST_LINES = 3


def should_lie(chart: Chart, *, compact: bool) -> bool:
    """Whether the bars must lie for their words and themselves to fit a phone."""
    if chart.horizontal is not None:
        return chart.horizontal
    plot = narrowest(compact) - grid.left_margin(value_axis(chart)) - 8
    band = plot / len(chart.categories)
    lines = grid.category_lines(chart.categories, band - 6)
    return (
        band * _GROUP_SHARE / len(chart.series) < _LEAST_BAR_PIXELS
        or longest_word(chart.categories) > band - 4
        or max(map(len, lines)) > _MOST_LINES
    )


def draw_standing_bars(chart: Chart, owner: str, *, compact: bool) -> Drawing:
    """Draw bars that stand on a category axis, the groups side by side."""
    axis = value_axis(chart)
    frame = Frame(
        left=grid.left_margin(axis),
        right=8,
        top=grid.title_room(chart.y_title, compact=compact) + LINE_HEIGHT + 3,
        height=STANDING_HEIGHT_PANEL if compact else STANDING_HEIGHT,
        compact=compact,
    )
    band = 1 / len(chart.categories)
    group = _GROUP_SHARE_PANEL if compact else _GROUP_SHARE
    slot = min(group * band / len(chart.series), _WIDEST_BAR)
    size = TEXT_SIZE_PANEL if compact else TEXT_SIZE
    labels = [label_text(mark) for series in chart.series for mark in series.marks]
    widest = max(text_width(label, size) for label in labels)
    room = band if len(chart.series) == 1 else slot
    labels_from = frame.first_width(room, widest + 1)
    place = {category: row for row, category in enumerate(chart.categories)}
    parts = [grid.top_title(frame, chart.y_title), grid.horizontal_grid(frame, axis)]
    for column, series in enumerate(chart.series):
        marks = []
        for mark in series.marks:
            middle = (place[str(mark.x)] + 0.5) * band
            left = middle + (column - len(chart.series) / 2) * slot
            body = _standing_bar(frame, axis, mark, left, slot, fill(owner, series.colour))
            if labels_from is not None:
                body += _standing_label(frame, axis, mark, left + slot / 2, labels_from)
            marks.append(mark_group(chart, series, mark, body))
        parts.append(series_group(series, marks))
    parts.append(grid.horizontal_references(chart, frame, axis))
    foot, height = grid.category_foot(frame, chart)
    return Drawing("".join([*parts, foot]), frame.left, frame.right, height)


def draw_lying_bars(chart: Chart, owner: str, *, compact: bool) -> Drawing:
    """Draw bars that lie below the name of their category, the groups below each other."""
    axis = value_axis(chart)
    marks = [mark for series in chart.series for mark in series.marks]
    beside = round(max(text_width(label_text(mark)) for mark in marks)) + 10
    names = [wrap(category, narrowest(compact) - 4) for category in chart.categories]
    heading = HEADING + LINE_HEIGHT * (max(map(len, names)) - 1)
    group = heading + len(chart.series) * (BAR_THICKNESS + BAR_GAP) + GROUP_GAP
    frame = Frame(
        left=beside if axis.low < 0 else 4,
        right=beside,
        top=grid.title_room(chart.x_title, compact=compact) + grid.references_room(chart),
        height=group * len(names) - GROUP_GAP + 4,
        compact=compact,
    )
    place = {category: frame.top + row * group for row, category in enumerate(chart.categories)}
    parts = [
        grid.top_title(frame, chart.x_title),
        grid.vertical_grid(frame, axis, zero=False),
        # Behind the names and bars, whose words it would cross.
        grid.vertical_references(chart, frame, axis),
    ]
    zero = share(axis.position(0))
    for y, lines, keys in zip(place.values(), names, category_keys(chart), strict=True):
        start, end = y + heading - 3, y + group - GROUP_GAP
        name = grid.text_block(lines, number(-frame.left), y + HEADING - 7, ' class="heading"')
        parts.append(
            f'<g class="category" aria-hidden="true"{keys}>{name}'
            f'<line class="zero" x1="{zero}" x2="{zero}" y1="{start}" y2="{end}"/></g>'
        )
    for column, series in enumerate(chart.series):
        bars = []
        below = heading + column * (BAR_THICKNESS + BAR_GAP)
        for mark in series.marks:
            body = _lying_bar(axis, mark, place[str(mark.x)] + below, fill(owner, series.colour))
            bars.append(mark_group(chart, series, mark, body))
        parts.append(series_group(series, bars))
    foot, height = grid.value_foot(frame, chart.y_title)
    return Drawing("".join([*parts, foot]), frame.left, frame.right, height)


def _standing_bar(
    frame: Frame, axis: Axis, mark: Mark, left: float, slot: float, paint: str
) -> str:
    if mark.y is None:
        return grid.unknown_word(
            frame, left + slot / 2, slot, frame.down(axis, 0), value_text(mark)
        )
    ends = sorted((frame.down(axis, 0), frame.down(axis, mark.y)))
    gap = slot * 0.04
    body = (
        f'<rect x="{share(left + gap)}" y="{number(ends[0])}" width="{share(slot - 2 * gap)}"'
        f' height="{number(ends[1] - ends[0])}" fill="{paint}"/>'
    )
    if mark.low is not None and mark.high is not None:
        middle = share(left + slot / 2)
        body += interval(middle, frame.down(axis, mark.low), frame.down(axis, mark.high))
    return body


def _standing_label(frame: Frame, axis: Axis, mark: Mark, middle: float, width: int) -> str:
    if mark.y is None:
        return ""
    if mark.y < 0:
        y = frame.down(axis, mark.y if mark.low is None else mark.low) + LINE_HEIGHT
    else:
        y = frame.down(axis, mark.y if mark.high is None else mark.high) - 5
    return (
        f'<text class="value middle{from_class(width)}" x="{share(middle)}" y="{number(y)}">'
        f"{safe(label_text(mark))}</text>"
    )


def _lying_bar(axis: Axis, mark: Mark, y: float, paint: str) -> str:
    middle = number(y + BAR_THICKNESS / 2)
    zero = axis.position(0)
    if mark.y is None:
        return (
            f'<text class="unknown" x="{share(zero)}" dx="5" y="{middle}" dy=".35em">'
            f"{safe(value_text(mark))}</text>"
        )
    end = axis.position(mark.y)
    left, right = min(zero, end), max(zero, end)
    body = (
        f'<rect x="{share(left)}" y="{number(y)}" width="{share(right - left)}"'
        f' height="{BAR_THICKNESS}" fill="{paint}"/>'
    )
    if mark.low is not None and mark.high is not None:
        low, high = axis.position(mark.low), axis.position(mark.high)
        body += _lying_interval(low, high, y + BAR_THICKNESS / 2)
        left, right = min(left, low), max(right, high)
    if mark.y < 0:
        place = f'class="value end" x="{share(left)}" dx="-6"'
    else:
        place = f'class="value" x="{share(right)}" dx="6"'
    return f'{body}<text {place} y="{middle}" dy=".35em">{safe(label_text(mark))}</text>'


def _lying_interval(low: float, high: float, y: float) -> str:
    line = f'<line x1="{share(low)}" x2="{share(high)}" y1="{number(y)}" y2="{number(y)}"/>'
    caps = "".join(
        f'<line x1="{share(end)}" x2="{share(end)}" y1="{number(y - 4)}" y2="{number(y + 4)}"/>'
        for end in (low, high)
    )
    return lined(f"{line}{caps}")
