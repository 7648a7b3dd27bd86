"""Axes, ticks and the room that words take: the arithmetic of a chart."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TEXT_SIZE = 12
TEXT_SIZE_PANEL = 11

_NARROW = frozenset("fijlrtI.,:;'|!()[] -")
_WIDE = frozenset("mwMWOQGCDHNUAVXYKRBST%@×")
_WIDEST_WORD = 110
_MOST_LOG_TICKS = 8
_LONGEST_LABEL = 16
# Below this span floats can no longer hold the steps between ticks.
_LEAST_SPAN = 1e-290


@dataclass(frozen=True)
class Axis:
    """A range of values, its ticks and where a value lies between its ends."""

    low: float
    high: float
    ticks: tuple[float, ...]
    log: bool = False

    def position(self, value: float) -> float:
        """Return where ``value`` lies, 0 at the low end and 1 at the high end."""
        low, high = self.low, self.high
        if self.log:
            low, high, value = math.log10(low), math.log10(high), math.log10(value)
        return min(1.0, max(0.0, (value - low) / (high - low)))

    def labels(self) -> list[str]:
        """Return the ticks as printed, all with the same number of decimals."""
        if self.log:
            return [format_number(tick) for tick in self.ticks]
        step = self.ticks[1] - self.ticks[0]
        largest = max(abs(self.ticks[0]), abs(self.ticks[-1]))
        if not step >= 1e-6 or largest >= 1e15:
            return [f"{tick:.6g}" for tick in self.ticks]
        decimals = next(n for n in range(8) if n == 7 or _is_whole(step * 10**n))
        comma = "," if largest >= 10_000 else ""
        return [f"{tick:{comma}.{decimals}f}" for tick in self.ticks]


def linear_axis(values: Iterable[float], *, from_zero: bool, count: int = 5) -> Axis:
    """Return an axis that holds all values between round ticks.

    Parameters
    ----------
    values
        What the axis must hold.
    from_zero
        Whether zero lies on the axis even when the values stay away from it.
    count
        Roughly how many steps; steps are 1, 2, 2.5 or 5 times a power of ten.
    """
    known = list(values) or [0.0]
    low, high = float(min(known)), float(max(known))
    if from_zero:
        low, high = min(0.0, low), max(0.0, high)
    if high - low < max(_LEAST_SPAN, 1e-12 * max(abs(low), abs(high))):
        room = abs(high) * 0.1 or 1.0
        low, high = (low, high + room) if from_zero else (low - room, high + room)
    step = _round_step((high - low) / count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(number * step for number in range(first, last + 1))
    return Axis(min(low, ticks[0]), max(high, ticks[-1]), ticks)


def log_axis(values: Iterable[float]) -> Axis:
    """Return a logarithmic axis that ends at 1, 2 or 5 times powers of ten.

    It has a tick at all of them while they are few, else at whole decades, or at every other one.
    """
    known = list(values) or [1.0]
    low, high = min(known), max(known)
    decades = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 2)
    steps = [digit * 10.0**power for power in decades for digit in (1, 2, 5)]
    first = max(row for row, step in enumerate(steps) if step <= low * (1 + 1e-9))
    last = min(row for row, step in enumerate(steps) if step >= high * (1 - 1e-9))
    last = max(last, first + 1)
    ticks = steps[first : last + 1]
    if len(ticks) > _MOST_LOG_TICKS:
        ticks = ticks[-first % 3 :: 3]
        ticks = ticks[:: math.ceil(len(ticks) / _MOST_LOG_TICKS)]
    return Axis(min(low, steps[first]), max(high, steps[last]), tuple(ticks), log=True)


def format_number(value: float) -> str:
    """Return ``value`` as a reader expects it, to six figures: 2037, 0.374, 12,500."""
    if value == 0:
        return "0"
    if not 1e-4 <= abs(value) < 1e15:
        return f"{value:.6g}"
    if abs(value) >= 10_000:
        return f"{value:,.0f}" if abs(value) >= 100_000 else f"{value:,.1f}".removesuffix(".0")
    return f"{value:.6g}"


def format_exact(value: float) -> str:
    """Return ``value`` with all its digits, without the ``.0`` of a whole float."""
    return repr(float(value)).removesuffix(".0")


def text_width(text: str, size: float = TEXT_SIZE) -> float:
    """Estimate how wide ``text`` is in pixels in a sans-serif face; rather too wide than not."""
    narrow = sum(char in _NARROW for char in text)
    wide = sum(char in _WIDE for char in text)
    return size * (0.36 * narrow + 0.72 * wide + 0.58 * (len(text) - narrow - wide))


def wrap(text: str, room: float) -> list[str]:
    """Break ``text`` into lines of ``room`` pixels, between words as long as those fit.

    A word that is too long stands alone, and is broken where even the widest label would not hold
    it.
    """
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}") <= room:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.extend(_pieces(word, max(room, _WIDEST_WORD)))
    return lines


def shorten(text: str) -> str:
    """Return ``text`` cut to what can stand beside a bar on a phone."""
    return text if len(text) <= _LONGEST_LABEL else f"{text[: _LONGEST_LABEL - 1]}…"


def longest_word(texts: Sequence[str]) -> float:
    """Return the width in pixels of the widest single word."""
    return max((text_width(word) for text in texts for word in re.split(r"\s+", text)), default=0.0)


def _round_step(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step))
    return next(nice * power for nice in (1, 2, 2.5, 5, 10) if nice * power >= step * (1 - 1e-9))


def _pieces(word: str, room: float) -> list[str]:
    if text_width(word) <= room:
        return [word]
    most = max(1, int(room / (TEXT_SIZE * 0.72)))
    return [word[start : start + most] for start in range(0, len(word), most)]


def _is_whole(value: float) -> bool:
    return abs(value - round(value)) < 1e-6 * max(1.0, abs(value))
