"""Turn a log file, plain or gzip, of any encoding, into lines of bounded length."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import stat
import sys
import zlib
from contextlib import ExitStack
from pathlib import Path
from typing import Iterator, cast

from measure.errors import UserError

STANDARD_INPUT = "-"

_BLOCK = 1 << 18
_LONGEST = 1 << 20
"""Characters of a line without end that are kept; no line of TensorRT comes near."""

_UNREADABLE = "\N{REPLACEMENT CHARACTER}"
_MOST_UNREADABLE = 0.1
"""Share of characters that a text in another encoding may lose; binary files lose half."""

_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_BYTE_ORDER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class LogFile:
    """The lines of one log, read once from the first to the last.

    Parameters
    ----------
    path
        The file, or ``-`` for standard input.
    """

    def __init__(self, path: str) -> None:
        self.name = "standard input" if path == STANDARD_INPUT else Path(path).name
        self.cut = ""
        """Why the file ended before its end, if it did."""
        self._path = path

    def lines(self, *, with_zeros: bool = False) -> Iterator[str]:
        """Yield the lines without their ends, in constant memory.

        Parameters
        ----------
        with_zeros
            Whether zero bytes stay, where they tell that a line is torn.
        """
        tail, clean = "", str if with_zeros else _without_zeros
        for block in self._blocks():
            lines = (tail + block).split("\n")
            tail = lines.pop()[:_LONGEST]
            yield from map(clean, lines)
        if tail:
            yield clean(tail)

    def _blocks(self) -> Iterator[str]:
        """Yield the text in blocks, whatever the file is packed or encoded in."""
        with ExitStack() as opened:
            try:
                stream = self._open(opened)
                first = stream.read1(_BLOCK)
            except (EOFError, zlib.error, OSError) as error:
                reason = getattr(error, "strerror", None) or error
                raise UserError(f"{self._path}: cannot be read: {reason}") from None
            decode = _decoder(first)
            for number, block in enumerate(self._until_cut(first, stream)):
                text = decode.decode(block)
                if number == 0 and text.count(_UNREADABLE) > _MOST_UNREADABLE * len(text):
                    raise UserError(f"{self._path}: is no text; give the log as it was printed")
                yield text
            yield decode.decode(b"", final=True)

    def _until_cut(self, block: bytes, stream: io.BufferedReader) -> Iterator[bytes]:
        """Yield blocks until the end, or until a packed file turns out to be cut or broken."""
        try:
            while block:
                yield block
                block = stream.read1(_BLOCK)
        except (EOFError, zlib.error, OSError) as error:
            self.cut = f"the file cannot be read to its end: {error}"

    def _open(self, opened: ExitStack) -> io.BufferedReader:
        """Open the file, unpacked if it is packed."""
        if self._path == STANDARD_INPUT:
            stream = cast("io.BufferedReader", sys.stdin.buffer)
        else:
            kind = os.stat(self._path).st_mode
            if stat.S_ISCHR(kind) or stat.S_ISBLK(kind):
                raise UserError(f"{self._path}: is a device; save the log to a file first")
            stream = opened.enter_context(io.BufferedReader(io.FileIO(self._path)))
        start = stream.peek(len(_ZIP))
        if start.startswith(_ZIP):
            raise UserError(f"{self._path}: is a zip archive; unpack it and give the log in it")
        if start.startswith(_GZIP):
            return cast("io.BufferedReader", opened.enter_context(gzip.GzipFile(fileobj=stream)))
        return stream


def _decoder(first: bytes) -> io.IncrementalNewlineDecoder:
    """Return what decodes the file and makes each of the three line ends the usual one."""
    encoding = "utf-16" if first.startswith(_BYTE_ORDER_MARKS) else "utf-8-sig"
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    return io.IncrementalNewlineDecoder(decoder, translate=True)


def _without_zeros(line: str) -> str:
    """Drop the zero bytes that a power cut or a second, wider encoding leaves in a file."""
    return line.replace("\0", "") if "\0" in line else line
