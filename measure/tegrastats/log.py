"""Read a log of tegrastats."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from statistics import median
from typing import TYPE_CHECKING, Iterable, Iterator

from measure.build_log.reading import LogFile
from measure.errors import UserError
from measure.tegrastats.lines import LineReader

if TYPE_CHECKING:
    from pathlib import Path

    from measure.tegrastats.reading import Reading

DLA_CORES = (0, 1)
DEFAULT_INTERVAL_S = 1.0
"""What tegrastats does unless it is told otherwise; for logs without dates."""

_FEWEST_STAMPS = 3
_HOTTEST = "tj"
_BLOCKS = ("cpu", "gpu")


@dataclass(frozen=True)
class Conditions:
    """The conditions seen in part of a log; the arguments that `contradictions` takes."""

    cpus_online: int | None
    """As in most lines."""
    gpu_mhz: float | None
    """Highest clock seen; None where it is not printed."""
    dla_mhz: dict[int, float]
    """Highest clock of each core that was seen to be on."""
    emc_mhz: float | None
    tj_c: float | None
    """Mean of the hottest place, or of the hotter one of CPU and GPU where it is not printed."""


@dataclass(frozen=True)
class TegrastatsLog:
    """Every line of tegrastats in a file, in order."""

    path: str
    readings: tuple[Reading, ...]
    unread: tuple[int, ...]
    """Numbers of the lines that are none of tegrastats', from 1."""

    @property
    def interval_s(self) -> float:
        """Return the time between two lines.

        The dates have whole seconds only and a clock may be set while the log is written, so it is
        from how many lines share a second, or how far apart most lines are.
        """
        stamps = [(date, len(list(same))) for date, same in groupby(r.date for r in self.readings)]
        inner = stamps[1:-1]
        if len(inner) < _FEWEST_STAMPS or not all(date for date, _ in stamps):
            return DEFAULT_INTERVAL_S
        lines = sum(count for _, count in inner) / len(inner)
        if lines > 1:
            return 1 / lines
        times = [datetime.strptime(date, "%m-%d-%Y %H:%M:%S") for date, _ in stamps]
        apart = (abs((later - time).total_seconds()) for time, later in zip(times, times[1:]))
        return median(apart)

    def conditions(self, window: tuple[int, int]) -> Conditions:
        """Return the conditions in part of the log, first line and one past the last."""
        readings = self.readings[slice(*window)]
        cpus = [r.cpus_online for r in readings if r.cpus_online is not None]
        dla = {core: _highest(r.dla_mhz(core) for r in readings) for core in DLA_CORES}
        hottest = [celsius for celsius in map(_hottest, readings) if celsius is not None]
        return Conditions(
            cpus_online=max(set(cpus), key=cpus.count) if cpus else None,
            gpu_mhz=_highest(r.gpu_mhz for r in readings),
            dla_mhz={core: mhz for core, mhz in dla.items() if mhz is not None},
            emc_mhz=_highest(r.emc_mhz for r in readings),
            tj_c=sum(hottest) / len(hottest) if hottest else None,
        )


def read_log(path: Path) -> TegrastatsLog:
    """Return the readings of a log, plain or gzip.

    Raises
    ------
    UserError
        The file cannot be read, or no line of it is of tegrastats.
    """
    read = LineReader().read
    readings, unread = [], []
    with _no_collection():
        for number, line in enumerate(LogFile(str(path)).lines(with_zeros=True), 1):
            reading = read(line)
            if reading.is_tegrastats:
                readings.append(reading)
            elif line.strip():
                unread.append(number)
    log = TegrastatsLog(str(path), tuple(readings), tuple(unread))
    if not log.readings:
        raise UserError(f"{path}: no line is of tegrastats; run tegrastats --logfile FILE")
    return log


def _highest(clocks: Iterable[int | None]) -> float | None:
    seen = [clock for clock in clocks if clock is not None]
    return float(max(seen)) if seen else None


def _hottest(reading: Reading) -> float | None:
    """Return the temperature of the hottest place; a sensor that is off says nothing."""
    known = {name.lower(): c for name, c in reading.temperatures.items() if c == c}
    if _HOTTEST in known:
        return known[_HOTTEST]
    return max((known[name] for name in _BLOCKS if name in known), default=None)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the garbage collector from going through readings that are all kept anyway."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
