"""A tar.gz whose bytes depend on nothing but the files in it."""

from __future__ import annotations

import tarfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterable, Iterator

if TYPE_CHECKING:
    from pathlib import Path

GZIP = 16 + zlib.MAX_WBITS
"""Asks zlib for a gzip file; it puts no time and no name into its head."""

LEVEL = 4
"""Weights get a tenth smaller at the highest level, which takes fifty times as long."""

BLOCK = 512
RECORD = 20 * BLOCK
CHUNK = 1 << 20

MADE = 315532800
"""Time of every file in the archive: the start of 1980, the oldest that all formats know."""

PLAIN, PROGRAM = 0o644, 0o755


@dataclass(frozen=True)
class Member:
    """A file of the archive: its path there, and its content or the file that is copied."""

    name: str
    content: bytes | Path
    mode: int = PLAIN

    @property
    def size(self) -> int:
        """Return how many bytes the file has."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size

    def chunks(self) -> Iterator[bytes]:
        """Yield the content."""
        if isinstance(self.content, bytes):
            yield self.content
            return
        with open(self.content, "rb") as stream:
            yield from iter(lambda: stream.read(CHUNK), b"")


def archive(members: Iterable[Member]) -> Iterator[bytes]:
    """Yield the bytes of the compressed archive, members in the order of their names."""
    press = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
    for data in _tar(sorted(members, key=lambda member: member.name)):
        yield press.compress(data)
    yield press.flush()


def _tar(members: Iterable[Member]) -> Iterator[bytes]:
    written = 0
    for member in members:
        info = tarfile.TarInfo(member.name)
        info.size, info.mode, info.mtime = member.size, member.mode, MADE
        head = info.tobuf(tarfile.GNU_FORMAT)
        padding = bytes(-info.size % BLOCK)
        yield head
        copied = 0
        for chunk in member.chunks():
            copied += len(chunk)
            yield chunk
        if copied != info.size:
            raise OSError(f"{member.content!s} changed while it was copied")
        yield padding
        written += len(head) + info.size + len(padding)
    end = 2 * BLOCK
    yield bytes(end + -(written + end) % RECORD)
