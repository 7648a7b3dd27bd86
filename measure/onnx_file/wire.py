"""The wire format of protocol buffers, read from a mapped file without copying it."""

from __future__ import annotations

import mmap
import os
import stat
from struct import unpack_from
from typing import Iterator, Tuple

from measure.errors import UserError

VARINT, FIXED64, LENGTH_DELIMITED, FIXED32 = 0, 1, 2, 5

FIELD_LIMIT = 10_000_000
"""Fields read from one file; a graph of 50,000 nodes has about two million."""

NAME_LIMIT = 65536
"""Bytes of the longest name."""

FORGET_BYTES = 1 << 20
"""Data larger than this do not stay in memory."""

Field = Tuple[int, int, int, int]
"""Number, wire type and, for a varint, its value and 0; else where the data start and end."""

SIGN_BIT = 1 << 63
MASK = (1 << 64) - 1


class MappedFile:
    """A file of which only the pages that are looked at come into memory."""

    def __init__(self, path: str, data: mmap.mmap | bytes) -> None:
        self.path = path
        self.data = data
        self.size = len(data)
        self.fields_read = 0

    @classmethod
    def open(cls, path: str) -> MappedFile:
        """Return the file at a path.

        Raises
        ------
        UserError
            When there is no such file, or it is no regular file, or empty.
        """
        try:
            status = os.stat(path)
            if stat.S_ISDIR(status.st_mode):
                raise UserError(f"{path}: is a folder; name the .onnx file in it")
            if not stat.S_ISREG(status.st_mode):
                raise UserError(f"{path}: is not a regular file; save the model to a file first")
            if status.st_size == 0:
                raise UserError(f"{path}: is empty; export or download the model again")
            with open(path, "rb") as file:
                return cls(path, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except FileNotFoundError:
            raise UserError(f"{path}: no such file") from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise UserError(f"{path}: cannot be read: {reason}") from None

    def damaged(self, position: int, reason: str) -> UserError:
        """Return the error for data that are not what the format promises."""
        return UserError(
            f"{self.path}: cannot be read as an ONNX model: {reason} at byte {position} of "
            f"{self.size}; the file is damaged, cut off or of another kind"
        )

    def too_large(self) -> UserError:
        """Return the error for a file that would take minutes and gigabytes to describe."""
        return UserError(f"{self.path}: more than {FIELD_LIMIT} fields; too large to read")

    def count(self, fields: int) -> None:
        """Count the numbers of a packed field like fields of their own."""
        self.fields_read += fields
        if self.fields_read > FIELD_LIMIT:
            raise self.too_large()

    def forget(self, start: int, end: int) -> None:
        """Give back the pages of large data that were skipped.

        The system maps more around each page that is looked at, up to the whole file.
        """
        if end - start > FORGET_BYTES and hasattr(self.data, "madvise"):
            first = start // mmap.PAGESIZE * mmap.PAGESIZE
            self.data.madvise(mmap.MADV_DONTNEED, first, end - first)

    def varint(self, position: int, end: int) -> tuple[int, int]:
        """Return the number that starts at a position, and where it ends."""
        data = self.data
        result = shift = 0
        while position < end:
            byte = data[position]
            position += 1
            result |= (byte & 0x7F) << shift
            if byte < 0x80:
                return result & MASK, position
            shift += 7
            if shift > 63:
                raise self.damaged(position, "a number of more than ten bytes")
        raise self.damaged(position, "a number without an end")

    def fields(self, start: int, end: int) -> Iterator[Field]:
        """Yield the fields of the message between two positions; data are skipped, not read."""
        data = self.data
        position = start
        while position < end:
            self.fields_read += 1
            if self.fields_read > FIELD_LIMIT:
                raise self.too_large()
            tag = data[position]
            if tag < 0x80:
                position += 1
            else:
                tag, position = self.varint(position, end)
            number, wire_type = tag >> 3, tag & 7
            if number == 0:
                raise self.damaged(position, "a field with number 0")
            if wire_type == LENGTH_DELIMITED:
                length, position = self.varint(position, end)
                if length > end - position:
                    reason = f"a field of {length} bytes where {end - position} are left"
                    raise self.damaged(position, reason)
                yield number, wire_type, position, position + length
                position += length
            elif wire_type == VARINT:
                value, position = self.varint(position, end)
                yield number, wire_type, value, 0
            elif wire_type in (FIXED32, FIXED64):
                length = 4 if wire_type == FIXED32 else 8
                if length > end - position:
                    raise self.damaged(position, "a number without an end")
                yield number, wire_type, position, position + length
                position += length
            else:
                raise self.damaged(position, f"a field of wire type {wire_type}")

    def slice(self, start: int, end: int) -> bytes:
        """Return a copy of the bytes between two positions."""
        return self.data[start:end]

    def name(self, start: int, end: int) -> str:
        """Return a name; what is not UTF-8 in it is written as escapes."""
        if end - start > NAME_LIMIT:
            raise self.damaged(start, f"a name of {end - start} bytes")
        return self.data[start:end].decode("utf-8", "backslashreplace")

    def text(self, start: int, end: int) -> str:
        """Return a text, of one that is longer than any name only the start."""
        return self.name(start, min(end, start + NAME_LIMIT))

    def message(self, start: int, end: int) -> bytes:
        """Return a small message as it stands in the file."""
        if end - start > NAME_LIMIT:
            raise self.damaged(start, f"a type of {end - start} bytes")
        return self.data[start:end]

    def integers(self, field: Field) -> list[int]:
        """Return the signed numbers of a repeated field, packed or one of them."""
        _, wire_type, start, end = field
        if wire_type == VARINT:
            return [signed(start)]
        found = []
        if wire_type == LENGTH_DELIMITED:
            self.count(end - start)
            position = start
            while position < end:
                value, position = self.varint(position, end)
                found.append(signed(value))
        return found

    def floats(self, field: Field) -> list[float]:
        """Return the 32-bit floats of a repeated field, packed or one of them."""
        _, wire_type, start, end = field
        if wire_type not in (FIXED32, LENGTH_DELIMITED):
            return []
        count = (end - start) // 4
        self.count(count)
        return list(unpack_from(f"<{count}f", self.data, start))


def signed(value: int) -> int:
    """Return the signed 64-bit number that a varint stands for."""
    return value - (1 << 64) if value & SIGN_BIT else value
