"""Normalizations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tests.measure.planted.beds.convolution import ALL, GENERAL
from tests.measure.planted.beds.softmax import on_one
from tests.measure.planted.building import ModelBuilder
from tests.measure.planted.plants import Bed, Broken, Plant

if TYPE_CHECKING:
    from onnx import ModelProto

LRN = Bed(
    "local response normalization",
    on_one,
    {"op": "LRN", "size": 5},
    ALL,
    (
        *(Plant({"size": size}) for size in (3, 7, 9)),
        Plant(
            {"size": 4},
            (Broken("lrn.window", 4, ["3", "5", "7", "9"], "4 -> 3", "7.1"),),
            {"size": 3},
        ),
        Plant({"size": 1}, (Broken("lrn.window", 1, None, "1 -> 3", "7.1"),), {"size": 3}),
        Plant({"size": 11}, (Broken("lrn.window", 11, None, "11 -> 9", "7.1"),), {"size": 9}),
        Plant(
            {"shape": ("N", 8, 4, 9000), "kind": "float64"},
            (
                Broken("gen.dynamic", None, ["fixed"], "x (N) dynamic"),
                Broken("gen.precision"),
                Broken("gen.dims", since="7.1"),
            ),
            {"shape": (1, 8, 4, 4), "kind": "float32"},
        ),
    ),
    (Broken("lrn.int8_upgrade", "lrn", precision="int8", moves=False),),
)


def normalization(
    *,
    opset: int = 15,
    batch: Any = 1,
    size: tuple[int, ...] = (16, 16),
    kind: str = "float32",
    form: str = "initializer",
    outputs: int = 1,
    **attributes: Any,
) -> ModelProto:
    """Return a model of one batch normalization."""
    build = ModelBuilder(opset)
    data = build.input("x", (batch, 8, *size), kind)
    numbers = [build.operand(np.ones(8), kind, form) for _ in range(4)]
    build.plant("BatchNormalization", [data, *numbers], name="y", outputs=outputs, **attributes)
    return build.build("y")


NORMALIZATION = Bed(
    "batch normalization",
    normalization,
    {},
    ALL,
    (
        *GENERAL,
        Plant({"form": "node"}),
        Plant({"opset": 7, "form": "identity"}),
        Plant({"opset": 9, "epsilon": 1e-3}),
        Plant(
            {"size": (2, 3, 4), "batch": 2},
            (Broken("scale.2d", 3, "at most 2", "3 -> 2"),),
            {"size": (6, 4)},
        ),
        Plant(
            {"size": (3,), "batch": 3},
            (Broken("gen.rank", [3, 3], "at least 4", "3 -> 4", moves=False),),
            {"size": (1, 3)},
        ),
    ),
)

BEDS = (LRN, NORMALIZATION)
