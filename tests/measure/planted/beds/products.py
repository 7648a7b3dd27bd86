"""Matrix products, which become convolutions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tests.measure.planted.beds.convolution import ALL, MUCH
from tests.measure.planted.building import ModelBuilder
from tests.measure.planted.plants import Bed, Broken, Plant

if TYPE_CHECKING:
    from onnx import ModelProto


def product(
    *,
    op: str = "Gemm",
    opset: int = 13,
    left: tuple[Any, ...] = (1, 64),
    right: tuple[int, ...] = (64, 32),
    form: str = "initializer",
    swapped: bool = False,
    kind: str = "float32",
    **attributes: Any,
) -> ModelProto:
    """Return a model of one matrix product; `swapped` puts the constant operand first."""
    build = ModelBuilder(opset)
    data = build.input("x", left, kind)
    operands = [data, build.operand(np.ones(right), kind, form)]
    build.plant(op, operands[::-1] if swapped else operands, name="y", **attributes)
    return build.build()


_COMPUTED = (
    Broken("conv.matmul_const", "computed", ["constant"], "computed -> constant"),
    Broken("gen.layer"),
)
PRODUCTS = Bed(
    "products",
    product,
    {},
    ALL,
    (
        *(Plant({"form": form}) for form in ("node", "cast", "identity", "listed", "quantized")),
        Plant({"transB": 1, "right": (32, 64)}),
        Plant({"transA": 1, "left": (64, 5)}),
        Plant({"op": "MatMul"}),
        Plant({"op": "MatMul", "left": (1, 7, 64)}),
        Plant({"op": "Gemm", "form": "fed"}, _COMPUTED, {"form": "initializer"}),
        Plant({"op": "MatMul", "form": "fed"}, _COMPUTED, {"form": "initializer"}),
        Plant(
            {"op": "MatMul", "left": (64, 5), "right": (3, 64), "swapped": True},
            _COMPUTED,
            {"left": (5, 64), "right": (64, 3), "swapped": False},
        ),
        Plant(
            {"left": (1, 8193), "right": (8193, 2)},
            (
                Broken("conv.inch", 8193, "1 to 8192", "8193 -> 8192", "7.1"),
                Broken("gen.dims", None, "1 to 8192", "W of x 8193 -> 8192", "7.1"),
            ),
            {"left": (1, 8192), "right": (8192, 2)},
        ),
        Plant(
            {"left": (1, 2), "right": (8193, 2), "transB": 1},
            (
                Broken("conv.outmaps", 8193, "1 to 8192", "8193 -> 8192", "7.1"),
                Broken("gen.dims", None, "1 to 8192", "W of y 8193 -> 8192", "7.1"),
            ),
            {"right": (8192, 2)},
        ),
        Plant(
            {"left": (4097, 64)},
            MUCH,
            {"left": (32, 64)},
        ),
        Plant(
            {"left": (64, 4097), "transA": 1},
            MUCH,
            {"left": (64, 32)},
        ),
        Plant({"left": (5000, 2), "transA": 1, "right": (5000, 3)}),
        Plant(
            {"left": (8193, 2), "transA": 1, "right": (8193, 3)},
            (
                Broken("conv.inch", 8193, "1 to 8192", "8193 -> 8192", "7.1"),
                Broken("gen.dims", None, "1 to 8192", "of x 8193 -> 8192", "7.1"),
            ),
            {"left": (8192, 2), "right": (8192, 3)},
        ),
    ),
    always=(Broken("gen.rank", moves=False),),
    alone=True,
)

IMAGES = Bed(
    "products on images",
    product,
    {"op": "MatMul", "left": (1, 3, 7, 64)},
    ALL,
    (
        Plant({"right": (1, 1, 64, 32)}),
        Plant(
            {"left": (1, 3, 8193, 64)},
            (Broken("gen.dims", None, "1 to 8192", "H of x 8193 -> 8192", "7.1"),),
            {"left": (1, 3, 8192, 64)},
        ),
    ),
)

BEDS = (PRODUCTS, IMAGES)
