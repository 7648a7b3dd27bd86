"""Find room for the labels of dots at several widths of a chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.charts.parts import WIDTHS, from_class, number, safe, share
from generator.charts.scale import TEXT_SIZE, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.charts.parts import Frame

_DOT = 6.0
_HEIGHT = TEXT_SIZE + 2.0

# Finding room takes time with the square of the labels, and so many are no help to a reader.
_MOST_LABELS = 60

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Label:
    """The words of a dot, and where the dot lies: a share of the width, and pixels down."""

    text: str
    position: float
    y: float


@dataclass(frozen=True)
class _Side:
    """A side of the dot: how the words hang there, and how far from the dot's centre."""

    classes: str
    anchor: float
    dx: int
    dy: int


_SIDES = (
    _Side("", 0.0, 9, 4),
    _Side(" middle", 0.5, 0, -9),
    _Side(" end", 1.0, -9, 4),
    _Side(" middle", 0.5, 0, 18),
    _Side("", 0.0, -5, -9),
    _Side(" end", 1.0, 5, -9),
    _Side("", 0.0, -5, 18),
    _Side(" end", 1.0, 5, 18),
)


def place_labels(
    labels: Sequence[Label], dots: Sequence[tuple[float, float, float]], frame: Frame
) -> list[str]:
    """Return each label as SVG text at a side of its dot where it covers nothing.

    A label takes the side that is free from the narrowest chart on, and appears from there on; one
    that is not even free in the widest chart is left to the tooltip.

    Parameters
    ----------
    labels
        The labels in order of importance; those after the sixtieth are left to the tooltip.
    dots
        What no label may cover: of each dot its share of the width, and the y of the ends of its
        interval.
    frame
        Where the plot lies.
    """
    plots = [frame.narrowest, *(width - frame.left - frame.right for width in WIDTHS)]
    taken: list[list[Box]] = [[_dot_box(dot, plot) for dot in dots] for plot in plots]
    return [
        _place(label, plots, taken, frame) if order < _MOST_LABELS else ""
        for order, label in enumerate(labels)
    ]


def _place(label: Label, plots: list[int], taken: list[list[Box]], frame: Frame) -> str:
    best, first = _SIDES[0], len(plots)
    for side in _SIDES:
        free_from = len(plots)
        while free_from and _is_free(
            label, side, plots[free_from - 1], taken[free_from - 1], frame
        ):
            free_from -= 1
        if free_from < first:
            best, first = side, free_from
        if first == 0:
            break
    if first == len(plots):
        return ""
    for plot, others in list(zip(plots, taken, strict=True))[first:]:
        others.append(_label_box(label, best, plot))
    return (
        f'<text class="value{best.classes}{from_class((0, *WIDTHS)[first])}"'
        f' x="{share(label.position)}" dx="{best.dx}" y="{number(label.y + best.dy)}">'
        f"{safe(label.text)}</text>"
    )


def _is_free(label: Label, side: _Side, plot: int, others: list[Box], frame: Frame) -> bool:
    box = _label_box(label, side, plot)
    return _is_inside(box, plot, frame) and not any(_overlap(box, other) for other in others)


def _dot_box(dot: tuple[float, float, float], plot: float) -> Box:
    x, top, bottom = dot[0] * plot, dot[1], dot[2]
    return (x - _DOT, top - _DOT, x + _DOT, bottom + _DOT)


def _label_box(label: Label, side: _Side, plot: float) -> Box:
    width = text_width(label.text)
    left = label.position * plot + side.dx - side.anchor * width
    bottom = label.y + side.dy + 3
    return (left, bottom - _HEIGHT, left + width, bottom)


def _is_inside(box: Box, plot: float, frame: Frame) -> bool:
    return box[0] >= 0 and box[2] <= plot + frame.right and box[1] >= 0 and box[3] <= frame.bottom


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
