"""The file of --exportTimes: when each query started and ended.

Times are milliseconds of trtexec's own clock, which starts with the warm-up, and have six digits:
after a minute the ends of queries are known to a tenth of a millisecond, while latencies and
computing times are as good as at the start.
"""

from __future__ import annotations

import json
import math
import re
from array import array
from dataclasses import dataclass, field, replace
from typing import Any, Iterator, Sequence

from measure.build_log.reading import LogFile
from measure.errors import UserError

_ROW = re.compile(r"\{[^{}]*\}")
_LONGEST_ROW = 1 << 16
"""Characters of a row; those of trtexec have a few hundred."""
_LONGEST_LINE = 1 << 19
_LONGEST_MS = 7 * 86_400_000.0
"""No run is longer than a week."""


def _empty() -> array[float]:
    return array("d")


@dataclass(frozen=True)
class Times:
    """Queries in the order of the file; eight bytes for each number.

    Parameters
    ----------
    starts_ms, ends_ms
        When the first transfer of a query began and when its last one ended.
    compute_starts_ms
        When computing began, by which trtexec tells the warm-up.
    holds_warmup
        Whether versions that write these keys leave the warm-up in the file; files of 8.4 have
        the keys of later ones and hold it too.
    cut
        Why the file ends before its end, if it does.
    """

    starts_ms: array[float] = field(default_factory=_empty)
    ends_ms: array[float] = field(default_factory=_empty)
    compute_starts_ms: array[float] = field(default_factory=_empty)
    compute_ms: array[float] = field(default_factory=_empty)
    latency_ms: array[float] = field(default_factory=_empty)
    holds_warmup: bool = False
    cut: str = ""

    def __len__(self) -> int:
        return len(self.ends_ms)

    def without_warmup(self, warmup_ms: float) -> Times:
        """Return the queries from the first that began computing behind the warm-up.

        A file whose warm-up is left out already stays as it is.
        """
        first = next(
            (i for i, start in enumerate(self.compute_starts_ms) if start >= warmup_ms), len(self)
        )
        return Times(
            self.starts_ms[first:],
            self.ends_ms[first:],
            self.compute_starts_ms[first:],
            self.compute_ms[first:],
            self.latency_ms[first:],
            cut=self.cut,
        )

    def per_block(self, block_ms: float) -> list[int]:
        """Count the queries that end in each whole block of time from the first start on.

        A query that ends where two blocks meet belongs to the first.
        """
        if not self.ends_ms:
            return []
        begin = self.starts_ms[0]
        counts = [0] * int((max(self.ends_ms) - begin) / block_ms)
        for end in self.ends_ms:
            block = math.ceil((end - begin) / block_ms) - 1
            if 0 <= block < len(counts):
                counts[block] += 1
        return counts

    @property
    def seconds(self) -> float:
        """Return the time from the first start to the last end, as trtexec takes it."""
        return (self.ends_ms[-1] - self.starts_ms[0]) / 1000 if self.ends_ms else 0.0


def percentile(values: Sequence[float], percentage: float) -> float | None:
    """Return a percentile as trtexec defines it: so many are left out from the top.

    How many is computed in single precision, which decides where the product is a whole number:
    of ten values one lies above the 90th percentile.
    """
    ordered = sorted(values)
    if not ordered:
        return None
    share = _single(1 - _single(percentage / 100))
    left_out = int(_single(share * len(ordered)))
    return ordered[max(len(ordered) - 1 - left_out, 0)]


def _single(number: float) -> float:
    """Return the nearest number of single precision."""
    return array("f", [number])[0]


def read_times(path: str) -> Times:
    """Read the file as a stream, plain or gzip; a cut file gives the rows before the cut.

    Raises
    ------
    UserError
        When a row has not the keys of any version, or the file holds several runs.
    """
    rows = _Rows(path)
    times, holds_warmup = Times(), False
    for number, row in enumerate(rows, start=1):
        try:
            _append(times, row)
        except (KeyError, TypeError, ValueError, OverflowError):
            raise UserError(
                f"{path}: row {number} is none of --exportTimes: {row!r:.200}"
            ) from None
        holds_warmup = "endToEndMs" in row
    if not len(times):
        raise UserError(f"{path}: holds no query; give the file of trtexec's --exportTimes")
    cut = "" if rows.complete else "the file ends before the end of the list"
    return replace(times, holds_warmup=holds_warmup, cut=rows.file.cut or cut)


def _append(times: Times, row: dict[str, Any]) -> None:
    """Take a query into account, whatever its version calls the parts."""
    end = row["endOutMs"] if "endOutMs" in row else row["endD2hMs"]
    # What 7.1 calls the start of the input's transfer is not that; this is.
    start = end - row["endToEndMs"] if "endOutMs" in row else row["startH2dMs"]
    numbers = (start, end, row["startComputeMs"], row["computeMs"], row["latencyMs"])
    possible = all(math.isfinite(number) for number in numbers) and -_LONGEST_MS <= start <= end
    if not possible or end > _LONGEST_MS or min(row["computeMs"], row["latencyMs"]) < 0:
        raise ValueError(numbers)
    times.starts_ms.append(start)
    times.ends_ms.append(end)
    times.compute_starts_ms.append(row["startComputeMs"])
    times.compute_ms.append(row["computeMs"])
    times.latency_ms.append(row["latencyMs"])


class _Rows:
    """The rows of the list, one after the other, in constant memory."""

    def __init__(self, path: str) -> None:
        self.file = LogFile(path)
        self.complete = False
        """Whether the end of the list was seen."""
        self._path = path

    def __iter__(self) -> Iterator[dict[str, Any]]:
        rest = ""
        for line in self.file.lines():
            if len(line) > _LONGEST_LINE:
                raise UserError(
                    f"{self._path}: has a line of more than {_LONGEST_LINE} characters; "
                    "give the file as trtexec's --exportTimes wrote it, a row on each line"
                )
            rest += line
            end = 0
            for found in _ROW.finditer(rest):
                self._read_between(rest[end : found.start()], more=True)
                end = found.end()
                yield self._row(found.group())
            rest = rest[end:]
            if len(rest) > _LONGEST_ROW:
                raise UserError(
                    f"{self._path}: a row has more than {_LONGEST_ROW} characters; "
                    "give the file as trtexec's --exportTimes wrote it"
                )
        self._read_between(rest, more=False)

    def _read_between(self, text: str, *, more: bool) -> None:
        """Look for the end of the list in what stands between two rows or behind the last."""
        self.complete = self.complete or "]" in text
        if self.complete and more:
            raise UserError(f"{self._path}: holds several runs; give the file of one")

    def _row(self, text: str) -> dict[str, Any]:
        try:
            row: dict[str, Any] = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise UserError(f"{self._path}: {text:.80}: is no JSON: {error}") from None
        return row
