"""The bytes of a CSV: encoding, line endings, quotes, and the shape of its rows.

Whatever is found here is also repaired in memory where that is possible, so that one stray byte
doesn't hide the mistakes behind it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from generator.findings import Finding
from generator.lint.collect import LIMIT, Collector
from generator.lint.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")

RULES = {
    "file.empty": "A table has at least a header.",
    "text.bom": "A file starts with its first column's name, without a byte order mark.",
    "text.line-ending": "Lines end with a line feed alone.",
    "text.nul": "A file holds no NUL byte.",
    "text.utf-8": "A file is encoded as UTF-8.",
    "text.truncated": "A file ends with a line feed; without one it may have been cut off.",
    "csv.quote": "A quote opens at the start of a cell and closes at its end.",
    "csv.delimiter": "Cells are separated by commas.",
    "csv.blank-line": "No line is blank.",
    "csv.ragged": "Each row has as many cells as the header.",
}


@dataclass(frozen=True)
class Text:
    """A CSV whose structure can be trusted."""

    data: bytes
    """Header and whole rows, each closed by a line feed."""
    header: tuple[str, ...]
    body: int
    """Where the first row starts."""
    lines: np.ndarray
    """The line of the file each row starts on."""
    width: int
    """Cells in a row."""
    damaged: bool
    """Whether rows were left out."""


class ByteCheck:
    """Check of one file's bytes; ``run`` returns what can be read of it."""

    def __init__(self, data: bytes, file: str, collector: Collector) -> None:
        self.data = data
        self.file = file
        self.collector = collector
        self.damaged = False

    def run(self) -> Text | None:
        """Report what is wrong with the bytes; None if they can't be read as a CSV."""
        if not self.data.strip(b"\0\r\n\t "):
            self._report(
                1, "", "", "file.empty", "there is nothing in the file", "write at least the header"
            )
            return None
        if self.data.startswith(_UTF16):
            self._report(
                1,
                "",
                repr(self.data[:2])[2:-1],
                "text.utf-8",
                "the file is encoded as UTF-16",
                "save it as UTF-8",
            )
            return None
        self._strip_bom()
        self._strip_carriage_returns()
        self._replace_bytes()
        self._drop_open_end()
        return self._split()

    def _report(
        self, line: int, column: str, value: str, rule: str, problem: str, remedy: str
    ) -> None:
        self.collector.add(Finding(self.file, line, column, value, rule, problem, remedy))

    def _strip_bom(self) -> None:
        if self.data.startswith(_BOM):
            self.data = self.data[len(_BOM) :]
            self._report(
                1,
                self._header()[0],
                "\ufeff",
                "text.bom",
                "the file starts with a byte order mark",
                "save it as UTF-8 without one",
            )

    def _strip_carriage_returns(self) -> None:
        first = self.data.find(b"\r")
        if first < 0:
            return
        pairs, _singles = self.data.count(b"\r\n"), self.data.count(b"\r")
        pairs = self.data.count(b"\r\n")
        if pairs or b"\n" not in self.data:
            kind, count = ("CR LF", pairs) if pairs else ("CR", self.data.count(b"\r"))
            self._report(
                self.data.count(b"\n", 0, first) + 1,
                "",
                "\r\n" if pairs else "\r",
                "text.line-ending",
                f"{count} line(s) end with {kind}",
                "save the file with LF line endings",
            )
            self.data = self.data.replace(b"\r\n", b"\n")
            if not pairs:
                self.data = self.data.replace(b"\r", b"\n")
        for offset in _occurrences(self.data, b"\r"):
            self._report_byte(
                offset, "text.line-ending", "a carriage return stands in the cell", "remove it"
            )
        self.data = self.data.replace(b"\r", b"?")

    def _replace_bytes(self) -> None:
        for offset in _occurrences(self.data, b"\0"):
            self._report_byte(offset, "text.nul", "a NUL byte stands in the cell", "remove it")
        self.data = self.data.replace(b"\0", b"?")
        if self.data.isascii():
            return
        for offset in _invalid_utf8(self.data):
            self._report_byte(
                offset,
                "text.utf-8",
                f"byte 0x{self.data[offset]:02x} is not UTF-8 here",
                "save the file as UTF-8",
            )
        self.data = self.data.decode("utf-8", "replace").encode("utf-8")

    def _report_byte(self, offset: int, rule: str, problem: str, remedy: str) -> None:
        line = self.data.count(b"\n", 0, offset) + 1
        start = self.data.rfind(b"\n", 0, offset) + 1
        end = self.data.find(b"\n", offset)
        row = self.data[start : end if end >= 0 else None]
        cells = _cells(row)
        position = len(_cells(row[: offset - start] + b".")) - 1
        header = self._header()
        column = header[position] if position < len(header) else ""
        value = cells[position] if position < len(cells) else ""
        self._report(line, column, value, rule, problem, remedy)

    def _header(self) -> list[str]:
        return _cells(self.data.partition(b"\n")[0]) or [""]

    def _drop_open_end(self) -> None:
        if self.data.endswith(b"\n"):
            return
        end = self.data.rfind(b"\n") + 1
        self._report(
            self.data.count(b"\n") + 1,
            "",
            self.data[end:].decode("utf-8", "replace"),
            "text.truncated",
            "the last line has no line feed, so the file may have been cut off",
            "restore the file, or end its last row with a line feed",
        )
        self.damaged = True
        self.data = self.data[:end] if end else self.data + b"\n"

    def _split(self) -> Text | None:
        shape = Shape(self.data)
        if shape.broken >= 0:
            line = self.data.count(b"\n", 0, shape.broken) + 1
            start = self.data.rfind(b"\n", 0, shape.broken) + 1
            value = self.data[start : shape.broken + 20].partition(b"\n")[0]
            self._report(
                line,
                "",
                value.decode("utf-8", "replace"),
                "csv.quote",
                "a quote is not where a cell starts or ends, or is never closed",
                'quote the whole cell and write a quote inside it as ""',
            )
            return None
        body = int(shape.ends[0]) + 1
        header = tuple(_cells(self.data[: body - 1]))
        if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
            self._report(
                1,
                "",
                header[0],
                "csv.delimiter",
                "the header has no comma",
                "save the file with commas between cells",
            )
            return None
        return self._rows(shape, body, header)

    def _rows(self, shape: Shape, body: int, header: tuple[str, ...]) -> Text:
        widths, lines = shape.widths[1:], shape.lines[1:]
        starts, ends = shape.ends[:-1] + 1, shape.ends[1:]
        # A header that lost or gained a cell is one mistake, not one for each row.
        usual = int(np.bincount(widths).argmax()) if len(widths) else len(header)
        width = len(header) if (widths == len(header)).any() else usual
        blank = starts == ends
        bad = blank | (widths != width)
        for row in np.flatnonzero(bad)[:LIMIT]:
            text = self.data[starts[row] : ends[row]].decode("utf-8", "replace")
            if blank[row]:
                rule, problem, remedy = "csv.blank-line", "the line is blank", "delete it"
            else:
                rule = "csv.ragged"
                problem = f"the row has {widths[row]} cells, the header {width}"
                remedy = "add what is missing, or quote the cell that holds a comma"
            self._report(int(lines[row]), "", text, rule, problem, remedy)
        data = self.data
        if bad.any():
            more = lines[np.flatnonzero(bad)[LIMIT:]]
            self.collector.leave_out(self.file, "", "csv.ragged", more)
            data = _without(data, starts[bad], ends[bad] + 1)
        damaged = self.damaged or bool((bad & ~blank).any())
        return Text(data, header, body, lines[~bad], width, damaged)


def _cells(row: bytes) -> list[str]:
    text = row.decode("utf-8", "replace").replace("\0", "\\0")
    try:
        return next(csv.reader([text]), [])
    except csv.Error:
        return text.split(",")


def _occurrences(data: bytes, wanted: bytes) -> Iterator[int]:
    offset = data.find(wanted)
    for _ in range(LIMIT):
        if offset < 0:
            return
        yield offset
        offset = data.find(wanted, offset + 1)


def _invalid_utf8(data: bytes) -> Iterator[int]:
    start = 0
    for _ in range(LIMIT):
        try:
            data[start:].decode("utf-8")
        except UnicodeDecodeError as error:
            yield start + error.start
            start += error.end
        else:
            return


def _without(data: bytes, starts: np.ndarray, ends: np.ndarray) -> bytes:
    pieces, position = [], 0
    for start, end in zip(starts, ends, strict=True):
        pieces.append(data[position:start])
        position = end
    return b"".join([*pieces, data[position:]])
