"""Sense of the versions between which something holds."""

# ruff: noqa: D401 - the docstring of a rule is what the rule says

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.facts.versions import in_range
from generator.lint.known_versions import DRIVE, JETSON, KnownVersions, known_versions
from generator.lint.rules import Flag, View, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

_TABLES = ("rules", "dla-layers", "operator-states", "build-notes", "tensor-formats")
_COLUMNS = ("since", "until", "jetson_since", "drive_since")
_KIND_OF_COLUMN = {"jetson_since": JETSON, "drive_since": DRIVE}
_CHAIN = ("rule", "replaces", "version_kind", "since", "until")


@rule("versions.order", "since", "until")
def check_order(view: View) -> Iterator[Flag]:
    """Nothing ends before it starts."""
    wrong = view.map_rows(("since", "until"), _is_reversed)
    problem = "it is after the end"
    yield Flag(wrong == 1, "since", problem, "swap or mend since and until")


@rule("versions.drive", tables=_TABLES)
def check_drive(view: View) -> Iterator[Flag]:
    """A version that only DRIVE OS has bounds nothing on Jetson."""
    known = known_versions(view)
    for name in _COLUMNS:
        if view.has(name):
            wrong = view.map_rows(
                _with_kind(view, name),
                lambda row, name=name: (  # type: ignore[misc]
                    row[0] in known.drive_only and _kind(row, name) != DRIVE
                ),
            )
            problem = "no Jetson has this version"
            yield Flag(wrong == 1, name, problem, "write a row of its own for tensorrt-drive")


@rule("versions.unknown", tables=_TABLES)
def check_known(view: View) -> Iterator[Flag]:
    """What holds since a version holds since one that a release is known to have."""
    known = known_versions(view)
    for name in _COLUMNS:
        if view.has(name) and name != "until":
            wrong = view.map_rows(
                _with_kind(view, name),
                lambda row, name=name: not _is_known(row, name, known),  # type: ignore[misc]
            )
            problem = "no release has such a version"
            remedy = "write a version of releases.csv or tensorrt-versions.csv, or add it there"
            yield Flag(wrong == 1, name, problem, remedy)


@rule("layers.without-dla", "dla", "jetson_since", "drive_since", tables=("dla-layers",))
def check_layers(view: View) -> Iterator[Flag]:
    """A layer that no DLA runs has no version from which one runs it."""
    without = view.column("dla") == 0
    for name in ("jetson_since", "drive_since"):
        problem = "the layer doesn't run on a DLA"
        yield Flag(without & ~view.is_missing(name), name, problem, "leave it empty")


@rule("rules.chain-overlap", *_CHAIN, tables=("rules",))
def check_overlap(view: View) -> Iterator[Flag]:
    """A rule starts after the end of the one it replaces."""
    known, ranges = known_versions(view), _ranges(view)

    def shared(row: tuple) -> str:
        before = ranges.get(row[1])
        return known.in_both(before, _range(row), row[2] or "any") if before else ""

    wrong = view.map_rows(_CHAIN, lambda row: bool(shared(row)))
    yield Flag(
        wrong == 1,
        "since",
        lambda position: f"the rule it replaces still holds at {shared(_row(view, position))}",
        "end the one before the other starts",
    )


@rule("rules.chain-gap", *_CHAIN, tables=("rules",))
def check_gap(view: View) -> Iterator[Flag]:
    """No version lies between a rule and the one it replaces."""
    known, ranges = known_versions(view), _ranges(view)

    def missed(row: tuple) -> str:
        before = ranges.get(row[1])
        if not before or not before[1]:
            return ""
        return known.between(before[1], row[3] or "", row[2] or "any")

    wrong = view.map_rows(_CHAIN, lambda row: bool(missed(row)))
    yield Flag(
        wrong == 1,
        "since",
        lambda position: (
            f"neither it nor the rule it replaces holds {missed(_row(view, position))}"
        ),
        "let them meet, or explain the gap in exceptions.csv",
    )


def _ranges(view: View) -> dict[str, tuple[str, str]]:
    """Return from when to when each rule holds."""
    return {row[0]: _range(row) for row in view.whole("rules", *_CHAIN)}


def _range(row: tuple) -> tuple[str, str]:
    return row[3] or "", row[4] or ""


def _row(view: View, position: int) -> tuple:
    return view.sheet.rows([position], _CHAIN)[0]


def _is_reversed(row: tuple) -> bool:
    since, until = row
    return bool(since and until) and not in_range(since, "", until)


def _with_kind(view: View, column: str) -> tuple[str, ...]:
    """Return a column of versions and the one that says whose they are, if there is one."""
    return (column, "version_kind") if view.has("version_kind") else (column,)


def _kind(row: tuple, column: str) -> str:
    return _KIND_OF_COLUMN.get(column) or (row[1:] or ("any",))[0] or "any"


def _is_known(row: tuple, column: str, known: KnownVersions) -> bool:
    return row[0] is None or known.is_known(row[0], _kind(row, column))
