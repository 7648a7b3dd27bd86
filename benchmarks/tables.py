"""The made-up tables of the page benchmark, the same for both sides."""

from __future__ import annotations

from functools import lru_cache

ROWS = 150
HEADER = (
    "network", "module", "mode", "batch", "images/s", "latency", "power", "low", "high",
)  # fmt: skip


def page_name(number: int) -> str:
    """Return the path of a page."""
    return f"pages/p{number}.md"


@lru_cache(maxsize=1)
def rows() -> tuple[tuple[str, ...], ...]:
    """Return the cells of a table as text."""
    return tuple(
        (
            f"network {row % 6}",
            "Jetson AGX Orin 64GB",
            f"mode {row % 4}",
            str(1 + row % 2),
            *(f"{(row * 37 + column * 11) % 1000 / 10:.1f}" for column in range(5)),
        )
        for row in range(ROWS)
    )
