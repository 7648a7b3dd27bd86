"""Slices, and what TensorRT writes as slices."""

from __future__ import annotations

from tests.measure.planted.beds.resizing import MODERN_ON
from tests.measure.planted.beds.softmax import on_one
from tests.measure.planted.plants import Bed, Broken, On, Plant

_IN_FP16 = Broken("slice.precision", "slice", precision="int8", moves=False)


def _batch(change: str = "N -> another") -> Broken:
    return Broken("slice.batch", None, "not N", change, "8.4.1")


def _rank(value: list[int]) -> Broken:
    return Broken("slice.rank", value, 4, "-> 4", "8.4.1")


_LOW = Broken("gen.rank", moves=False)
SLICE = Bed(
    "slice",
    on_one,
    {"op": "Slice", "operands": ((1, 2), (3, 10), (2, 3))},
    MODERN_ON,
    (
        Plant({"operands": ((0, 1), (1, 5)), "opset": 10}),
        Plant({"operands": (), "starts": (1,), "ends": (5,), "axes": (1,), "opset": 9}),
        Plant({"operands": (), "starts": (0, 1), "ends": (9, 5), "opset": 1}),
        Plant({"operands": ((1,), (5,), (-1,), (1,)), "form": "node", "opset": 28}),
        Plant({"operands": ((1,), (2**62,), (-1,), (1,)), "form": "identity"}),
        Plant({"operands": ((0,), (9,), (0,)), "operand_kind": "int32"}),
        Plant(
            {"operands": ((1,), (3,), (0,)), "shape": (4, 8, 4, 4)},
            (_batch(),),
            {"operands": ((1,), (3,), (1,))},
        ),
        Plant(
            {
                "operands": (),
                "starts": (0, 1),
                "ends": (-1, 5),
                "axes": None,
                "opset": 9,
                "shape": (4, 8, 4, 4),
            },
            (_batch(),),
            {"ends": (4, 5)},
        ),
        Plant(
            {"operands": ((-2,), (9,), (-4,)), "shape": (4, 8, 4, 4), "form": "cast"},
            (_batch(),),
            {"operands": ((-2,), (9,), (-3,))},
        ),
        Plant(
            {"operands": ((0,), (9,), (2,), (2,))},
            (Broken("slice.stride", 2, 1, "2 -> 1", "8.4.1"),),
            {"operands": ((0,), (9,), (2,), (1,))},
        ),
        Plant(
            {"operands": ((-1,), (-9,), (3,), (-1,)), "form": "node"},
            (Broken("slice.stride", -1, 1, "-1 -> 1", "8.4.1"),),
            {"operands": ((0,), (9,), (3,), (1,))},
        ),
        Plant(
            {"form": "fed"},
            (
                Broken("slice.const", "computed", ["constant"], "computed -> constant", "8.4.1"),
                Broken("gen.dynamic"),
            ),
            {"form": "initializer"},
        ),
        Plant(
            {"operands": ((1,), (3,), (1,)), "shape": (1, 8, 4)},
            (_rank([3, 3]), _LOW),
            {"shape": (1, 8, 4, 1)},
        ),
        Plant(
            {"operands": ((1,), (3,), (4,)), "shape": (1, 2, 3, 4, 5)},
            (_rank([5, 5]),),
            {"operands": ((1,), (3,), (3,)), "shape": (1, 6, 4, 5)},
        ),
        Plant(
            {"operands": ((0,), (4,), (3,)), "shape": (1, 8, 4, 8193)},
            (
                Broken("slice.dims", None, "1 to 8192", "8193 -> 8192", "8.4.1"),
                Broken("gen.dims", None, "1 to 8192", "8193 -> 8192"),
            ),
            {"shape": (1, 8, 4, 8192)},
        ),
        Plant(
            {
                "operands": ((1, 0), (3, 9), (0, 2), (1, 3)),
                "shape": (9000, 9000, 40),
                "kind": "int64",
            },
            (
                _rank([3, 3]),
                _LOW,
                Broken("slice.stride", [1, 3], since="8.4.1"),
                Broken("slice.dims", since="8.4.1"),
                Broken("gen.dims"),
                Broken("gen.precision"),
            ),
            {
                "operands": ((1, 0), (3, 9), (1, 2), (1, 1)),
                "shape": (1, 8, 40, 1),
                "kind": "float16",
            },
        ),
    ),
    (_IN_FP16,),
    alone=True,
)
SPLIT = Bed(
    "split",
    on_one,
    {"op": "Split", "axis": 1, "outputs": 2, "operands": ((3, 5),)},
    MODERN_ON,
    (
        Plant({"operands": (), "split": (3, 5), "opset": 11}),
        Plant({"operands": (), "opset": 2}),
        Plant({"operands": (), "num_outputs": 2, "opset": 18}),
        Plant({"axis": -1, "operands": ((8, 8),), "form": "node"}),
        Plant(
            {"axis": 0, "shape": (8, 3, 4, 4)},
            (_batch(),),
            {"axis": 1, "shape": (1, 8, 4, 4)},
        ),
        Plant(
            {"axis": None, "shape": (8, 3, 4, 4), "operands": (), "opset": 9},
            (_batch(),),
            {"axis": 2},
        ),
        Plant(
            {"form": "fed"},
            (Broken("slice.const", "computed", ["constant"], "", "8.4.1"),),
            {"form": "identity"},
        ),
        Plant(
            {"shape": (1, 8), "axis": -1},
            (_rank([2, 2, 2]), _LOW),
            {"shape": (1, 8, 1, 1), "axis": 1},
        ),
        Plant(
            {"shape": (8, 9000, 3), "axis": 0, "kind": "float64"},
            (
                _rank([3, 3, 3]),
                _LOW,
                Broken("slice.dims"),
                Broken("gen.dims"),
                Broken("gen.precision"),
            ),
            {"shape": (1, 8, 3, 1), "axis": 1, "kind": "float32"},
        ),
    ),
    (_IN_FP16,),
    alone=True,
)
SLICE_OLD = Bed(
    "slice before it existed",
    on_one,
    {"op": "Slice", "operands": ((1,), (3,), (1,))},
    (On("xavier", "7.1.3"), On("orin", "8.4.0"), On("xavier", "8.2.1", "int8")),
    (
        Plant(
            {
                "op": "Split",
                "axis": 0,
                "operands": (),
                "outputs": 2,
                "shape": (2, 3, 4, 4),
                "opset": 11,
            }
        ),
    ),
    (Broken("gen.layer", "Slice"),),
)
PAD = Bed(
    "padding",
    on_one,
    {"op": "Pad", "operands": ((0, 0, 1, 1, 0, 0, 1, 1),)},
    (*MODERN_ON, On("orin", "10.7.0")),
    (
        Plant({"opset": 2, "operands": (), "pads": (0, 0, 1, 1, 0, 0, 1, 1)}),
        Plant({"opset": 28, "form": "node"}),
        Plant(
            {"opset": 2, "operands": (), "pads": (0, 0, 1, 1, 0, 0, 1, 1), "value": 1.5},
            (Broken("slice.fill", 1.5, 0, "1.5 -> 0", since="10.7.0"),),
            {"value": 0.0},
        ),
    ),
    (
        Broken("gen.operator"),
        Broken("slice.mode.old", "fill", ["strict_bounds"]).during("8.4.1", "10.6"),
    ),
    alone=True,
)
EDGES = Bed(
    "padding by the edge",
    on_one,
    {"op": "Pad", "operands": ((0, 0, 1, 1, 0, 0, 1, 1),), "mode": "edge"},
    (*MODERN_ON, On("orin", "10.7.0")),
    (),
    (
        Broken("gen.operator"),
        Broken("slice.mode.old", "clamp", ["strict_bounds"]).during("8.4.1", "10.6"),
        Broken("slice.mode", "clamp", ["strict_bounds", "wrap", "fill"], "", "10.7.0"),
    ),
)
TILE = Bed(
    "tiling",
    on_one,
    {"op": "Tile", "operands": ((1, 1, 2, 2),)},
    (*MODERN_ON, On("orin", "10.7.0")),
    (
        Plant(
            {"shape": (1, 8, 2), "operands": ((1, 1, 2),)},
            (_rank([3, 3]), _LOW),
            {"shape": (1, 8, 2, 2), "operands": ((1, 1, 2, 2),)},
        ),
    ),
    (
        Broken("gen.operator"),
        Broken("slice.mode.old", "wrap", ["strict_bounds"]).during("8.4.1", "10.6"),
    ),
    alone=True,
)
EXPAND = Bed(
    "expanding",
    on_one,
    {"op": "Expand", "operands": ((1, 8, 16, 16),), "shape": (1, 1, 16, 16)},
    MODERN_ON,
    (),
    (Broken("gen.operator"),),
)

BEDS = (SLICE, SPLIT, SLICE_OLD, PAD, EDGES, TILE, EXPAND)
