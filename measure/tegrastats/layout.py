"""The layout of a line: which fields in which order. A log has few, and repeats them."""

from __future__ import annotations

import re
from itertools import accumulate
from operator import itemgetter
from typing import Any, Callable, Mapping, Optional, Sequence, Tuple

from measure.tegrastats.grammar import (
    CORES,
    ENGINES,
    FIELDS,
    MEMORIES,
    TEMPERATURES,
    VALUES,
    Memo,
    V,
    field_pattern,
)
from measure.tegrastats.reading import Core, Reading

Fields = Tuple[Tuple[str, str], ...]
"""Kind and name of each field of a line."""

Values = Sequence[Optional[str]]
"""What the fields' patterns matched."""

NOT_CONNECTED = "NC"

_cores, _engines = CORES.__getitem__, ENGINES.__getitem__
_memories, _temperatures = MEMORIES.__getitem__, TEMPERATURES.__getitem__


class Layout:
    """Reads the values of lines with the same fields.

    Parameters
    ----------
    fields
        The fields in the line's order.
    """

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        starts = list(accumulate((VALUES[kind] for kind, _ in fields), initial=0))
        named = [(kind, name, start) for (kind, name), start in zip(fields, starts)]
        connected = [field for field in named if field[1] != NOT_CONNECTED]
        self._date = _places(named, "date")
        self._cpu = _places(named, "cpu")
        self._memory_words = _getter(_places(named, "memory"))
        self._engine_words = _getter(_places(named, "engine"))
        self._temperatures = _getter(_places(named, "temperature"))
        self._rails = _getter(_places(connected, "rail"))
        self._names = {kind: [name for one, name, _ in connected if one == kind] for kind in FIELDS}
        engines = [_bare(name) for name in self._names["engine"]]
        # What memory and engines say changes less often than temperatures and power.
        self._memories = Memo(_by_name(self._names["memory"], _memories)).__getitem__
        self._engines = Memo(_by_name(engines, _engines)).__getitem__

    def pattern(self) -> re.Pattern[str]:
        """Return the pattern of a whole line."""
        fields = (field_pattern(kind, name) for kind, name in self._fields)
        return re.compile(" *" + " +".join(fields) + r"\s*", re.ASCII)

    def reading(self, values: Values, unread: tuple[str, ...] = ()) -> Reading:
        """Return what a line says.

        Parameters
        ----------
        values
            Its values, in order.
        unread
            Its words that are no field.

        Raises
        ------
        ValueError
            The word of a core, a sensor or an engine is none.
        """
        names = self._names
        return Reading(
            values[self._date[0]] or "" if self._date else "",
            self._memories(self._memory_words(values)),
            self._cores(values) if self._cpu else (),
            self._engines(self._engine_words(values)),
            dict(zip(names["temperature"], map(_temperatures, self._temperatures(values)))),
            dict(zip(names["rail"], map(int, self._rails(values)))),
            unread,
        )

    def _cores(self, values: Any) -> tuple[Core | None, ...]:
        place = self._cpu[0]
        cores = tuple(map(_cores, values[place].split(",")))
        mhz = values[place + 1]
        return cores if mhz is None else tuple(core and Core(core.load, int(mhz)) for core in cores)


def _places(fields: list[tuple[str, str, int]], kind: str) -> list[int]:
    return [start for one, _, start in fields if one == kind]


def _getter(places: list[int]) -> Callable[[Values], Sequence[Any]]:
    """Return what picks the values at some places, as a sequence however many they are."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda values: tuple(values[place] for place in places)


def _by_name(
    names: Sequence[str], meaning: Callable[[str], V]
) -> Callable[[Sequence[str]], Mapping[str, V]]:
    """Return what gives the meanings of words under names."""
    return lambda words: dict(zip(names, map(meaning, words)))


def _bare(name: str) -> str:
    """Return an engine's name without the ending that came and went."""
    return name[: -len("_FREQ")] if name.endswith("_FREQ") else name
