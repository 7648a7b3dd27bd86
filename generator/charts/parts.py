"""The pieces every picture is put together from: the frame, words and marks as SVG text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import escape

from generator.charts.scale import format_number, linear_axis, log_axis, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from generator.charts.model import Chart, Mark, Series
    from generator.charts.scale import Axis

# The narrowest chart is the one on a phone 360 pixels wide, or a panel beside another.
NARROWEST = 296
NARROWEST_PANEL = 220
# Words that need a wider chart than that appear from these widths on (see charts.css).
WIDTHS = (230, 245, 260, 280, 320, 400, 480, 560, 640, 720)

LINE_HEIGHT = 15

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Drawing:
    """What is inside a picture, its height, and the margins its words need beside the plot."""

    body: str
    left: int
    right: int
    height: int


@dataclass(frozen=True)
class Frame:
    """Where the plot lies, in pixels: the margins beside it, its top and its height."""

    left: int
    right: int
    top: int
    height: int
    compact: bool

    @property
    def narrowest(self) -> int:
        """The width of the plot in the narrowest chart."""
        return narrowest(self.compact) - self.left - self.right

    @property
    def bottom(self) -> int:
        """The y coordinate of the lower edge of the plot."""
        return self.top + self.height

    def down(self, axis: Axis, value: float) -> float:
        """Return the y coordinate of ``value`` on a vertical axis."""
        return self.top + (1 - axis.position(value)) * self.height

    def first_width(self, needed_share: float, needed_pixels: float) -> int | None:
        """Return from which chart width on a share of the plot is enough pixels.

        Returns
        -------
        int or None
            0 when the narrowest chart will do, None when even the widest will not.
        """
        if self.narrowest * needed_share >= needed_pixels:
            return 0
        for width in WIDTHS:
            if (width - self.left - self.right) * needed_share >= needed_pixels:
                return width
        return None


def narrowest(compact: bool) -> int:
    """Return the least width of a chart, or of a panel, in pixels."""
    return NARROWEST_PANEL if compact else NARROWEST


def safe(text: str) -> str:
    """Escape ``text`` for markup; characters XML does not know become U+FFFD."""
    return str(escape(_NOT_XML.sub("\ufffd", text)))


def number(value: float) -> str:
    """Return a coordinate with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def share(position: float) -> str:
    """Return a position between 0 and 1 as a percentage of the plot's width."""
    return f"{number(position * 100)}%"


def value_axis(chart: Chart) -> Axis:
    """Return the axis of the figures, wide enough for intervals and references."""
    values = [reference.y for reference in chart.y_reference]
    for series in chart.series:
        for mark in series.marks:
            values.extend(value for value in (mark.y, mark.low, mark.high) if value is not None)
    if chart.y_log:
        return log_axis(values)
    return linear_axis(values, from_zero=chart.kind == "bar" or chart.y_from_zero)


def value_text(mark: Mark) -> str:
    """Return the figure of a bar or of a point of a line as printed."""
    if mark.y is None:
        return mark.text or "unknown"
    return mark.text or format_number(mark.y)


def label_text(mark: Mark) -> str:
    """Return the figure as printed beside the mark; a very long one ends in an ellipsis."""
    return shorten(value_text(mark))


def tooltip(chart: Chart, series: Series, mark: Mark) -> str:
    """Return what a mark says when pointed at: series, x and the figure with its unit."""
    unit = f" {chart.unit}" if chart.unit else ""
    if chart.kind == "scatter":
        x = mark.x if isinstance(mark.x, str) else format_number(mark.x)
        place = f"{mark.text}, {chart.x_title}: {x}" if mark.text else f"{chart.x_title}: {x}"
        figure = "unknown" if mark.y is None else f"{format_number(mark.y)}{unit}"
        words = f"{series.name}, {place}: {figure}"
    else:
        words = f"{series.name}, {mark.x}: {value_text(mark)}{unit if mark.y is not None else ''}"
    if mark.low is not None and mark.high is not None:
        words += f" ({format_number(mark.low)} to {format_number(mark.high)})"
    return words


def data_attributes(keys: Mapping[str, str]) -> str:
    """Return keys as ``data-`` attributes, each with a space before it."""
    return "".join(f' data-{name}="{safe(value)}"' for name, value in keys.items())


def common_keys(marks: Sequence[Mark]) -> dict[str, str]:
    """Return the keys that all ``marks`` carry with the same value."""
    first, *rest = marks
    return {
        name: value
        for name, value in first.keys.items()
        if all(mark.keys.get(name) == value for mark in rest)
    }


def category_keys(chart: Chart) -> list[str]:
    """Return, for each category, the attributes by which filters hide its name with its marks."""
    marks: dict[str, list[Mark]] = {category: [] for category in chart.categories}
    for series in chart.series:
        for mark in series.marks:
            marks[str(mark.x)].append(mark)
    return [data_attributes(common_keys(those)) for those in marks.values()]


def mark_group(chart: Chart, series: Series, mark: Mark, body: str) -> str:
    """Return a mark with its keys, its tooltip and its link.

    The link cannot be reached with the tab key, or a page of charts would hold hundreds of stops:
    the table beside the chart holds the same links for the keyboard.
    """
    body = f"<title>{safe(tooltip(chart, series, mark))}</title>{body}"
    if mark.href:
        body = f'<a href="{safe(mark.href)}" tabindex="-1">{body}</a>'
    return f'<g class="mark"{data_attributes(mark.keys)}>{body}</g>'


def series_group(series: Series, body: Iterable[str]) -> str:
    """Return the marks of a series as a group that carries its colour."""
    return f'<g class="series atlas-s{series.colour + 1}">{"".join(body)}</g>'


def from_class(width: int) -> str:
    """Return the class of words that need a chart of at least ``width`` pixels."""
    return f" from-{width}" if width else ""


def interval(x: str, y_low: float, y_high: float) -> str:
    """Return an upright error bar with caps."""
    low, high = number(y_low), number(y_high)
    cap = '<svg class="cap" x="{}" y="{}" overflow="visible"><path d="M-4 0H4"/></svg>'
    line = f'<line x1="{x}" x2="{x}" y1="{high}" y2="{low}"/>'
    return lined(f"{line}{cap.format(x, low)}{cap.format(x, high)}")


def lined(strokes: str) -> str:
    """Return the strokes of an error bar above wider ones in paper, to stand out from any bar."""
    return f'<g class="interval"><g class="halo">{strokes}</g>{strokes}</g>'
