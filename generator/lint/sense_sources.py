"""Sense of sources, dates and references between rows."""

# ruff: noqa: D401 - the docstring of a rule is what the rule says

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from generator.lint.collect import Layer
from generator.lint.rules import Flag, UnavailableError, View, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.lint.sheet import Sheet

_KEY_LISTS = ("more_sources", "claim_also_in")
"""Columns that hold several source keys, separated by blanks."""
_DATES = ("published", "released", "changed_on", "superseded_on")


@rule("sources.unknown", "source")
def check_more_sources(view: View) -> Iterator[Flag]:
    """Each further source of a row stands in the list of sources."""
    known = {key for (key,) in view.whole("sources", "key")}
    for name in _KEY_LISTS:
        if view.has(name):
            wrong = view.map_rows((name,), lambda row: not set(_words(row[0])) <= known)
            yield Flag(
                wrong == 1,
                name,
                lambda position, name=name: (  # type: ignore[misc]
                    f"{_first_unknown(view.cell(position, name), known)} is not a source"
                ),
                "write a key of the sources table, or add the source",
            )


@rule("sources.repeated", "source", "more_sources")
def check_repeated(view: View) -> Iterator[Flag]:
    """The further sources of a row are different ones."""
    columns = ("source", "more_sources")
    wrong = view.map_rows(columns, lambda row: _repeats(str(row[0]), _words(row[1])))
    yield Flag(wrong == 1, "more_sources", "a source is named twice", "delete the repetition")


@rule("sources.unused", "key", tables=("sources",))
def check_unused(view: View) -> Iterator[Flag]:
    """Each source is the source of something, unless a command of this project makes its rows."""
    used: set[str] = set()
    for sheet in view.sheets.values():
        if sheet.damaged or sheet.doubtful(_key_columns(sheet), Layer.NONE).any():
            raise UnavailableError(sheet.table.name)
        used |= _sources_of(sheet)
    wrong = ~view.sheet.columns["key"].is_one_of(used) & ~view.equals("kind", "derived")
    yield Flag(wrong, "key", "no row has this source", "delete it, or name it where it belongs")


@rule("dates.read-on", "published", "read_on", tables=("sources",))
def check_read_on(view: View) -> Iterator[Flag]:
    """A source was published before it was read."""
    published, read = _earliest(view, "published"), view.sheet.columns["read_on"].days
    problem = "it was read before that"
    yield Flag(published > read, "published", problem, "check both dates")


@rule("dates.future")
def check_future(view: View) -> Iterator[Flag]:
    """Nothing happened after the day the newest source was read."""
    read = [day for (day,) in view.other("sources", "read_on") if day is not None]
    newest = max(read, default=_day(None))
    for name in _DATES:
        if view.has(name) and view.name != "sources":
            problem = (
                f"it is after {newest.astype('datetime64[D]')}, when the newest source was read"
            )
            yield Flag(_earliest(view, name) > newest, name, problem, "check the date")


@rule("dates.superseded", "superseded_on", "source")
def check_superseded(view: View) -> Iterator[Flag]:
    """A figure was superseded after its source was published."""
    published = dict(view.other("sources", "key", "published"))
    first = view.map_rows(("source",), lambda row: _ordinal(published.get(row[0])))
    day = view.map_rows(("superseded_on",), lambda row: _ordinal(row[0]))
    wrong = day < first
    yield Flag(wrong, "superseded_on", "its source was published later", "check both dates")


@rule("glossary.see-also", "term", "see_also")
def check_see_also(view: View) -> Iterator[Flag]:
    """A term refers to other terms of the glossary."""
    terms = set(view.sheet.columns["term"].known)
    columns = ("term", "see_also")
    wrong = view.map_rows(columns, lambda row: not set(_words(row[1])) <= terms - {row[0]})
    problem = "it names a term that isn't there, or itself"
    yield Flag(wrong == 1, "see_also", problem, "write keys of other terms")


@rule("history.table", "table", "records")
def check_history(view: View) -> Iterator[Flag]:
    """What a change concerns is a table and rows of it."""
    declared = set(view.declared)
    if not declared:
        raise UnavailableError("the list of tables")
    wrong = view.map_rows(("table",), lambda row: row[0] not in {*declared, None})
    problem = "there is no such table"
    yield Flag(wrong == 1, "table", problem, "write the name of a table")
    ids = _ids(view, declared & set(view.sheet.columns["table"].known))
    dead = view.map_rows(("records",), lambda row: not set(_words(row[0])) <= ids)
    problem = "it names a record that isn't there"
    yield Flag((dead == 1) & (wrong == 0), "records", problem, "write the ids of records")


def _ids(view: View, tables: set[str]) -> set[str]:
    """Return the record ids of tables; an id of one with findings may be what is wrong."""
    ids: set[str] = set()
    for name in tables:
        sheet = view.sheets.get(name)
        if sheet is None or sheet.is_doubtful:
            raise UnavailableError(name)
        ids.update(sheet.record(position) for position in range(len(sheet)))
    return ids


def _key_columns(sheet: Sheet) -> list[str]:
    """Return the columns of a table that hold keys of sources."""
    keys = [key.fields[0] for key in sheet.table.foreign_keys if key.table == "sources"]
    return [name for name in (*keys, *_KEY_LISTS) if sheet.has(name)]


def _sources_of(sheet: Sheet) -> set[str]:
    cells = (cell for name in _key_columns(sheet) for cell in sheet.columns[name].known)
    return {word for cell in cells for word in cell.split()}


def _earliest(view: View, column: str) -> np.ndarray:
    """Return the first day a full or partial date can mean."""
    values = view.sheet.columns[column]
    if values.field.type == "date":
        return values.days
    days = np.array([_day(text) for text in values.known], dtype="datetime64[s]")
    return np.append(days, np.datetime64("NaT", "s"))[values.codes]


def _day(date: object) -> np.datetime64:
    try:
        return np.datetime64(str(date), "D") if isinstance(date, str) else np.datetime64("NaT", "D")
    except ValueError:
        return np.datetime64("NaT", "D")


def _ordinal(date: object) -> float:
    day = date if isinstance(date, np.datetime64) else _day(date)
    return np.nan if np.isnat(day) else float(day.astype("datetime64[D]").astype(int))


def _words(text: object) -> list[str]:
    return text.split() if isinstance(text, str) else []


def _repeats(source: str, more: list[str]) -> bool:
    return source in more or len(set(more)) < len(more)


def _first_unknown(text: str, known: set[str]) -> str:
    return next((word for word in text.split() if word not in known), text)
