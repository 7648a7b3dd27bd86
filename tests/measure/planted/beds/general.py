"""Operators and releases that leave no choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.measure.planted.beds.convolution import ALL, convolution
from tests.measure.planted.beds.softmax import on_one
from tests.measure.planted.building import ModelBuilder
from tests.measure.planted.plants import Bed, Broken, On, Plant

if TYPE_CHECKING:
    from onnx import ModelProto

PLUGIN = Bed(
    "operators of other domains",
    on_one,
    {"op": "Magic", "domain": "my.company"},
    ALL,
    (
        Plant(
            {"shape": ("N", 8, 4, 4), "kind": "float64"},
            (
                Broken("gen.dynamic", None, ["fixed"], "x (N) dynamic"),
                Broken("gen.precision"),
            ),
            {"shape": (1, 8, 4, 4), "kind": "float32"},
        ),
        Plant({"op": "Relu", "domain": "com.microsoft"}),
    ),
    (Broken("gen.plugin", "plugin", "not plugin"),),
    alone=True,
)
LAYERS = Bed(
    "layers that the DLA doesn't have",
    on_one,
    {"op": "InstanceNormalization", "operands": ((1.0,) * 8,) * 2, "operand_kind": "float32"},
    ALL,
    (
        Plant({"op": "Gather", "operands": ((0,),), "operand_kind": "int64", "axis": 2}),
        Plant({"op": "Einsum", "operands": (), "equation": "nchw->nchw"}),
        Plant({"op": "LayerNormalization", "operands": ((1.0,) * 16,)}),
        Plant({"op": "CumSum", "operands": (1,), "operand_kind": "int32"}),
        Plant({"op": "Cast", "operands": (), "to": 10}),
        Plant(
            {"op": "TopK", "operands": ((3,),), "operand_kind": "int64", "outputs": 2},
            (Broken("gen.precision"),),
            {"op": "Einsum", "operands": (), "equation": "nchw->nchw", "outputs": 1},
        ),
    ),
    (Broken("gen.layer"),),
    alone=True,
)
REWRITTEN = Bed(
    "operators that others stand for",
    on_one,
    {"op": "Neg"},
    (On("orin", "8.4.1"), On("orin", "10.3.0")),
    (),
    (
        Broken("gen.reconstruction", "reconstruction"),
        Broken("unary.abs", "neg", ["abs"]).during("8.4.0", "10.2"),
        Broken("unary.more", "neg").during("10.3.0"),
    ),
)


def joined(
    *, op: str = "And", kind: str = "bool", opset: int = 13, shape: tuple[Any, ...] = (1, 8, 4, 4)
) -> ModelProto:
    """Return a model of one operator that joins two truth values."""
    build = ModelBuilder(opset)
    build.plant(op, [build.input("x", shape, kind), build.input("y", shape, kind)], name="r")
    return build.build()


TRUTH = Bed(
    "truth values",
    joined,
    {},
    (
        On("xavier", "7.1.3"),
        On("orin", "8.5.2"),
        On("orin", "8.6.12", "int8"),
        On("orin", "10.3.0"),
    ),
    (Plant({"op": "Or"}),),
    (
        Broken("gen.reconstruction"),
        Broken("gen.precision", ["bool"] * 3, None, "x bool -> float16"),
        Broken("elt.type.base", None).during("7.1", "8.2.0"),
        Broken("elt.sub").during("8.2.1", "10.2").on_drive(False),
        Broken("elt.divpow.drive").during("8.6.12").on_drive(True),
    ),
)

ABSENT = Bed(
    "releases and modules without a DLA",
    convolution,
    {"kernel": (3, 33)},
    (
        On("orin", "10.16.2"),
        On("orin", "11.1", "int8"),
        On("orin", "11.4.0"),
        On("xavier", "11.4.1"),
        On("thor", "10.3.0"),
    ),
    (
        Plant({"kernel": (40, 40), "strides": (12, 12), "pads": (40, 1, 1, 1), "batch": "N"}),
        Plant({"op": "ConvTranspose", "group": 2, "kind": "float64"}),
    ),
    (Broken("gen.no_dla"),),
    alone=True,
)
TYPED = Bed(
    "strongly typed networks",
    convolution,
    {"kind": "float16", "size": (16, 16), "kernel": (3, 3)},
    (On("orin", "11.4.1"),),
    (
        Plant(
            {"kind": "float32"},
            (
                Broken(
                    "gen.precision.typed",
                    ["float32", "float32"],
                    ["float16", "int8"],
                    "x float32 -> float16 or int8",
                ),
            ),
            {"kind": "float16"},
        ),
        Plant(
            {"strides": (9, 1)},
            (Broken("conv.stride", [9, 1], "1 to 8", "height 9 -> 8"),),
            {"strides": (8, 1)},
        ),
    ),
)

BEDS = (PLUGIN, LAYERS, REWRITTEN, TRUTH, ABSENT, TYPED)
