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
)


def place_labels(
    labels: Sequence[Label], dots: Sequence[tuple[float, float]], frame: Frame
) -> list[str]:
    """Return each label as SVG text at a side of its dot where it covers nothing.

    A label takes the first side that is free in the widest chart, and appears from the width on at
    which it is free of the labels before it; one that is never free is left to the tooltip.

    Parameters
    ----------
    labels
        The labels in order of importance; those after the sixtieth are left to the tooltip.
    dots
        All dots, which no label may cover.
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
    for side in _SIDES:
        boxes = [_label_box(label, side, plot) for plot in plots]
        free = [
            _is_inside(box, plot, frame) and not any(_overlap(box, other) for other in others)
            for box, plot, others in zip(boxes, plots, taken, strict=True)
        ]
        if not free[-1]:
            continue
        first = len(free) - next((n for n, yes in enumerate(reversed(free)) if not yes), len(free))
        for box, others in list(zip(boxes, taken, strict=True))[first:]:
            others.append(box)
        return (
            f'<text class="value{side.classes}{from_class((0, *WIDTHS)[first])}"'
            f' x="{share(label.position)}" dx="{side.dx}" y="{number(label.y + side.dy)}">'
            f"{safe(label.text)}</text>"
        )
    return ""


def _dot_box(dot: tuple[float, float], plot: float) -> Box:
    x, y = dot[0] * plot, dot[1]
    return (x - _DOT, y - _DOT, x + _DOT, y + _DOT)


def _label_box(label: Label, side: _Side, plot: float) -> Box:
    width = text_width(label.text)
    left = label.position * plot + side.dx - side.anchor * width
    bottom = label.y + side.dy + 3
    return (left, bottom - _HEIGHT, left + width, bottom)


def _is_inside(box: Box, plot: float, frame: Frame) -> bool:
    return box[0] >= 0 and box[2] <= plot + frame.right and box[1] >= 0 and box[3] <= frame.bottom


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
