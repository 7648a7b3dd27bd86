"""SSD with ResNet-34 for images of 1200x1200, as MLPerf Inference has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.networks.resnet import RESNET_34, basic_blocks, stem

if TYPE_CHECKING:
    from measure.networks.builder import Builder, Network

STRIDES = (1, 2, 1)
"""Of the three stages that are used: the third keeps its size."""

EXTRAS = ((256, 512, 2, 1), (256, 512, 2, 1), (128, 256, 2, 1), (128, 256, 2, 0), (128, 256, 1, 0))
"""Channels of the 1x1 and of the 3x3 convolution, and stride and padding of the latter."""

ANCHORS = (4, 6, 6, 6, 4, 4)
"""Boxes at each place of each map."""

CLASSES = 81
"""COCO's categories and the background."""

COORDINATES = 4

HEAD_STRIDE = 3
"""Only every third place of a map has boxes."""


def build_ssd_resnet_34(builder: Builder) -> Network:
    """Return the network from the image to one merged head for each map."""
    made = basic_blocks(builder, stem(builder), RESNET_34[:3], STRIDES)[-1]
    maps = [made]
    for index, (inner, outer, stride, padding) in enumerate(EXTRAS):
        made = builder.convolution(f"extra{index}.conv1", made, inner)
        made = builder.convolution(
            f"extra{index}.conv2", made, outer, 3, stride=stride, pads=padding
        )
        maps.append(made)
    heads = [
        builder.convolution(
            f"head{index}",
            made,
            anchors * (COORDINATES + CLASSES),
            3,
            stride=HEAD_STRIDE,
            activation="",
        )
        for index, (made, anchors) in enumerate(zip(maps, ANCHORS))
    ]
    return builder.network(heads)
