"""ResNet-50 v1.5, and ResNet-34 as a backbone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

from measure.networks.builder import INPUT

if TYPE_CHECKING:
    from measure.networks.builder import Builder, Network

RESNET_50 = RESNEXT_50 = RESNET_34 = (3, 4, 6, 3)
"""Blocks of each of the four stages."""

CLASSES = 1001
"""ImageNet's, and one for the background, as MLPerf's model has them."""

BRANCH_GAIN = 0.5
"""What a block adds to its input; with one, activations would double their square in each."""


def build_resnet_50(builder: Builder) -> Network:
    """Return ResNet-50 from the image to the class scores."""
    features = bottlenecks(builder, stem(builder), RESNET_50)[-1]
    pooled = builder.average_pool("pool", features, builder.shape(features)[-1])
    return builder.network([builder.convolution("scores", pooled, CLASSES, activation="")])


def build_backbone_34(builder: Builder) -> Network:
    """Return ResNet-34 from the image to the maps of its last three stages."""
    return builder.network(basic_blocks(builder, stem(builder), RESNET_34)[1:])


def stem(builder: Builder) -> str:
    """Add what all ResNets start with."""
    gain = 1 / builder.rms[INPUT]
    first = builder.convolution("conv1", INPUT, 64, 7, stride=2, gain=gain)
    return builder.max_pool("maxpool", first, 3, 2, 1)


def bottlenecks(
    builder: Builder, source: str, blocks: Sequence[int], groups: int = 1, width: int = 64
) -> list[str]:
    """Add stages of blocks with a 3x3 convolution between two of 1x1; return their maps.

    The stride is at the 3x3 convolution: version 1.5.

    Parameters
    ----------
    width
        Channels of the 3x3 convolutions of the first stage, all groups together.
    """
    maps = []
    for stage, count in enumerate(blocks):
        inner, outer = width << stage, 256 << stage
        for block in range(count):
            name = f"layer{stage + 1}.{block}"
            stride = 2 if stage and not block else 1
            made = builder.convolution(f"{name}.conv1", source, inner)
            made = builder.convolution(
                f"{name}.conv2", made, inner, 3, stride=stride, groups=groups
            )
            made = builder.convolution(
                f"{name}.conv3", made, outer, activation="", gain=BRANCH_GAIN
            )
            source = _join(builder, name, made, source, outer, stride)
        maps.append(source)
    return maps


def basic_blocks(
    builder: Builder, source: str, blocks: Sequence[int], strides: Sequence[int] = (1, 2, 2, 2)
) -> list[str]:
    """Add stages of blocks with two 3x3 convolutions; return their maps."""
    maps = []
    for stage, count in enumerate(blocks):
        channels = 64 << stage
        for block in range(count):
            name = f"layer{stage + 1}.{block}"
            stride = 1 if block else strides[stage]
            made = builder.convolution(f"{name}.conv1", source, channels, 3, stride=stride)
            made = builder.convolution(
                f"{name}.conv2", made, channels, 3, activation="", gain=BRANCH_GAIN
            )
            source = _join(builder, name, made, source, channels, stride)
        maps.append(source)
    return maps


def _join(builder: Builder, name: str, made: str, source: str, channels: int, stride: int) -> str:
    """Add what a block made to its input, which a 1x1 convolution brings to the same shape."""
    if builder.shape(source) != builder.shape(made):
        source = builder.convolution(
            f"{name}.downsample", source, channels, stride=stride, activation="", gain=0.5**0.5
        )
    return builder.add(f"{name}.add", made, source, "Relu")
