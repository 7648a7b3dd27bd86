"""Convolutions, deconvolutions and products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tests.measure.planted.building import ModelBuilder
from tests.measure.planted.plants import Bed, Broken, On, Plant

if TYPE_CHECKING:
    from onnx import ModelProto

ALL = (
    On("xavier", "7.1.3"),
    On("xavier", "8.0.1"),
    On("xavier", "8.2.1", "int8"),
    On("orin", "8.4.0"),
    On("xavier", "8.4.1", "int8"),
    On("orin", "8.5.2", "int8"),
    On("orin", "8.6.2"),
    On("orin", "8.6.12", "int8"),
    On("orin", "10.3.0"),
    On("orin", "10.3.0", "int8"),
)


def convolution(
    *,
    op: str = "Conv",
    opset: int = 17,
    batch: Any = 1,
    channels: int = 16,
    maps: int = 8,
    size: tuple[Any, ...] = (64, 1200),
    kernel: tuple[int, ...] = (3, 32),
    kernel_attribute: bool = True,
    strides: tuple[int, ...] | None = None,
    pads: tuple[int, ...] | None = None,
    dilations: tuple[int, ...] | None = None,
    group: int | None = None,
    kind: str = "float32",
    form: str = "initializer",
    **attributes: Any,
) -> ModelProto:
    """Return a model of one convolution or deconvolution."""
    build = ModelBuilder(opset)
    data = build.input("x", (batch, channels, *size), kind)
    parts = group or 1
    ends = (maps, channels // parts) if op == "Conv" else (channels, maps // parts)
    weights = build.operand(np.ones((*ends, *kernel)), kind, form)
    build.plant(
        op,
        [data, weights],
        name="y",
        kernel_shape=kernel if kernel_attribute else None,
        strides=strides,
        pads=pads,
        dilations=dilations,
        group=group,
        **attributes,
    )
    return build.build()


MUCH = (
    Broken("gen.batch", None, "1 to 4096", "4097 -> 4096", "8.4.0"),
    Broken("gen.batch.legacy", None, "1 to 32", "4097 -> 32", "7.1", "7.2"),
)
GENERAL = (
    Plant({"batch": 4097}, MUCH, {"batch": 32}),
    Plant({"batch": 32}),
    Plant(
        {"batch": "N"},
        (Broken("gen.dynamic", None, ["fixed"], "x (N) dynamic"),),
        {"batch": 1},
    ),
    Plant(
        {"kind": "float64"},
        (Broken("gen.precision", None, ["float16", "float32", "int8"], "x float64"),),
        {"kind": "float16"},
    ),
    Plant({"kind": "float16"}),
)

CONVOLUTION = Bed(
    "convolution",
    convolution,
    {"dilations": (1, 2)},
    ALL,
    (
        *GENERAL,
        Plant(
            {"kernel": (3, 33)},
            (Broken("conv.kernel", [3, 33], "1 to 32", "width 33 -> 32", "7.1"),),
            {"kernel": (3, 32)},
        ),
        Plant({"kernel": (6, 32), "form": "node"}),
        Plant(
            {"strides": (9, 1)},
            (Broken("conv.stride", [9, 1], "1 to 8", "height 9 -> 8", "7.1"),),
            {"strides": (8, 1)},
        ),
        Plant({"strides": (8, 8), "form": "filled"}),
        Plant(
            {"strides": (17, 12)},
            (
                Broken(
                    "conv.stride",
                    [17, 12],
                    "1 to 8",
                    "height 17 -> 8",
                    "7.1",
                ),
            ),
            {"strides": (8, 8)},
        ),
        Plant(
            {"dilations": (1, 33)},
            (Broken("conv.dilation", [1, 33], "1 to 32", "width 33 -> 32", "7.1"),),
            {"dilations": (1, 32)},
        ),
        Plant(
            {"pads": (0, 32, 1, 0)},
            (
                Broken(
                    "conv.padding",
                    [0, 32, 1, 0],
                    "0 to 31",
                    "width begin 32 -> 31",
                    "7.1",
                ),
            ),
            {"pads": (0, 31, 1, 0)},
        ),
        Plant({"pads": (2, 31, 2, 31)}),
        Plant(
            {"pads": (2, 0, 3, 0)},
            (
                Broken(
                    "conv.pad_lt_kernel",
                    [2, 0, 3, 0],
                    None,
                    "height end 3 -> 2",
                    "8.4.0",
                ),
            ),
            {"pads": (2, 0, 2, 0)},
        ),
        Plant(
            {"size": (8193, 1200)},
            (Broken("gen.dims", None, "1 to 8192", "H of x 8193 -> 8192", "7.1"),),
            {"size": (8100, 1200)},
        ),
    ),
)

FORMS = Bed(
    "weights in every form",
    convolution,
    {"size": (32, 32), "kernel": (3, 3)},
    (On("orin", "10.3.0"), On("xavier", "7.1.3", "int8")),
    (
        *(
            Plant({"form": form})
            for form in ("node", "filled", "cast", "identity", "listed", "quantized")
        ),
        Plant({"opset": 9, "form": "listed"}),
        Plant({"opset": 1}),
        Plant({"opset": 28}),
        Plant({"kernel_attribute": False}),
        Plant({"group": 16, "maps": 16}),
        Plant({"group": 16, "maps": 32}),
        Plant({"auto_pad": "SAME_UPPER"}),
        Plant({"auto_pad": "SAME_LOWER", "strides": (2, 2)}),
        Plant({"auto_pad": "VALID"}),
        Plant(
            {"kernel_attribute": False, "form": "identity", "kernel": (33, 1), "size": (40, 32)},
            (Broken("conv.kernel", [33, 1], "1 to 32", "height 33 -> 32", "7.1"),),
            {"kernel": (32, 1), "pads": (1, 0, 0, 0)},
        ),
        Plant(
            {"strides": (9, 9), "auto_pad": "VALID", "opset": 11},
            (Broken("conv.stride", [9, 9], "1 to 8", "height 9 -> 8", "7.1"),),
            {"strides": (8, 8)},
        ),
        Plant(
            {"size": (32,), "kernel": (3,)},
            (Broken("gen.rank", [3, 3], "at least 4", "x 3 -> 4", moves=False),),
            {"size": (1, 32), "kernel": (1, 3)},
        ),
        Plant(
            {"size": (8, 8, 8), "kernel": (3, 3, 3)},
            (Broken("conv.2d", 3, "at most 2", "3 -> 2"),),
            {"size": (8, 8), "kernel": (3, 3)},
        ),
        Plant(
            {"size": (40, 8, 8), "kernel": (33, 3, 3), "pads": (0, 0, 0, 0, 0, 0)},
            (
                Broken("conv.2d", 3, "at most 2", "3 -> 2"),
                Broken("conv.kernel", [33, 3, 3], "1 to 32", "depth 33 -> 32", "7.1"),
            ),
            {"size": (8, 8), "kernel": (3, 3), "pads": (0, 0, 0, 0)},
        ),
    ),
    alone=True,
)

SAME = Bed(
    "padding that the size asks for",
    convolution,
    {"auto_pad": "SAME_UPPER", "size": (128, 128), "kernel": (3, 32), "dilations": (1, 2)},
    (On("orin", "10.3.0"), On("orin", "8.4.0"), On("xavier", "7.1.3")),
    (
        Plant(
            {"dilations": (1, 3)},
            (
                Broken(
                    "conv.padding",
                    [1, 46, 1, 47],
                    "0 to 31",
                    "width begin 46 -> 31",
                    "7.1",
                ),
            ),
            {"dilations": (1, 2)},
        ),
        Plant(
            {"auto_pad": "SAME_LOWER", "dilations": (1, 3)},
            (Broken("conv.padding", [1, 47, 1, 46], "0 to 31", "width begin 47", "7.1"),),
            {"dilations": (1, 2)},
        ),
        Plant({"auto_pad": "VALID", "dilations": (1, 4)}),
        Plant({"strides": (1, 8), "dilations": (1, 2)}),
    ),
    alone=True,
)


LEGACY = Bed(
    "batch of old releases",
    convolution,
    {"size": (4, 4), "kernel": (3, 3)},
    (On("xavier", "7.1.3"), On("xavier", "7.2.1"), On("xavier", "8.0.1")),
    (
        Plant({"batch": 32}),
        Plant(
            {"batch": 33},
            (
                Broken(
                    "gen.batch.legacy",
                    [33, 33],
                    "1 to 32",
                    "x 33 -> 32",
                    "7.1",
                    "7.2",
                ),
            ),
            {"batch": 32},
        ),
    ),
)

BEDS = (CONVOLUTION, FORMS, SAME, LEGACY)
