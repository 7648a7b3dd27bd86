"""Gathering findings: where a mistake stands, once, in the layer that understands it best."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator

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
    NONE = 5


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
        self.is_excepted: Callable[[Hit], bool] = lambda hit: False
        """Says of a hit of sense that the data explain it; set when the exceptions are read."""
        self._hits: dict[tuple[str, str, str], list[Hit]] = defaultdict(list)
        self._left_out: dict[tuple[str, str, str], list[tuple[Layer, np.ndarray]]]
        self._left_out = defaultdict(list)

    def add(
        self, finding: Finding, layer: Layer = Layer.TEXT, *, table: str = "", record: str = ""
    ) -> None:
        """Add one finding."""
        key = (finding.file, finding.column, finding.rule)
        if len(self._hits[key]) < LIMIT:
            self._hits[key].append(Hit(finding, layer, table, record))
        else:
            self.leave_out(*key, np.array([finding.line]), layer)

    def leave_out(
        self, file: str, column: str, rule: str, lines: np.ndarray, layer: Layer = Layer.TEXT
    ) -> None:
        """Count findings that are not built because there are so many of their kind."""
        if len(lines):
            self._left_out[file, column, rule].append((layer, lines))

    def hits(self) -> Iterator[Hit]:
        """Yield each hit that nothing explains, in the order they were found."""
        for hits in self._hits.values():
            for hit in hits:
                if hit.layer is not Layer.SENSE or not self.is_excepted(hit):
                    yield hit

    def doubtful_lines(self, file: str, columns: Container[str], below: Layer) -> list[int]:
        """Return lines of a file on which something is wrong.

        Parameters
        ----------
        file
            The file.
        columns
            Count only what concerns one of these columns or a whole row.
        below
            Count only what layers below this one found.
        """
        lines: list[int] = []
        for key, hits in self._hits.items():
            if key[0] != file or (key[1] and key[1] not in columns):
                continue
            for hit in hits:
                is_explained = hit.layer is Layer.SENSE and self.is_excepted(hit)
                if hit.layer < below and not is_explained:
                    lines.append(hit.finding.line)
            for layer, more in self._left_out[key]:
                if layer < below:
                    lines.extend(more.tolist())
        return lines

    def findings(self) -> list[Finding]:
        """Return the findings to print, in order.

        Of several on one cell those of the lowest layer stand, and of several about its sense the
        first.
        """
        by_cell: dict[tuple[str, int, str], list[Hit]] = defaultdict(list)
        for hit in self.hits():
            by_cell[hit.finding.file, hit.finding.line, hit.finding.column].append(hit)
        findings: set[Finding] = set()
        for hits in by_cell.values():
            lowest = min(hit.layer for hit in hits)
            strongest = [hit.finding for hit in hits if hit.layer is lowest]
            findings.update(strongest[:1] if lowest is Layer.SENSE else strongest)
        return self._say_what_is_left_out(sorted(findings))

    def _say_what_is_left_out(self, findings: list[Finding]) -> list[Finding]:
        last: dict[tuple[str, str, str], int] = {}
        for position, finding in enumerate(findings):
            last[finding.file, finding.column, finding.rule] = position
        for key, more in self._left_out.items():
            count = sum(len(lines) for _, lines in more)
            if count and key in last:
                finding = findings[last[key]]
                problem = f"{finding.problem} (and {count} more like this)"
                findings[last[key]] = replace(finding, problem=problem)
        return findings
