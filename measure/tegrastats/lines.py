"""Read lines of tegrastats, quickly where they repeat a layout."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from measure.tegrastats.grammar import CORES, ENGINES, FIELDS, TEMPERATURES, field_pattern
from measure.tegrastats.layout import Layout

if TYPE_CHECKING:
    from measure.tegrastats.layout import Fields
    from measure.tegrastats.reading import Reading

MOST_LAYOUTS = 16
"""Layouts that are kept; one log rarely has more than two."""

_SCANNERS = {kind: re.compile(field_pattern(kind) + r"(?!\S)", re.ASCII) for kind in FIELDS}
_BLANKS, _WORD = re.compile(r"\s*", re.ASCII), re.compile(r"\S+", re.ASCII)


class LineReader:
    """Reads lines and remembers their layouts, so that the next like it is read in one step."""

    def __init__(self) -> None:
        self._layouts: list[tuple[re.Pattern[str], Layout]] = []
        self._met: set[Fields] = set()

    def read(self, line: str) -> Reading:
        """Return what a line says; one that is not of tegrastats has unread words only."""
        for pattern, layout in self._layouts:
            match = pattern.fullmatch(line)
            if match:
                try:
                    return layout.reading(match.groups())
                except ValueError:  # Some word is none of a core, a sensor or an engine.
                    break
        return self._scan(line)

    def _scan(self, line: str) -> Reading:
        fields: list[tuple[str, str]] = []
        values: list[str | None] = []
        unread: list[str] = []
        place = _after_blanks(line, 0)
        while place < len(line):
            kind, match = _field_at(line, place)
            groups = match.groups()
            if kind is None:
                unread.append(match.group())
            elif "name" in match.re.groupindex:
                fields.append((kind, groups[0]))
                values.extend(groups[1:])
            else:
                fields.append((kind, ""))
                values.extend(groups)
            place = _after_blanks(line, match.end())
        layout = Layout(tuple(fields))
        if not unread:
            self._remember(tuple(fields), layout)
        return layout.reading(values, tuple(unread))

    def _remember(self, fields: Fields, layout: Layout) -> None:
        """Keep a layout that is met for the second time; a pattern is not worth it before."""
        if fields in self._met:
            self._layouts = [(layout.pattern(), layout), *self._layouts][:MOST_LAYOUTS]
        elif len(self._met) >= MOST_LAYOUTS:
            self._met = {fields}
        else:
            self._met.add(fields)


def _after_blanks(line: str, place: int) -> int:
    match = _BLANKS.match(line, place)
    return match.end() if match else place


def _field_at(line: str, place: int) -> tuple[str | None, re.Match[str]]:
    """Return the field at a place with its kind, or the word that is none."""
    for kind, scanner in _SCANNERS.items():
        match = scanner.match(line, place)
        if match and _fits(kind, match):
            return kind, match
    word = _WORD.match(line, place)
    assert word is not None, "a blank was skipped"
    return None, word


def _fits(kind: str, match: re.Match[str]) -> bool:
    """Return whether the words in a field are of its kind."""
    word = match.group(match.lastindex or 0)
    try:
        if kind == "cpu":
            for core in match.group(1).split(","):
                CORES[core]
        elif kind == "temperature":
            TEMPERATURES[word]
        elif kind == "engine":
            ENGINES[word]
    except ValueError:
        return False
    return True
