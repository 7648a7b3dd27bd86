"""Reductions."""

from __future__ import annotations

from typing import Any

from tests.measure.planted.beds.softmax import on_one
from tests.measure.planted.plants import Bed, Broken, On, Plant

NEW = (On("orin", "10.3.0"), On("orin", "10.3.0", "int8"), On("orin", "8.6.12", "int8"))


def _reduced(rule: str, *details: Any) -> tuple[Broken, ...]:
    return (
        Broken(f"reduce.{rule}", *details).during("10.3.0").on_drive(False),
        Broken(f"reduce.{rule}.drive", *details).during("8.6.12").on_drive(True),
    )


def _operation(word: str) -> tuple[Broken, ...]:
    return (*_reduced("op", word, ["max"]), Broken("gen.operator"))


REDUCE = Bed(
    "reduction",
    on_one,
    {"op": "ReduceMax", "axes": (2, 3)},
    NEW,
    (
        Plant({"axes": (1,)}),
        Plant({"axes": (-1, -2, -3), "opset": 11}),
        Plant({"axes": None, "operands": ((1, 2),), "opset": 18}),
        Plant({"axes": None, "operands": ((3,),), "opset": 28, "form": "node"}),
        Plant({"op": "GlobalMaxPool", "axes": None}),
        Plant(
            {"axes": (0,)},
            _reduced("axes", "N", ["C", "H", "W"], "N -> C or H or W"),
            {"axes": (1,)},
        ),
        Plant({"axes": None}, _reduced("axes", ["N", "C", "H", "W"]), {"axes": (1, 2, 3)}),
        Plant(
            {"axes": None, "operands": ((0, -1),), "opset": 20, "form": "cast"},
            _reduced("axes", ["N", "W"], None, "N -> C or H or W"),
            {"operands": ((-1,),)},
        ),
        Plant({"op": "ReduceMean", "axes": (2, 3)}, _operation("avg"), {"op": "ReduceMax"}),
        Plant(
            {"op": "ReduceSum", "axes": (1,), "opset": 11},
            (*_reduced("op", "sum", ["max"]), Broken("gen.reconstruction")),
            {"op": "ReduceMax"},
        ),
        Plant({"op": "ReduceMin", "opset": 1}, _operation("min"), {"op": "ReduceMax"}),
        Plant({"op": "ReduceL2"}, _operation("l2"), {"op": "ReduceMax"}),
        Plant(
            {"op": "GlobalAveragePool", "axes": None},
            _operation("avg"),
            {"op": "GlobalMaxPool"},
        ),
        Plant(
            {"axes": (1, 2, 3), "keepdims": 0},
            (Broken("gen.rank", [4, 1], moves=False),),
            {"keepdims": 1},
        ),
        Plant(
            {"axes": None, "kind": "int32", "shape": (4097, 2, 1, 9000)},
            (
                *_reduced("axes"),
                Broken("gen.precision"),
                Broken("gen.dims"),
                Broken("gen.batch"),
            ),
            {"axes": (3,), "kind": "float32", "shape": (4096, 2, 1, 8192)},
        ),
    ),
    alone=True,
)
REDUCE_OLD = Bed(
    "reduction before it existed",
    on_one,
    {"op": "ReduceMax", "axes": (1,)},
    (On("xavier", "7.1.3"), On("orin", "8.6.2"), On("orin", "8.6.11")),
    (Plant({"op": "GlobalMaxPool", "axes": None}), Plant({"axes": (0,)})),
    (Broken("gen.layer", "Reduce"),),
)

BEDS = (REDUCE, REDUCE_OLD)
