"""Read a log of tegrastats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Dict, List, Optional, Tuple

if TYPE_CHECKING:
    from pathlib import Path

    from measure.tegrastats.reading import Reading


@dataclass(frozen=True)
class Conditions:
    """The conditions seen in part of a log; arguments for `contradictions`."""

    cpus_online: Optional[int]
    gpu_mhz: Optional[float]
    """Highest clock seen; None where it is not printed."""

    dla_mhz: Dict[int, float]
    """Highest clock of each core that was on."""

    emc_mhz: Optional[float]
    tj_c: Optional[float]
    """Mean of the hottest sensor."""


@dataclass(frozen=True)
class TegrastatsLog:
    """Every line that could be read, in order."""

    path: str
    readings: Tuple[Reading, ...]
    unread: Tuple[int, ...]
    """Numbers of the lines that are none of tegrastats', from 1."""

    def conditions(self, window: Tuple[int, int]) -> Conditions:
        """Return the conditions in part of the log."""
        raise NotImplementedError


def read_log(path: Path) -> TegrastatsLog:
    """Return the readings of a log.

    Raises
    ------
    UserError
        The file cannot be read, or no line of it is of tegrastats.
    """
    raise NotImplementedError


def parse_lines(lines: List[str]) -> List[Reading]:
    """Return one reading per line."""
    raise NotImplementedError
