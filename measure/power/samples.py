"""Read the file of the sampler."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Dict

from measure.errors import UserError
from measure.power.sampling import RECORD

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class RailSamples:
    """Readings of one rail in order of time."""

    t_ns: list[int] = field(default_factory=list)
    """Middle of each read."""

    millivolts: list[float] = field(default_factory=list)
    milliamperes: list[float] = field(default_factory=list)
    lost_ns: list[int] = field(default_factory=list)
    """Reads that failed."""


Samples = Dict[str, RailSamples]
"""By rail."""


def read_samples(path: Path) -> Samples:
    """Return the samples of each rail, also while the sampler goes on writing.

    A record torn at the end is left out.

    Raises
    ------
    UserError
        The file cannot be read, or is not the sampler's.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from None
    header, _, records = data.partition(b"\n")
    try:
        names = json.loads(header)
        samples = [RailSamples() for _ in names]
        whole = len(records) - len(records) % RECORD.size
        for before, after, number, millivolts, milliamperes in RECORD.iter_unpack(records[:whole]):
            rail, middle = samples[number], (before + after) // 2
            # NaN, the mark of a failed read, is the one value that differs from itself.
            if millivolts != millivolts or milliamperes != milliamperes:
                rail.lost_ns.append(middle)
                continue
            rail.t_ns.append(middle)
            rail.millivolts.append(millivolts)
            rail.milliamperes.append(milliamperes)
    except (ValueError, TypeError, IndexError):
        raise UserError(f"{path} is not a file of the power sampler") from None
    return dict(zip(names, samples))
