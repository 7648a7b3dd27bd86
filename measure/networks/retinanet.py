"""RetinaNet with a feature pyramid on ResNeXt-50 and on ResNet-34."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

from measure.networks.resnet import RESNET_34, RESNEXT_50, basic_blocks, bottlenecks, stem

if TYPE_CHECKING:
    from measure.networks.builder import Builder, Network

GROUPS, WIDTH = 32, 128
"""Of the 3x3 convolutions of ResNeXt-50 32x4d: groups, and channels in the first stage."""

CHANNELS = 256
"""Of every level of the pyramid."""

OPEN_IMAGES_CLASSES = 264
WAYMO_CLASSES = 3

ANCHORS = 9
"""Boxes at each place of each level."""

COORDINATES = 4

HEAD_DEPTH = 4
"""3x3 convolutions of a head before the one that says classes or boxes."""

PATH_GAIN = 0.5
"""Of what the pyramid adds up, so that its levels stay of one size."""


def build_retinanet_resnext_50(builder: Builder) -> Network:
    """Return RetinaNet for OpenImages: the two coarsest levels come from the pyramid."""
    maps = bottlenecks(builder, stem(builder), RESNEXT_50, GROUPS, WIDTH)[1:]
    levels = _pyramid(builder, maps)
    levels.append(_coarser(builder, "pyramid.6", levels[-1]))
    levels.append(_coarser(builder, "pyramid.7", builder.relu("pyramid.6.relu", levels[-1])))
    return builder.network(_heads(builder, levels, OPEN_IMAGES_CLASSES))


def build_retinanet_34(builder: Builder) -> Network:
    """Return RetinaNet for Waymo: the two coarsest levels come from the backbone."""
    maps = basic_blocks(builder, stem(builder), RESNET_34)[1:]
    levels = _pyramid(builder, maps)
    levels.append(_coarser(builder, "pyramid.6", maps[-1]))
    levels.append(_coarser(builder, "pyramid.7", builder.relu("pyramid.6.relu", levels[-1])))
    return builder.network(_heads(builder, levels, WAYMO_CLASSES))


def _pyramid(builder: Builder, maps: Sequence[str]) -> list[str]:
    """Add the levels 3, 4 and 5: each map, and what the coarser one knows of it."""
    path = ""
    levels: list[str] = []
    for level, source in reversed(list(enumerate(maps, start=3))):
        lateral = builder.convolution(
            f"lateral.{level}", source, CHANNELS, activation="", gain=PATH_GAIN
        )
        if path:
            upper = builder.upsample(f"upsample.{level + 1}", path)
            lateral = builder.add(f"merge.{level}", lateral, upper)
        path = lateral
        smooth = builder.convolution(
            f"pyramid.{level}", path, CHANNELS, 3, activation="", gain=PATH_GAIN
        )
        levels.insert(0, smooth)
    return levels


def _coarser(builder: Builder, name: str, source: str) -> str:
    """Add a level of half the width and height."""
    return builder.convolution(
        name, source, CHANNELS, 3, stride=2, activation="", gain=PATH_GAIN**0.5
    )


def _heads(builder: Builder, levels: Sequence[str], classes: int) -> list[str]:
    """Add the heads for classes and boxes; all levels share the weights of a head."""
    outputs = []
    for head, values in (("classes", classes), ("boxes", COORDINATES)):
        for level, source in enumerate(levels, start=3):
            made = source
            for depth in range(HEAD_DEPTH):
                made = _shared(builder, head, str(depth), level, made, CHANNELS)
            made = _shared(builder, head, "last", level, made, ANCHORS * values, activation="")
            outputs.append(made)
    return outputs


def _shared(
    builder: Builder,
    head: str,
    part: str,
    level: int,
    source: str,
    channels: int,
    activation: str = "Relu",
) -> str:
    """Add a convolution of a head; its weights are those of the finest level."""
    first = f"{head}.{part}.3"
    return builder.convolution(
        f"{head}.{part}.{level}",
        source,
        channels,
        3,
        activation=activation,
        weights_of="" if level == 3 else first,
    )
