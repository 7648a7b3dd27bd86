"""Reshapes and transposes."""

from __future__ import annotations

from tests.measure.planted.beds.convolution import ALL
from tests.measure.planted.beds.softmax import on_one
from tests.measure.planted.plants import Bed, Broken, On, Plant

SHUFFLE_ON = tuple(on for on in ALL if on.tensorrt.startswith(("8.5", "8.6", "10")))
_BATCH = Broken("shuffle.batch", "changed", ["kept"], "changed -> kept", "8.5")


def _ranks(before: int, after: int) -> Broken:
    return Broken("shuffle.rank", [before, after], "at least 4", "-> 4", "8.5")


_LOW = Broken("gen.rank", moves=False)
TRANSPOSE = Bed(
    "transpose",
    on_one,
    {"op": "Transpose", "perm": (0, 2, 3, 1), "shape": (2, 8, 16, 16)},
    SHUFFLE_ON,
    (
        Plant({"perm": (0, 1, 2, 3)}),
        Plant({"perm": (1, 0, 2, 3)}, (_BATCH,), {"perm": (0, 1, 2, 3)}),
        Plant({"perm": None}, (_BATCH,), {"perm": (0, 3, 2, 1)}),
        Plant(
            {"perm": (0, 2, 1), "shape": (1, 8, 4)},
            (_ranks(3, 3), _LOW),
            {"perm": (0, 1, 3, 2), "shape": (1, 1, 8, 4)},
        ),
        Plant(
            {"perm": (1, 0), "shape": (8200, 9000), "kind": "int32"},
            (_ranks(2, 2), _BATCH, _LOW, Broken("gen.dims"), Broken("gen.precision")),
            {"perm": (0, 1, 2, 3), "shape": (1, 2, 2, 3), "kind": "float16"},
        ),
    ),
    alone=True,
)
RESHAPE = Bed(
    "reshape",
    on_one,
    {"op": "Reshape", "operands": ((1, 16, 16, 8),)},
    SHUFFLE_ON,
    (
        *(Plant({"form": form}) for form in ("node", "cast", "identity")),
        Plant({"operands": ((0, -1, 1, 1),)}),
        Plant({"operands": ((0, 4, 2, 16, 16),), "opset": 28}),
        Plant(
            {"operands": ((1, -1),)},
            (_ranks(4, 2), _LOW),
            {"operands": ((1, -1, 1, 1),)},
        ),
        Plant(
            {"operands": ((8, 1, 16, 16),)},
            (_BATCH,),
            {"operands": ((1, 8, 16, 16),)},
        ),
        Plant(
            {"op": "Flatten", "operands": ()},
            (_ranks(4, 2), _LOW, Broken("gen.operator")),
            {"op": "Reshape", "operands": ((1, -1, 1, 1),)},
        ),
        Plant(
            {"op": "Squeeze", "operands": ((2, 3),), "shape": (1, 8, 1, 1)},
            (_ranks(4, 2), _LOW, Broken("gen.operator")),
            {"op": "Reshape", "operands": ((1, 8, 1, 1),)},
        ),
        Plant(
            {"op": "Squeeze", "operands": (), "axes": (0,), "opset": 11},
            (_ranks(4, 3), _LOW, Broken("gen.operator")),
            {"op": "Reshape", "operands": ((1, 16, 16, 8),), "axes": None},
        ),
        Plant(
            {"op": "Unsqueeze", "operands": (), "axes": (0,), "opset": 9, "shape": (8, 4)},
            (_ranks(2, 3), _LOW, Broken("gen.operator")),
            {
                "op": "Reshape",
                "operands": ((1, 8, 4, 1),),
                "axes": None,
                "shape": (1, 1, 8, 4),
            },
        ),
    ),
    alone=True,
)
SHUFFLE_OLD = Bed(
    "reshape before it existed",
    on_one,
    {"op": "Reshape", "operands": ((1, 16, 16, 8),)},
    (On("xavier", "7.1.3"), On("xavier", "8.4.1")),
    (Plant({"op": "Transpose", "operands": (), "perm": (0, 2, 3, 1)}),),
    (Broken("gen.layer", "Shuffle"),),
)

BEDS = (TRANSPOSE, RESHAPE, SHUFFLE_OLD)
