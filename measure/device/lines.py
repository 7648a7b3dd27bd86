"""Lines of what a tool printed, when it may have printed anything."""

from __future__ import annotations

from typing import Iterator

LONGEST = 1000
"""Signs of the longest line that a tool of a Jetson prints, with room to spare."""


def short_lines(text: str) -> Iterator[str]:
    """Yield the lines, stripped; what is longer than any known line is no such line."""
    for line in text.splitlines():
        if len(line) <= LONGEST:
            yield line.strip()
