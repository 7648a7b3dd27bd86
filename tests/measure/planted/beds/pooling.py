"""Poolings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.measure.planted.beds.convolution import ALL, GENERAL
from tests.measure.planted.building import ModelBuilder
from tests.measure.planted.plants import Bed, Broken, On, Plant

if TYPE_CHECKING:
    from onnx import ModelProto


def pooling(
    *,
    op: str = "MaxPool",
    opset: int = 13,
    batch: Any = 1,
    size: tuple[int, ...] = (64, 64),
    window: tuple[int, ...] = (8, 3),
    strides: tuple[int, ...] | None = None,
    pads: tuple[int, ...] | None = None,
    kind: str = "float32",
    **attributes: Any,
) -> ModelProto:
    """Return a model of one pooling."""
    build = ModelBuilder(opset)
    data = build.input("x", (batch, 16, *size), kind)
    build.plant(op, [data], name="y", kernel_shape=window, strides=strides, pads=pads, **attributes)
    return build.build()


_GEOMETRY = (
    Plant(
        {"window": (8, 9)},
        (Broken("pool.window", [8, 9], "1 to 8", "width 9 -> 8", "7.1"),),
        {"window": (8, 8)},
    ),
    Plant({"window": (8, 8)}),
    Plant(
        {"strides": (17, 1)},
        (Broken("pool.stride", [17, 1], "1 to 16", "height 17 -> 16", "7.1"),),
        {"strides": (16, 1)},
    ),
    Plant({"strides": (16, 16)}),
    Plant(
        {"size": (8200, 16)},
        (Broken("gen.dims", None, "1 to 8192", "H of x 8200 -> 8192", "7.1"),),
        {"size": (8100, 16)},
    ),
)
_PAD = Plant(
    {"pads": (8, 0, 0, 0)},
    (Broken("pool.padding", [8, 0, 0, 0], "0 to 7", "height begin 8 -> 7", "7.1"),),
    {"pads": (7, 0, 0, 0)},
)

MAXIMUM = Bed(
    "maximum pooling",
    pooling,
    {"window": (8, 4)},
    ALL,
    (*GENERAL, *_GEOMETRY, _PAD, Plant({"opset": 1}), Plant({"opset": 22})),
)
AVERAGE = Bed(
    "average that counts padding",
    pooling,
    {"op": "AveragePool", "count_include_pad": 1},
    ALL,
    (*GENERAL, *_GEOMETRY, _PAD),
)
_EXCLUSIVE = (
    Broken("pool.inclusive.old", "exclusive", ["inclusive"], "-> inclusive", "7.1", "8.2"),
    Broken("pool.inclusive", "exclusive", ["inclusive"], "-> inclusive", "8.4.1", "9.3", "xavier"),
)
EXCLUSIVE = Bed(
    "average that leaves padding out",
    pooling,
    {"op": "AveragePool"},
    (*ALL, On("xavier", "8.5.2")),
    (
        Plant({"pads": (0, 0, 0, 1)}, _EXCLUSIVE, {"count_include_pad": 1}),
        Plant({"pads": (1, 0, 0, 0), "opset": 7}, _EXCLUSIVE, {"pads": (0, 0, 0, 0)}),
        Plant({"auto_pad": "SAME_UPPER"}, _EXCLUSIVE, {"auto_pad": "VALID"}),
        Plant({"auto_pad": "VALID"}),
        Plant({"pads": (0, 0, 0, 0), "opset": 1}),
        Plant({"auto_pad": "SAME_LOWER", "size": (3, 1), "window": (1, 1)}),
    ),
    alone=True,
)
OTHER = Bed(
    "other poolings",
    pooling,
    {},
    ALL,
    (
        Plant(
            {"op": "LpPool", "p": 2},
            (
                Broken("pool.type", "lp", ["max", "average"], "lp -> max or average"),
                Broken("gen.operator"),
            ),
            {"op": "MaxPool", "p": None},
        ),
        Plant(
            {"size": (16, 16, 16), "window": (3, 3, 9)},
            (
                Broken("pool.2d", 3, "at most 2", "3 -> 2"),
                Broken("pool.window", [3, 3, 9], "1 to 8", "width 9 -> 8", "7.1"),
            ),
            {"size": (16, 16), "window": (3, 8)},
        ),
        Plant(
            {"size": (16,), "window": (3,)},
            (Broken("gen.rank", [3, 3], "at least 4", "3 -> 4", moves=False),),
            {"size": (16, 1), "window": (3, 1)},
        ),
        Plant(
            {"size": (20, 20), "window": (17, 17), "auto_pad": "SAME_UPPER"},
            (
                Broken("pool.window", [17, 17], "1 to 8", "height 17 -> 8", "7.1"),
                Broken("pool.padding", [8, 8, 8, 8], "0 to 7", "width end 8 -> 7", "7.1"),
            ),
            {"window": (8, 8)},
        ),
    ),
    alone=True,
)

BEDS = (MAXIMUM, AVERAGE, EXCLUSIVE, OTHER)
