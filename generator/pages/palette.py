"""Colours of the charts' series, one meaning each on every page: indices into the palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.charts.model import PALETTE_SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence

GPU = 0
DLA = 1
DENSE = 1
SPARSE = 2
REFERENCE = 3
GPU_AND_DLA = 4
REPORTED = 5
CORRECTED = 6
MEASURED = 7
MEASURED_BY_MODULE = 6

NETWORK = {
    "retinanet-resnext-50": 0,
    "resnet-34-backbone": 1,
    "retinanet-resnet-34": 2,
    "ssd-resnet-34": 3,
    "resnet-50": 4,
    "ssd-mobilenet-v1": 5,
}
"""Colour of a reference network where the networks are the series, by its key."""


def network_colours(networks: Sequence[str]) -> dict[str, int]:
    """Return a colour for each network: its own, or one that is free for a new network."""
    known = {network: NETWORK[network] for network in networks if network in NETWORK}
    free = (colour for colour in range(PALETTE_SIZE) if colour not in known.values())
    return {network: known[network] if network in known else next(free) for network in networks}
