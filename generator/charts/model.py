"""What a chart is: marks in series on two axes, checked when it is made.

A chart holds the figures and their words; ``svg`` and ``plotly`` draw the same chart, so the still
picture, the interactive one and the table beside them cannot disagree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Kind = Literal["bar", "line", "scatter"]

PALETTE_SIZE = 8

_ID = re.compile(r"[a-z][a-z0-9-]*")
_KEY = re.compile(r"[a-z][a-z0-9_-]*")
_UNIT = re.compile(r"\(([^()]+)\)\s*$")
_SCHEME = re.compile(r"\s*([^/?#:]*):")
# Far above any figure of this field, far below where the arithmetic of axes overflows.
_LARGEST = 1e15
_RESERVED_KEYS = frozenset({"follows", "switch", "table", "slot", "column", "filter", "sort"})


@dataclass(frozen=True)
class Mark:
    """One figure of a chart: a bar, a point of a line, a dot.

    Parameters
    ----------
    x
        The category of a bar or of a point of a line, the x value of a dot.
    y
        The figure; None means unknown, and is never drawn as zero.
    low, high
        The ends of its interval, either both or neither.
    text
        What to print for the figure instead of the number, or of the word unknown; for a dot, its
        label.
    href
        Where the mark leads, usually the page of its record.
    keys
        What filters know the mark by; each becomes a ``data-`` attribute.
    """

    x: str | float
    y: float | None
    low: float | None = None
    high: float | None = None
    text: str = ""
    href: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        where = f"mark {self.x!r}"
        for name in ("x", "y", "low", "high"):
            value = getattr(self, name)
            if value is not None and not (name == "x" and isinstance(value, str)):
                object.__setattr__(self, name, _checked_number(where, name, value))
        if (self.low is None) != (self.high is None):
            raise ValueError(f"{where}: an interval needs both low and high, or neither")
        if self.low is not None and self.high is not None:
            if self.y is None:
                raise ValueError(f"{where}: an interval needs a figure inside it, y is None")
            if not self.low <= self.y <= self.high:
                raise ValueError(f"{where}: y {self.y} lies outside {self.low}…{self.high}")
        scheme = _SCHEME.match(self.href)
        if scheme and scheme[1].lower() not in {"http", "https"}:
            raise ValueError(f"{where}: href must be relative or http(s), got {self.href!r}")
        check_keys(where, self.keys)


@dataclass(frozen=True)
class Series:
    """Marks that share a name, a colour and a pattern.

    Parameters
    ----------
    name
        What the legend says.
    marks
        The figures, in drawing order.
    colour
        Index into the palette, 0 to 7; colour 0 is ``--atlas-series-1``.
    """

    name: str
    marks: Sequence[Mark]
    colour: int = 0

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a series needs a name")
        if not 0 <= self.colour < PALETTE_SIZE:
            raise ValueError(
                f"series {self.name!r}: colour must be 0 to {PALETTE_SIZE - 1}, got {self.colour}"
            )
        object.__setattr__(self, "marks", tuple(self.marks))


@dataclass(frozen=True)
class Reference:
    """A labelled line across the chart at the value ``y``, such as a target."""

    y: float
    label: str

    def __post_init__(self) -> None:
        y = _checked_number(f"reference {self.label!r}", "y", self.y)
        object.__setattr__(self, "y", y)
        if not self.label.strip():
            raise ValueError(f"the reference at {self.y} needs a label")


@dataclass(frozen=True)
class Chart:
    """A chart with its axes, series and words.

    Parameters
    ----------
    id
        Unique on its page; the figure's id is ``fig-`` and this.
    title, description
        The caption, and what the picture shows for those who do not see it.
    x_title, y_title
        The axes, y (and x of a scatter) with the unit in brackets: ``Throughput (images/s)``.
    series
        What is drawn; bars and lines share their categories in order of first appearance.
    kind
        ``bar`` (grouped), ``line`` over ordered categories or ``scatter``.
    y_reference
        Lines at fixed values.
    note
        A sentence printed below the title: conditions, method, warning.
    keys
        What filters know the whole chart by when it is one panel of several.
    follows
        Name of the table whose filters also hide this chart's marks.
    horizontal
        Whether bars lie; None lets long or many categories decide.
    y_from_zero
        False lets the y axis of a line or scatter start near the smallest figure.
    x_log, y_log
        Logarithmic axes, never for bars.
    """

    id: str
    title: str
    description: str
    x_title: str
    y_title: str
    series: Sequence[Series]
    kind: Kind = "bar"
    y_reference: Sequence[Reference] = ()
    note: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    follows: str = ""
    horizontal: bool | None = None
    y_from_zero: bool = True
    x_log: bool = False
    y_log: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "series", tuple(self.series))
        object.__setattr__(self, "y_reference", tuple(self.y_reference))
        check_id(self.id)
        where = f"chart {self.id}"
        if self.kind not in ("bar", "line", "scatter"):
            raise ValueError(f"{where}: kind must be bar, line or scatter, got {self.kind!r}")
        for name in ("title", "description", "x_title", "y_title"):
            if not getattr(self, name).strip():
                raise ValueError(f"{where}: {name} is empty")
        check_keys(where, self.keys)
        self._check_axes(where)
        self._check_series(where)

    def _check_axes(self, where: str) -> None:
        if self.kind == "bar" and (self.x_log or self.y_log or not self.y_from_zero):
            raise ValueError(f"{where}: bars start at zero, on a linear axis")
        if self.kind != "bar" and self.horizontal:
            raise ValueError(f"{where}: only bars lie, this is a {self.kind}")
        if self.kind == "line" and self.x_log:
            raise ValueError(f"{where}: the categories of a line have no logarithm")

    def _check_series(self, where: str) -> None:
        if not any(series.marks for series in self.series):
            raise ValueError(f"{where}: there is no mark to draw")
        _check_unique(where, "series name", [series.name for series in self.series])
        _check_unique(where, "colour", [series.colour for series in self.series])
        for series in self.series:
            inside = f"{where}, series {series.name!r}"
            if self.kind != "scatter":
                _check_unique(inside, "category", [mark.x for mark in series.marks])
            for mark in series.marks:
                self._check_mark(inside, mark)
        if self.y_log and any(reference.y <= 0 for reference in self.y_reference):
            raise ValueError(f"{where}: a logarithmic axis needs references above zero")

    def _check_mark(self, where: str, mark: Mark) -> None:
        if self.kind == "scatter" and isinstance(mark.x, str):
            raise ValueError(f"{where}: the x of a dot is a number, got {mark.x!r}")
        if self.kind != "scatter" and (not isinstance(mark.x, str) or not mark.x.strip()):
            raise ValueError(f"{where}: a category is a word, got {mark.x!r}")
        if self.x_log and not isinstance(mark.x, str) and mark.x <= 0:
            raise ValueError(f"{where}: a logarithmic axis needs x above zero, got {mark.x}")
        for value in (mark.y, mark.low):
            if self.y_log and value is not None and value <= 0:
                raise ValueError(f"{where}: a logarithmic axis needs y above zero, got {value}")

    @property
    def unit(self) -> str:
        """The unit in the brackets that end ``y_title``, empty without them."""
        found = _UNIT.search(self.y_title)
        return found[1] if found else ""

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories of all series in order of first appearance (none for a scatter)."""
        if self.kind == "scatter":
            return ()
        return tuple(dict.fromkeys(str(mark.x) for series in self.series for mark in series.marks))


def check_id(value: str) -> None:
    """Refuse an id that is not lower-case letters, digits and hyphens.

    Raises
    ------
    ValueError
        If ``value`` cannot be part of an id in a page.
    """
    if not _ID.fullmatch(value):
        raise ValueError(f"a chart id is letters, digits and hyphens in lower case, got {value!r}")


def check_keys(where: str, keys: Mapping[str, str]) -> None:
    """Refuse keys that cannot be ``data-`` attributes or already mean something there.

    Raises
    ------
    ValueError
        If a name is malformed or reserved, or a value is not a string.
    """
    for name, value in keys.items():
        if not _KEY.fullmatch(name) or name in _RESERVED_KEYS:
            raise ValueError(f"{where}: {name!r} cannot be the name of a key")
        if not isinstance(value, str):
            raise ValueError(f"{where}: the value of key {name} must be a string, got {value!r}")


def _checked_number(where: str, name: str, value: object) -> float:
    """Return ``value`` as Python's own number: NumPy's would not be written to JSON."""
    if type(value) is bool or not isinstance(value, Real) or not abs(float(value)) <= _LARGEST:
        raise ValueError(
            f"{where}: {name} must be a finite number, got {value!r} (None means unknown)"
        )
    return int(value) if isinstance(value, Integral) else float(value)


def _check_unique(where: str, what: str, values: Sequence[object]) -> None:
    seen: set[object] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{where}: {what} {value!r} appears twice")
        seen.add(value)
