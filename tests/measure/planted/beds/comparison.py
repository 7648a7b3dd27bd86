"""Comparisons."""

from __future__ import annotations

from typing import Any

from tests.measure.planted.beds.convolution import ALL
from tests.measure.planted.beds.elementwise import operation
from tests.measure.planted.plants import Bed, Broken, On, Plant

_CAST = ["float16", "int8"]


def _both(rule: str, *details: Any) -> tuple[Broken, ...]:
    """Return a rule under its names for Jetson and for DRIVE OS."""
    return (
        Broken(rule, *details).during("10.3.0").on_drive(False),
        Broken(f"{rule}.drive", *details).during("8.6.12").on_drive(True),
    )


_CMP_PLANTS = (
    Plant({"cast": "int8"}),
    Plant({"op": "Less", "kind": "float16"}),
    Plant({"op": "Equal", "opset": 11}),
    Plant({"fixed": (1,)}),
    Plant({"shapes": ((2, 8, 4, 4), (2, 8, 1, 1))}),
    Plant({"shapes": ((2, 8, 4, 4), (2, 1, 1, 1))}),
    Plant(
        {"cast": None},
        _both("cmp.cast", "none", _CAST, "none -> float16 or int8"),
        {"cast": "float16"},
    ),
    Plant(
        {"cast": "float32"},
        _both("cmp.cast", "float32", _CAST, "float32 -> float16 or int8"),
        {"cast": "int8"},
    ),
    Plant(
        {"shapes": ((2, 8, 4, 4), (8, 1, 1)), "cast": None},
        (
            *_both("cmp.cast", "none"),
            *_both(
                "cmp.broadcast",
                ["NCHW", "1C11"],
                ["NCHW", "NC11", "N111"],
                "of input 1 1C11 -> NCHW or NC11 or N111",
            ),
            Broken("gen.rank", moves=False),
        ),
        {"shapes": ((2, 8, 4, 4), (2, 8, 1, 1)), "cast": "int8"},
    ),
    Plant(
        {"kind": "int64", "cast": None, "op": "Less"},
        (
            *_both("cmp.cast", "none"),
            Broken("gen.precision", ["int64", "int64"], None, "x int64 -> float16"),
        ),
        {"kind": "float16", "cast": "float16"},
    ),
)
COMPARISON = Bed(
    "comparison",
    operation,
    {"op": "Greater", "cast": "float16"},
    (On("orin", "8.6.12", "int8"),),
    _CMP_PLANTS,
    alone=True,
)
COMPARISON_DISPUTED = Bed(
    "comparison on Jetson",
    operation,
    {"op": "Greater", "cast": "float16"},
    (On("orin", "10.3.0", "int8"),),
    _CMP_PLANTS,
    sound="unknown",
    alone=True,
)
COMPARISON_FP16 = Bed(
    "comparison in half precision",
    operation,
    {"op": "Less", "cast": "float16"},
    (On("orin", "8.6.12"), On("orin", "10.3.0")),
    (
        Plant(
            {"cast": None},
            _both("cmp.cast", "none", _CAST, "none -> float16 or int8"),
            {"cast": "int8"},
        ),
    ),
    _both("cmp.precision", "fp16", ["int8"]),
    alone=True,
)
COMPARISON_OLD = Bed(
    "comparison before it existed",
    operation,
    {"op": "Equal", "cast": "float16"},
    tuple(on for on in ALL if not on.tensorrt.startswith(("10", "8.6.12"))),
    (
        Plant({"op": "Less", "cast": None}),
        Plant({"op": "Greater", "kind": "int32"}, (Broken("gen.precision"),), {"kind": "float32"}),
    ),
    (Broken("gen.layer", "ElementWise"),),
)
OR_EQUAL = Bed(
    "or-equal comparison",
    operation,
    {"op": "GreaterOrEqual", "opset": 16, "cast": "int8"},
    (On("orin", "8.6.12", "int8"), On("orin", "10.3.0", "int8")),
    (Plant({"op": "LessOrEqual"}),),
    (
        *_both("cmp.type", None, ["equal", "greater", "less"]),
        Broken("gen.operator"),
    ),
)

BEDS = (
    COMPARISON,
    COMPARISON_DISPUTED,
    COMPARISON_FP16,
    COMPARISON_OLD,
    OR_EQUAL,
)
