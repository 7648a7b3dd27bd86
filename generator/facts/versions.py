"""Versions of TensorRT and of the DLA software, compared part by part."""

from __future__ import annotations

from functools import lru_cache
from itertools import zip_longest


@lru_cache(maxsize=1024)
def parse_version(version: str) -> tuple[int, ...]:
    """Return the parts of a version, such as ``(10, 3, 0)``; empty for an unknown one."""
    return tuple(int(part) for part in version.split(".")) if version else ()


@lru_cache(maxsize=65536)
def in_range(version: str, since: str, until: str) -> bool:
    """Return whether a version lies in a range.

    Parameters
    ----------
    version
        The version asked for.
    since
        The first one, parts that it lacks count as zero; empty for the oldest.
    until
        The last one with all that begin like it: ``8.2`` holds 8.2.1; empty for the newest.
    """
    parts, last = parse_version(version), parse_version(until)
    if until and parts[: len(last)] > last:
        return False
    pairs = zip_longest(parts, parse_version(since), fillvalue=0)
    return next((own > first for own, first in pairs if own != first), True)


def short_version(version: str) -> str:
    """Return a version of TensorRT without its build number: 10.3.0 for 10.3.0.30."""
    return ".".join(version.split(".")[:3])
