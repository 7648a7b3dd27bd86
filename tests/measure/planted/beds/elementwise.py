"""Operations on two tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tests.measure.planted.beds.activation import UNPLACED, deep
from tests.measure.planted.beds.convolution import ALL, GENERAL
from tests.measure.planted.building import ModelBuilder
from tests.measure.planted.plants import Bed, Broken, On, Plant

if TYPE_CHECKING:
    from onnx import ModelProto


def operation(
    *,
    op: str = "Add",
    opset: int = 14,
    batch: Any = 1,
    size: tuple[int, ...] = (16, 16),
    kind: str = "float32",
    shapes: tuple[tuple[int, ...], ...] | None = None,
    fixed: tuple[int, ...] = (),
    form: str = "initializer",
    cast: str | None = None,
    **attributes: Any,
) -> ModelProto:
    """Return a model of one operation; `fixed` tells which operands are constants."""
    build = ModelBuilder(opset)
    operands = []
    for index, shape in enumerate(shapes or ((batch, 8, *size),) * 2):
        if index in fixed:
            operands.append(build.constant(np.full(shape, 2.0), kind, form))
        else:
            operands.append(build.input("xyz"[index], shape, kind))
    result = build.plant(op, operands, name="r", **attributes)
    if cast:
        build.add("Cast", [result], name="c", to=_TYPES[cast])
    return build.build()


_TYPES = {"float16": 10, "int8": 3, "float32": 1}
ADD = Bed(
    "sum",
    operation,
    {},
    ALL,
    (
        *GENERAL,
        *UNPLACED,
        deep("elt.2d"),
        *(Plant({"op": op}) for op in ("Mul", "Max", "Sum")),
        Plant({"op": "Sum", "shapes": ((1, 8, 4, 4),) * 3}),
        Plant({"fixed": (1,)}),
        Plant({"fixed": (0,), "form": "node"}),
        Plant({"shapes": ((1, 8, 4, 4), (8, 1, 1)), "fixed": (1,)}),
        Plant({"shapes": ((1, 8, 4, 4), ()), "fixed": (1,), "form": "identity"}),
    ),
)
MINIMUM = Bed(
    "minimum, on which documents disagree",
    operation,
    {"op": "Min"},
    ALL,
    (deep("elt.2d"),),
    sound="unknown",
)
SUB = Bed(
    "difference",
    operation,
    {"op": "Sub"},
    (*ALL, On("xavier", "8.2.0")),
    (deep("elt.2d"), Plant({"fixed": (0,)})),
    (
        Broken("elt.type.base", "sub", ["sum", "prod", "max", "min"]).during("7.1", "8.2.0"),
        Broken("gen.operator", until="8.2.0"),
    ),
)


def _operation(word: str) -> tuple[Broken, ...]:
    """Return what is wrong with an operation that DRIVE OS has had since one release only."""
    return (
        Broken("elt.type.base", word).during("7.1", "8.2.0"),
        Broken("elt.sub", word, since="8.2.1", until="10.2", drive=False),
        Broken("elt.sub.drive", word, since="8.2.1", until="8.6.11", drive=True),
        Broken("elt.divpow", word, "not div or pow", since="10.3.0", drive=False),
        Broken("gen.operator", until="10.2", drive=False),
        Broken("gen.operator", until="8.6.11", drive=True),
    )


DIV = Bed(
    "quotient",
    operation,
    {"op": "Div"},
    (*ALL, On("orin", "8.6.11")),
    (deep("elt.2d"), Plant({"fixed": (0,)}), Plant({"fixed": (1,), "form": "filled"})),
    _operation("div"),
)
POW = Bed(
    "power",
    operation,
    {"op": "Pow", "fixed": (1,)},
    (*ALL, On("orin", "8.6.10")),
    (
        deep("elt.2d"),
        Plant({"fixed": (0,)}),
        Plant(
            {"fixed": ()},
            (
                Broken("elt.pow_const", 0, 1, "0 -> 1", since="10.0", drive=False),
                Broken("elt.pow_const.drive", 0, 1, "0 -> 1", since="8.6.12", drive=True),
            ),
            {"fixed": (1,)},
        ),
    ),
    _operation("pow"),
)

BEDS = (ADD, MINIMUM, SUB, DIV, POW)
