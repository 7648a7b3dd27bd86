"""Axes as they are drawn: rules, ticks, titles, categories and reference lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.charts.parts import (
    LINE_HEIGHT,
    category_keys,
    from_class,
    narrowest,
    number,
    safe,
    share,
)
from generator.charts.scale import TEXT_SIZE, longest_word, text_width, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.charts.model import Chart, Reference
    from generator.charts.parts import Frame
    from generator.charts.scale import Axis

_REFERENCE_WIDTH = 140


def title_room(title: str, *, compact: bool) -> int:
    """Return the height that an axis title takes; none in a panel, whose figure prints it."""
    return 0 if compact else LINE_HEIGHT * len(_title_lines(title)) + 8


def top_title(frame: Frame, title: str) -> str:
    """Return the title of the axis that begins at the upper left corner."""
    if frame.compact:
        return ""
    return text_block(_title_lines(title), number(-frame.left), TEXT_SIZE, ' class="axis"')


def bottom_title(frame: Frame, title: str, y: float) -> str:
    """Return the title of the axis below the plot, whose words end at ``y`` above it."""
    if frame.compact:
        return ""
    return text_block(_title_lines(title), "50%", y + LINE_HEIGHT + 4, ' class="axis middle"')


def left_margin(axis: Axis) -> int:
    """Return the room that the labels of a vertical axis need."""
    return round(max(text_width(label) for label in axis.labels())) + 14


def category_lines(categories: Sequence[str], room: float) -> list[list[str]]:
    """Return the words of each category in lines that fit ``room`` pixels."""
    return [wrap(category, room) for category in categories]


def category_foot(frame: Frame, chart: Chart) -> tuple[str, int]:
    """Return the categories and their title below the plot, and where the picture ends.

    Where the categories do not all fit a narrow chart, every other one waits for a wider one.
    """
    categories = chart.categories
    band = 1 / len(categories)
    lines = category_lines(categories, frame.narrowest * band - 6)
    width = frame.first_width(band, longest_word(categories) + 4)
    parts = []
    for row, (words, keys) in enumerate(zip(lines, category_keys(chart), strict=True)):
        if row % 2 and width is None:
            continue
        names = f' class="category{from_class(width or 0) if row % 2 else ""}"{keys}'
        x = share((row + 0.5) * band)
        parts.append(text_block(words, x, frame.bottom + LINE_HEIGHT + 3, names))
    end = frame.bottom + LINE_HEIGHT * max(map(len, lines)) + 8
    title = bottom_title(frame, chart.x_title, end)
    body = f'<g class="grid x" aria-hidden="true">{"".join(parts)}</g>{title}'
    return body, end + title_room(chart.x_title, compact=frame.compact)


def value_foot(frame: Frame, title: str) -> tuple[str, int]:
    """Return the title below the labels of a horizontal axis, and where the picture ends."""
    end = frame.bottom + LINE_HEIGHT + 6
    return bottom_title(frame, title, end), end + title_room(title, compact=frame.compact)


def text_block(lines: list[str], x: str, y: float, attributes: str) -> str:
    """Return lines of text below each other, the first with its baseline at ``y``."""
    if len(lines) == 1:
        return f'<text x="{x}" y="{number(y)}"{attributes}>{safe(lines[0])}</text>'
    spans = (
        f'<tspan x="{x}" dy="{LINE_HEIGHT if row else 0}">{safe(line)}</tspan>'
        for row, line in enumerate(lines)
    )
    return f'<text x="{x}" y="{number(y)}"{attributes}>{"".join(spans)}</text>'


def horizontal_grid(frame: Frame, axis: Axis) -> str:
    """Return the lines and labels of a vertical axis; the line at zero is the axis itself."""
    parts = []
    for tick, label in zip(axis.ticks, axis.labels(), strict=True):
        y = number(frame.down(axis, tick))
        parts.append(f'<line class="{_line_class(axis, tick)}" x2="100%" y1="{y}" y2="{y}"/>')
        parts.append(f'<text class="tick" x="-8" y="{y}" dy=".35em">{label}</text>')
    return f'<g class="grid y" aria-hidden="true">{"".join(parts)}</g>'


def vertical_grid(frame: Frame, axis: Axis, *, zero: bool = True) -> str:
    """Return the lines and labels of a horizontal axis; without its own line at ``zero``."""
    parts = []
    labels = axis.labels()
    for row, (tick, label) in enumerate(zip(axis.ticks, labels, strict=True)):
        x = share(axis.position(tick))
        crowded = row % 2 and len(labels) > 4 and max(map(len, labels)) > 4
        if zero or tick != 0:
            parts.append(
                f'<line class="{_line_class(axis, tick)}" x1="{x}" x2="{x}" y1="{frame.top}"'
                f' y2="{frame.bottom}"/>'
            )
        parts.append(
            f'<text class="tick{from_class(480 if crowded else 0)}" x="{x}"'
            f' y="{frame.bottom + LINE_HEIGHT + 2}">{label}</text>'
        )
    return f'<g class="grid x" aria-hidden="true">{"".join(parts)}</g>'


def horizontal_references(chart: Chart, frame: Frame, axis: Axis) -> str:
    """Return the references of a chart with a vertical axis."""
    parts = []
    for reference in chart.y_reference:
        y = frame.down(axis, reference.y)
        lines = wrap(reference.label, frame.narrowest)
        first = max(y - 5 - LINE_HEIGHT * (len(lines) - 1), TEXT_SIZE)
        parts.append(f'<line class="reference" x2="100%" y1="{number(y)}" y2="{number(y)}"/>')
        parts.append(text_block(lines, "100%", first, ' class="reference-label"'))
    return "".join(parts)


def _line_class(axis: Axis, tick: float) -> str:
    return "zero" if tick == 0 and not axis.log else "rule"


def _reference_lines(reference: Reference) -> list[str]:
    return wrap(reference.label, _REFERENCE_WIDTH)


def _title_lines(title: str) -> list[str]:
    return wrap(title, narrowest(compact=False) - 8)


def references_room(chart: Chart) -> int:
    """Return the height that the labels of references need above lying bars."""
    lines = [len(_reference_lines(reference)) for reference in chart.y_reference]
    return LINE_HEIGHT * max(lines) + 5 if lines else 0


def vertical_references(chart: Chart, frame: Frame, axis: Axis) -> str:
    """Return the references of a chart whose value axis lies; labels stay inside the plot."""
    parts = []
    for reference in chart.y_reference:
        position = axis.position(reference.y)
        anchor = "start" if position < 0.3 else "end" if position > 0.7 else "middle"
        x = share(position)
        lines = _reference_lines(reference)
        first = frame.top - 5 - LINE_HEIGHT * (len(lines) - 1)
        parts.append(
            f'<line class="reference" x1="{x}" x2="{x}" y1="{frame.top}" y2="{frame.bottom}"/>'
        )
        parts.append(text_block(lines, x, first, f' class="reference-label {anchor}"'))
    return "".join(parts)


def unknown_word(
    frame: Frame, middle: float, slot: float, base: float, word: str = "unknown"
) -> str:
    """Return the word that stands where there is no figure, upright where it is narrow."""
    x, y = share(middle), number(base - 6)
    if frame.first_width(slot, text_width(word)) == 0:
        return f'<text class="unknown middle" x="{x}" y="{y}">{safe(word)}</text>'
    return (
        f'<svg x="{x}" y="{y}" overflow="visible">'
        f'<text class="unknown" transform="rotate(-90)" dy=".35em">{safe(word)}</text></svg>'
    )
