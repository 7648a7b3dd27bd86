"""Which TensorRT is installed, and how many DLA cores it sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class TensorRT:
    """The installed TensorRT."""

    version: str
    """10.3.0.30; empty when none was found."""
    basis: str
    """Where that was read."""
    trtexec: Path | None
    """The program, here."""
