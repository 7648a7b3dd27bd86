"""A strict reader of the part of TOML that a models file needs; old Pythons have none.

Read are comments, tables, arrays of tables, a table inside either, keys, strings in one line,
decimal integers, true and false, and arrays of these. All else that TOML has is an error that
says so, never a guess.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, List

from measure.errors import UserError
from measure.printable import safe

SHOWN = 40
"""Letters of the text that an error shows."""

SMALLEST, LARGEST = -(1 << 63), (1 << 63) - 1
"""Integers that every reader of TOML takes."""

_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_COMMENT = re.compile(r"#[^\x00-\x08\x0a-\x1f\x7f]*")
_NEWLINE = re.compile(r"\r?\n")
_INTEGER = re.compile(r"[+-]?(?:0|[1-9](?:_?[0-9])*)(?![0-9A-Za-z_.:+-])")
_WORD = re.compile(r"(true|false)(?![0-9A-Za-z_.:+-])")
_LITERAL = re.compile(r"'([^\x00-\x08\x0a-\x1f\x7f']*)'")
_BASIC = re.compile(r'"((?:[^\x00-\x08\x0a-\x1f\x7f"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ESCAPES = {
    "b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\",
}  # fmt: skip

Value = Any


class Table(Dict[str, Value]):
    """A table; it knows in which line it starts and in which each of its keys stands."""

    def __init__(self, line: int = 1, *, by_header: bool = True) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}
        self.by_header = by_header


class Tables(List[Table]):
    """An array of tables, made by headers in double brackets."""


def read_toml(text: str, name: str) -> Table:
    """Return the tables of a text.

    Parameters
    ----------
    name
        What errors call the text: its file.

    Raises
    ------
    UserError
        When it is not TOML, or of the part that is not read; the error names the line.
    """
    return _Reader(text, name).document()


class _Reader:
    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.at = 0
        self.line = 1
        self.root = Table()

    def document(self) -> Table:
        table = self.root
        while True:
            self._skip_lines()
            if self.at == len(self.text):
                return self.root
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._end_of_line()

    def _header(self) -> Table:
        double = self.text.startswith("[[", self.at)
        bracket = "]]" if double else "]"
        self.at += len(bracket)
        keys = self._keys()
        if not self.text.startswith(bracket, self.at):
            raise self._error(f"a header that does not end with {bracket}")
        self.at += len(bracket)
        if len(keys) > 2 or (double and len(keys) == 2):
            raise self._error("tables nested this deep are not read")
        parent = self._parent(keys[0]) if len(keys) == 2 else self.root
        return self._append(keys[0]) if double else self._define(parent, keys[-1])

    def _parent(self, key: str) -> Table:
        """Return the table that a header with a dot is about."""
        if key not in self.root:
            self._put(self.root, key, Table(self.line, by_header=False))
        found = self.root[key]
        if isinstance(found, Tables):
            return found[-1]
        if not isinstance(found, Table):
            raise self._twice(self.root, key)
        return found

    def _define(self, parent: Table, key: str) -> Table:
        found = parent.get(key)
        if isinstance(found, Table) and not found.by_header:
            found.by_header, found.line = True, self.line
            return found
        table = Table(self.line)
        self._put(parent, key, table)
        return table

    def _append(self, key: str) -> Table:
        if not isinstance(self.root.get(key), Tables):
            self._put(self.root, key, Tables())
        table = Table(self.line)
        self.root[key].append(table)
        return table

    def _pair(self, table: Table) -> None:
        key = self._key()
        self._spaces()
        if self.text.startswith(".", self.at):
            raise self._error("a key with a dot is not read; write a table for it")
        if not self.text.startswith("=", self.at):
            raise self._error(f"the key {safe(key)!r} has no = behind it")
        self.at += 1
        self._spaces()
        line = self.line
        value = self._value()
        self._put(table, key, value, line)

    def _put(self, table: Table, key: str, value: Value, line: int | None = None) -> None:
        if key in table:
            raise self._twice(table, key)
        table[key] = value
        table.lines[key] = self.line if line is None else line

    def _keys(self) -> list[str]:
        self._spaces()
        keys = [self._key()]
        self._spaces()
        while self.text.startswith(".", self.at):
            self.at += 1
            self._spaces()
            keys.append(self._key())
            self._spaces()
        return keys

    def _key(self) -> str:
        match = _BARE_KEY.match(self.text, self.at)
        if match is not None:
            self.at = match.end()
            return match[0]
        if self.text[self.at : self.at + 1] in ('"', "'"):
            return self._string()
        raise self._error("no key; one is of letters, digits, _ and -, or in quotes")

    def _value(self) -> Value:
        if self.text.startswith("[", self.at):
            return self._array()
        return self._scalar()

    def _scalar(self) -> Value:
        sign = self.text[self.at : self.at + 1]
        if sign in ('"', "'"):
            return self._string()
        for pattern, read in _SCALARS:
            match = pattern.match(self.text, self.at)
            if match is not None:
                self.at = match.end()
                value = read(match[0])
                if not SMALLEST <= value <= LARGEST:
                    raise self._error("an integer of more than 64 bits")
                return value
        if sign == "{":
            raise self._error("a table in braces is not read; write a table for it")
        raise self._error("no string, decimal integer, true or false; other values are not read")

    def _string(self) -> str:
        if self.text.startswith(('"""', "'''"), self.at):
            raise self._error("a string of several lines is not read")
        literal = _LITERAL.match(self.text, self.at)
        match = literal or _BASIC.match(self.text, self.at)
        if match is None:
            raise self._error("a string without an end, or with control characters")
        self.at = match.end()
        return match[1] if literal else _ESCAPE.sub(self._escaped, match[1])

    def _escaped(self, match: re.Match[str]) -> str:
        digits = match[1] or match[2]
        if digits:
            number = int(digits, 16)
            if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
                raise self._error(f"the escape {match[0]} stands for no character")
            return chr(number)
        if match[3] not in _ESCAPES:
            raise self._error(f"the escape {safe(match[0])} is not one of TOML's")
        return _ESCAPES[match[3]]

    def _array(self) -> list[Value]:
        self.at += 1
        found: list[Value] = []
        while True:
            self._skip_lines()
            if self.text.startswith("]", self.at):
                self.at += 1
                return found
            if self.text.startswith("[", self.at):
                raise self._error("an array in an array is not read")
            found.append(self._scalar())
            self._skip_lines()
            if self.text.startswith(",", self.at):
                self.at += 1
            elif not self.text.startswith("]", self.at):
                raise self._error("an array goes on with a comma or ends with ]")

    def _spaces(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _comment(self) -> None:
        self._spaces()
        match = _COMMENT.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _skip_lines(self) -> None:
        """Skip spaces, comments and ends of lines."""
        self._comment()
        while (match := _NEWLINE.match(self.text, self.at)) is not None:
            self.at = match.end()
            self.line += 1
            self._comment()

    def _end_of_line(self) -> None:
        self._comment()
        if self.at < len(self.text) and not _NEWLINE.match(self.text, self.at):
            raise self._error("more in a line than it may hold")

    def _twice(self, table: Table, key: str) -> UserError:
        return self._error(f"{safe(key)!r} is there twice, first in line {table.lines[key]}")

    def _error(self, reason: str) -> UserError:
        rest = self.text[self.at : self.at + SHOWN].splitlines()
        here = f" at {safe(rest[0])!r}" if rest and rest[0] else ""
        return UserError(f"{self.name} line {self.line}: {reason}{here}")


_SCALARS: tuple[tuple[re.Pattern[str], Callable[[str], Value]], ...] = (
    (_INTEGER, int),
    (_WORD, "true".__eq__),
)
