"""Colours of the charts' series, one meaning each on every page: indices into the palette."""

from __future__ import annotations

GPU = 0
DLA = 1
DENSE = 1
SPARSE = 2
REFERENCE = 3
GPU_AND_DLA = 4
REPORTED = 5
CORRECTED = 6

POWER_MODE = {"maxn": 4, "50w": 5, "30w": 6, "15w": 7}
"""Colour of a power mode where the modes are the series, by its key."""

NETWORK = {
    "retinanet-resnext-50": 0,
    "resnet-34-backbone": 1,
    "retinanet-resnet-34": 2,
    "ssd-resnet-34": 3,
    "resnet-50": 4,
    "ssd-mobilenet-v1": 5,
}
"""Colour of a reference network where the networks are the series, by its key."""
