"""Gathering findings: where a mistake stands, once, in the layer that understands it best."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from generator.findings import Finding

LIMIT = 100
"""Findings printed for one rule and column of a file; the last one says how many are left out."""


class Layer(IntEnum):
    """Layers of the lint, from the bytes up; of two findings on one cell the lower one stands."""

    TEXT = 0
    CELL = 1
    SCHEMA = 2
    KEYS = 3
    SENSE = 4


@dataclass(frozen=True)
class Hit:
    """A finding with what decides whether it is printed."""

    finding: Finding
    layer: Layer
    table: str = ""
    record: str = ""


class Collector:
    """All hits of a run."""

    def __init__(self) -> None:
        self._hits: dict[tuple[str, str, str], list[Hit]] = defaultdict(list)
        self._left_out: dict[tuple[str, str, str], int] = defaultdict(int)

    def add(
        self, finding: Finding, layer: Layer = Layer.TEXT, *, table: str = "", record: str = ""
    ) -> None:
        """Add one finding."""
        key = (finding.file, finding.column, finding.rule)
        if len(self._hits[key]) < LIMIT:
            self._hits[key].append(Hit(finding, layer, table, record))
        else:
            self._left_out[key] += 1

    def leave_out(self, file: str, column: str, rule: str, count: int) -> None:
        """Count findings that were not even built because there are so many."""
        if count > 0:
            self._left_out[file, column, rule] += count

    def hits(self, layer: Layer) -> list[Hit]:
        """Return what a layer found."""
        return [hit for hits in self._hits.values() for hit in hits if hit.layer is layer]

    def findings(self, is_excepted: Callable[[Hit], bool]) -> list[Finding]:
        """Return the findings to print, in order.

        Parameters
        ----------
        is_excepted
            Says of a hit that the data explain it. It is asked about each hit that counts.
        """
        kept = [
            hit
            for hits in self._hits.values()
            for hit in hits
            if not (hit.layer is Layer.SENSE and is_excepted(hit))
        ]
        lowest = _lowest_layers(kept)
        findings = {hit.finding for hit in kept if hit.layer == lowest[_cell(hit)]}
        return self._say_what_is_left_out(sorted(findings))

    def _say_what_is_left_out(self, findings: list[Finding]) -> list[Finding]:
        last: dict[tuple[str, str, str], int] = {}
        for position, finding in enumerate(findings):
            last[finding.file, finding.column, finding.rule] = position
        for key, count in self._left_out.items():
            if key in last:
                finding = findings[last[key]]
                problem = f"{finding.problem} (and {count} more like this)"
                findings[last[key]] = replace(finding, problem=problem)
        return findings


def _cell(hit: Hit) -> tuple[str, int, str]:
    return hit.finding.file, hit.finding.line, hit.finding.column


def _lowest_layers(hits: Iterable[Hit]) -> dict[tuple[str, int, str], Layer]:
    lowest: dict[tuple[str, int, str], Layer] = {}
    for hit in hits:
        cell = _cell(hit)
        lowest[cell] = min(hit.layer, lowest.get(cell, hit.layer))
    return lowest
