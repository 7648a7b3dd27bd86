"""How series are told apart: a colour, and besides it a pattern, a marker and a dash.

The colours themselves are CSS custom properties in ``charts.css``, one set for light and one for
dark; here and in the interactive chart they are only referred to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.charts.model import Kind, Series

# The names are Plotly's, so that both charts show the same pattern.
PATTERNS = ("", "/", ".", "-", "\\", "x", "|", "+")
MARKERS = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "x", "pentagon")
DASHES = ("", "7 4", "2 3", "9 3 2 3", "12 4", "12 3 2 3 2 3", "5 2", "1 4")

_HATCHES = {
    "/": "M-2 2 2-2M0 8 8 0M6 10l4-4",
    "\\": "M-2 6 2 10M0 0 8 8M6-2l4 4",
    ".": "M4 4h.01",
    "-": "M0 4h8",
    "|": "M4 0v8",
    "x": "M0 0 8 8M0 8 8 0",
    "+": "M4 0v8M0 4h8",
}
_SHAPES = {
    "circle": "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0Z",
    "square": "M-4-4H4V4H-4Z",
    "diamond": "M0-5.5 5.5 0 0 5.5-5.5 0Z",
    "triangle-up": "M0-5.5 5 3.5H-5Z",
    "triangle-down": "M0 5.5 5-3.5H-5Z",
    "cross": "M-1.7-5H1.7V-1.7H5V1.7H1.7V5H-1.7V1.7H-5V-1.7H-1.7Z",
    "x": "M-5-2.5-2.5-5 0-2.5 2.5-5 5-2.5 2.5 0 5 2.5 2.5 5 0 2.5-2.5 5-5 2.5-2.5 0Z",
    "pentagon": "M0-5.2 5-1.6 3.1 4.2H-3.1L-5-1.6Z",
}


def colour_variable(colour: int) -> str:
    """Return the CSS value of a palette index, for the browser to resolve."""
    return f"var(--atlas-series-{colour + 1})"


def pattern_id(owner: str, colour: int) -> str:
    """Return the id of the fill of ``colour`` in the figure ``owner``."""
    return f"fig-{owner}-p{colour + 1}"


def marker_id(owner: str, colour: int) -> str:
    """Return the id of the marker of ``colour`` in the figure ``owner``."""
    return f"fig-{owner}-m{colour + 1}"


def fill(owner: str, colour: int) -> str:
    """Return the ``fill`` of a bar: its colour, patterned unless it is the plain first one."""
    return f"url(#{pattern_id(owner, colour)})" if PATTERNS[colour] else colour_variable(colour)


def render_defs(owner: str, colours: Iterable[int], kind: Kind) -> str:
    """Return the ``<defs>`` that the marks of ``colours`` in the figure ``owner`` refer to."""
    make = _pattern if kind == "bar" else _marker
    return f"<defs>{''.join(make(owner, colour) for colour in colours)}</defs>"


def render_swatch(owner: str, series: Series, kind: Kind) -> str:
    """Return the small picture that stands for a series in the legend."""
    colour = series.colour
    if kind == "bar":
        body = f'<rect x="1" y="1" width="24" height="12" rx="1" fill="{fill(owner, colour)}"/>'
    else:
        body = f'<use href="#{marker_id(owner, colour)}" x="13" y="7"/>'
    if kind == "line":
        body = f'<line class="segment" x1="0" x2="26" y1="7" y2="7"{dash(colour)}/>{body}'
    return f'<svg width="26" height="14" aria-hidden="true">{body}</svg>'


def dash(colour: int) -> str:
    """Return the dash attribute of a line, with a space before it; nothing when it is solid."""
    return f' stroke-dasharray="{DASHES[colour]}"' if DASHES[colour] else ""


def _pattern(owner: str, colour: int) -> str:
    if not PATTERNS[colour]:
        return ""
    shape = PATTERNS[colour]
    width = "2.6" if shape == "." else "1.4"
    return (
        f'<pattern id="{pattern_id(owner, colour)}" width="8" height="8"'
        f' patternUnits="userSpaceOnUse"><rect width="8" height="8"'
        f' fill="{colour_variable(colour)}"/><path d="{_HATCHES[shape]}" fill="none"'
        f' stroke="var(--atlas-hatch)" stroke-width="{width}" stroke-linecap="round"/></pattern>'
    )


def _marker(owner: str, colour: int) -> str:
    return f'<path id="{marker_id(owner, colour)}" d="{_SHAPES[MARKERS[colour]]}"/>'
