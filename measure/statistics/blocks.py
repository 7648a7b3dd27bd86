"""An interval from within a single segment, for runs that were made once."""

from __future__ import annotations

from statistics import fmean
from typing import Sequence

from measure.statistics.interval import Interval, mean_interval

BATCHES = 10
FEWEST_BATCHES = 5
FEWEST_BLOCKS_IN_BATCH = 2


def blocks_interval(blocks: Sequence[float]) -> Interval | None:
    """Return the mean with an interval from batches of neighbouring blocks.

    It shows how steady the run was, not by how much another run would differ. Batches of several
    blocks are less alike than blocks that follow each other.

    Parameters
    ----------
    blocks
        Images per second in equal pieces of the segment.

    Returns
    -------
    None where there are too few blocks.
    """
    batches = min(BATCHES, len(blocks) // FEWEST_BLOCKS_IN_BATCH)
    if batches < FEWEST_BATCHES:
        return None
    size = len(blocks) // batches
    return mean_interval(
        [fmean(blocks[start : start + size]) for start in range(0, size * batches, size)]
    )
