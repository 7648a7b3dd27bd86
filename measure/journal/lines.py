"""The lines of a journal: JSON objects that are numbered and chained by SHA-256."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Dict, Mapping

from measure.errors import UserError

Record = Dict[str, Any]

OWN_KEYS = ("seq", "chain", "at", "t_ns", "boot")
"""Keys that the journal itself adds to a record."""

FIRST_CHAIN = "0" * 64
"""Stands in the first line, which has none before it."""


@dataclass(frozen=True)
class Tail:
    """Where a journal ends."""

    length: int = 0
    """Bytes up to the end of the last whole line."""
    seq: int = 0
    """Number of the last line; the first one is 1."""
    chain: str = FIRST_CHAIN
    """SHA-256 of the last line, without its line end."""

    def after(self, line: bytes) -> Tail:
        """Return where the journal ends with one more line."""
        return Tail(self.length + len(line), self.seq + 1, sha256(line[:-1]).hexdigest())


def encode(record: Mapping[str, Any], own: Mapping[str, Any]) -> bytes:
    """Return the line of a record.

    Parameters
    ----------
    record
        What to keep; must be JSON without NaN and infinities.
    own
        The journal's own keys, which come first.

    Raises
    ------
    UserError
        Naming the value that JSON can't hold.
    """
    _check(record, str(record.get("type") or "record"))
    taken = [key for key in OWN_KEYS if key in record]
    if taken:
        raise UserError(f"a record can't have a {taken[0]!r} of its own: the journal adds it")
    # Escapes for all but ASCII: no sign in a text can end the line.
    return json.dumps({**own, **record}, separators=(",", ":")).encode("ascii") + b"\n"


def _check(value: Any, where: str) -> None:
    """Raise UserError if a value, or one inside it, has no form in JSON."""
    if value is None or isinstance(value, (str, bool, int)):
        return
    if isinstance(value, float):
        if not math.isfinite(value):
            raise UserError(f"{where} is {value}, which a journal can't hold: write null instead")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise UserError(f"{where} has the key {key!r}: keys in a journal are texts")
            _check(inner, f"{where}.{key}")
    elif isinstance(value, (list, tuple)):
        for position, inner in enumerate(value):
            _check(inner, f"{where}[{position}]")
    else:
        raise UserError(f"{where} is a {type(value).__name__}, which a journal can't hold")


def decode(data: bytes, name: str) -> tuple[list[Record], Tail]:
    """Return the records of a journal and where its last whole line ends.

    A last line without its end was never acknowledged and is left out. So is one with NUL bytes,
    which a power cut leaves where a file grew before its content was written.

    Parameters
    ----------
    data
        The journal's bytes.
    name
        What messages call it.

    Raises
    ------
    UserError
        Naming the first line that is damaged.
    """
    lines = [line + b"\n" for line in data.split(b"\n")[:-1]]
    if lines and b"\0" in lines[-1]:
        del lines[-1]
    records: list[Record] = []
    tail = Tail()
    for number, line in enumerate(lines, start=1):
        record = parse(line)
        if record is None:
            raise _damaged(name, number, "it is not a record")
        if record.get("seq") != number:
            raise _damaged(name, number, f"it has the number {record.get('seq')!r}")
        if record.get("chain") != tail.chain:
            raise _damaged(name, number, "its chain does not fit the line before it")
        records.append(record)
        tail = tail.after(line)
    return records, tail


def parse(line: bytes) -> Record | None:
    """Return the record that a line holds; None if it holds none."""
    try:
        record = json.loads(line.decode("ascii"))
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _damaged(name: str, number: int, problem: str) -> UserError:
    return UserError(
        f"{name} line {number} was changed after it was written: {problem}; take the journal from "
        f"a copy, or keep the {number - 1} line(s) before it and measure the rest again"
    )
