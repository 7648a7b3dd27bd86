"""SSD with MobileNet v1, as TensorFlow's detection models have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure.networks.builder import INPUT, RELU6

if TYPE_CHECKING:
    from measure.networks.builder import Builder, Network, Pads

BLOCKS = (
    (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1),
    (512, 1), (512, 1), (1024, 2), (1024, 1),
)  # fmt: skip
"""Output channels and stride of each pair of a depthwise and a pointwise convolution."""

TAPPED = (10, 12)
"""Blocks, counted from zero, whose maps a head reads."""

EXTRAS = ((256, 512), (128, 256), (128, 256), (64, 128))
"""Channels of the 1x1 and of the 3x3 convolution behind the backbone."""

ANCHORS = (3, 6, 6, 6, 6, 6)
"""Boxes at each place of each map."""

CLASSES = 91
"""COCO's numbers of categories, with the one for the background."""

COORDINATES = 4


def build_ssd_mobilenet(builder: Builder) -> Network:
    """Return the network behind the normalisation, up to one merged head for each map."""
    made = _same(builder, "conv0", INPUT, 32, 3, 2, gain=1 / builder.rms[INPUT])
    maps = []
    for index, (channels, stride) in enumerate(BLOCKS):
        name = f"conv{index + 1}"
        depth = builder.shape(made)[1]
        made = _same(builder, f"{name}.depthwise", made, depth, 3, stride, groups=depth)
        made = builder.convolution(f"{name}.pointwise", made, channels, activation=RELU6)
        if index in TAPPED:
            maps.append(made)
    for index, (inner, outer) in enumerate(EXTRAS):
        made = builder.convolution(f"extra{index}.conv1", made, inner, activation=RELU6)
        made = _same(builder, f"extra{index}.conv2", made, outer, 3, 2)
        maps.append(made)
    heads = [
        builder.convolution(f"head{index}", made, anchors * (COORDINATES + CLASSES), activation="")
        for index, (made, anchors) in enumerate(zip(maps, ANCHORS))
    ]
    return builder.network(heads)


def _same(
    builder: Builder,
    name: str,
    source: str,
    channels: int,
    kernel: int,
    stride: int,
    *,
    groups: int = 1,
    gain: float = 1.0,
) -> str:
    """Add a convolution that pads as TensorFlow does: what is odd goes to bottom and right."""
    sides = []
    for length in builder.shape(source)[2:]:
        places = -(-length // stride)
        total = max((places - 1) * stride + kernel - length, 0)
        sides.append((total // 2, total - total // 2))
    (top, bottom), (left, right) = sides
    pads: Pads = (top, left, bottom, right)
    return builder.convolution(
        name,
        source,
        channels,
        kernel,
        stride=stride,
        pads=pads,
        groups=groups,
        activation=RELU6,
        gain=gain,
    )
