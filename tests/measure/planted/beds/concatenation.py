"""Concatenations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tests.measure.planted.beds.convolution import ALL
from tests.measure.planted.building import ModelBuilder
from tests.measure.planted.plants import Bed, Broken, Plant

if TYPE_CHECKING:
    from onnx import ModelProto


def concatenation(
    *,
    opset: int = 13,
    axis: int = 1,
    shapes: tuple[tuple[Any, ...], ...] = ((1, 8, 4, 4), (1, 3, 4, 4)),
    fixed: tuple[int, ...] = (),
    kind: str = "float32",
) -> ModelProto:
    """Return a model of one concatenation; `fixed` tells which inputs are constants."""
    build = ModelBuilder(opset)
    parts = []
    for index, shape in enumerate(shapes):
        if index in fixed:
            parts.append(build.constant(np.ones(shape), kind))
        else:
            parts.append(build.input(f"x{index}", shape, kind))
    build.plant("Concat", parts, name="y", axis=axis)
    return build.build()


def _axis(letter: str) -> Broken:
    return Broken("concat.axis", letter, ["C"], f"{letter} -> C", "7.1")


CONCATENATION = Bed(
    "concatenation",
    concatenation,
    {},
    ALL,
    (
        Plant({"axis": -3, "opset": 28}),
        Plant({"axis": 1, "opset": 4}),
        Plant({"shapes": ((1, 8, 4, 4),) * 5}),
        Plant({"fixed": (1,)}),
        Plant({"axis": 2, "shapes": ((1, 8, 4, 4),) * 2}, (_axis("H"),), {"axis": 1}),
        Plant({"axis": -1, "shapes": ((1, 8, 4, 4),) * 2}, (_axis("W"),), {"axis": -3}),
        Plant({"axis": 0, "shapes": ((1, 8, 4, 4),) * 3}, (_axis("N"),), {"axis": 1}),
        Plant(
            {"shapes": ((1, 8, 4, 4),)},
            (Broken("concat.inputs", 1, "at least 2", "1 -> 2", "7.1"),),
            {"shapes": ((1, 8, 4, 4),) * 2},
        ),
        Plant(
            {"axis": 3, "shapes": ((1, 8, 4, 4), (1, 8, 4, 6))},
            (
                _axis("W"),
                Broken("concat.spatial", ["4x4", "4x6"], "all equal", "4x4", "8.4.0"),
            ),
            {"axis": 1, "shapes": ((1, 8, 4, 4), (1, 6, 4, 4))},
        ),
        Plant(
            {"axis": -2, "kind": "float64", "shapes": ((1, 9000, 4, 4), (1, 9000, 5, 4))},
            (
                _axis("H"),
                Broken("concat.spatial", None, None, "", "8.4.0"),
                Broken("gen.precision"),
                Broken("gen.dims", since="7.1"),
            ),
            {"axis": 1, "kind": "float32", "shapes": ((1, 4000, 4, 4), (1, 4000, 4, 4))},
        ),
        Plant(
            {"axis": 0, "shapes": ((8, 4, 4),) * 2},
            (Broken("gen.rank", [3, 3, 3], "at least 4", "3 -> 4", moves=False),),
            {"axis": 1, "shapes": ((1, 8, 4, 4),) * 2},
        ),
        Plant(
            {"axis": -1, "shapes": ((2, 3),) * 2},
            (_axis("W"), Broken("gen.rank", moves=False)),
            {"axis": 1, "shapes": ((1, 8, 4, 4),) * 2},
        ),
        Plant(
            {"axis": 1, "shapes": ((1, 2, 8, 4, 4),) * 2},
            (_axis("N"),),
            {"axis": 2},
        ),
    ),
    alone=True,
)


BEDS = (CONCATENATION,)
