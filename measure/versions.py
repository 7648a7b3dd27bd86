"""Compare TensorRT versions."""

from __future__ import annotations

import re

from measure.errors import UserError

_VERSION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}){0,5}")


def parse_version(text: str) -> tuple[int, ...]:
    """Turn "10.3.0.30" into (10, 3, 0, 30)."""
    if not _VERSION.fullmatch(text):
        raise UserError(f"{text!r} is no version; write numbers and dots, as in 10.3.0")
    return tuple(int(part) for part in text.split("."))


def in_range(version: str, since: str, until: str) -> bool:
    """Say whether a version lies in a range of rows.

    Parameters
    ----------
    version
        The version asked for, "10.3.0.30".
    since
        The first version of the range, missing parts are zero; empty for no lower end.
    until
        The last version of the range: every version that begins with it belongs to the
        range, so that 10.3 covers 10.3.0.30; empty for no upper end.
    """
    asked = parse_version(version)
    if since and _padded(asked) < _padded(parse_version(since)):
        return False
    if not until:
        return True
    last = parse_version(until)
    return _padded(asked[: len(last)]) <= _padded(last)


def _padded(version: tuple[int, ...]) -> tuple[int, ...]:
    """Write a version with as many parts as TensorRT has, so that 8.4 equals 8.4.0.0."""
    return version + (0,) * (4 - len(version))
