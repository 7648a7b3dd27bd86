"""When a log was written, by the stamps of its lines."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from measure.build_log.reading import LogFile

_STAMP = re.compile(r"\[(\d\d/\d\d/\d{4}-\d\d:\d\d:\d\d)\]")
_FORM = "%m/%d/%Y-%H:%M:%S"
_TEGRASTATS_FORM = "%m-%d-%Y %H:%M:%S"
_FAR = 100
"""Characters of a line in which its stamp ends: containers and terminals put more before it."""
_FIRST_YEAR = 2015
"""A board without a battery begins in 1970."""


class Span(NamedTuple):
    """First and last moment of a log, by the clock of the device."""

    first: datetime
    last: datetime

    def meets(self, other: Span) -> bool:
        """Say whether two logs were written at the same time, in part at least."""
        return self.first <= other.last and other.first <= self.last


def span_of_trtexec(path: str, begin: int = 1, end: int | None = None) -> Span | None:
    """Return the span of trtexec's log; None where it has no stamps or the clock was not set.

    Parameters
    ----------
    begin, end
        First line, from 1, and the one behind the last.
    """
    first = last = ""
    for line in islice(LogFile(path).lines(), begin - 1, end and end - 1):
        found = _STAMP.search(line, 0, _FAR)
        if found:
            first, last = first or found.group(1), found.group(1)
    return _span(first, last, _FORM)


def span_of_tegrastats(dates: list[str]) -> Span | None:
    """Return the span of the lines of tegrastats."""
    known = [date for date in dates if date]
    return _span(known[0], known[-1], _TEGRASTATS_FORM) if known else None


def _span(first: str, last: str, form: str) -> Span | None:
    try:
        span = Span(datetime.strptime(first, form), datetime.strptime(last, form))
    except ValueError:
        return None
    return span if span.first.year >= _FIRST_YEAR and span.first <= span.last else None
