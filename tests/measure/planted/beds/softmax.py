"""Softmax, and models of one node on one tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.measure.planted.beds.convolution import ALL
from tests.measure.planted.building import ModelBuilder
from tests.measure.planted.plants import Bed, Broken, On, Plant

if TYPE_CHECKING:
    from onnx import ModelProto


def on_one(
    *,
    op: str,
    opset: int = 17,
    shape: tuple[Any, ...] = (1, 8, 16, 16),
    kind: str = "float32",
    operands: tuple[Any, ...] = (),
    operand_kind: str = "int64",
    form: str = "initializer",
    **attributes: Any,
) -> ModelProto:
    """Return a model of one node on one tensor; `operands` are its further inputs."""
    build = ModelBuilder(opset)
    inputs = [build.input("x", shape, kind)]
    for values in operands:
        inputs.append("" if values is None else build.operand(values, operand_kind, form))
    build.plant(op, inputs, name="y", **attributes)
    return build.build()


SOFTMAX_ON = tuple(on for on in ALL if on.soc == "orin")
_SOFT_FP16 = (Broken("softmax.precision", "softmax", precision="int8", moves=False),)
_EARLY = (Broken("softmax.84ea.sizes", "approximate", ["accurate"], "", "8.4.0", "8.4.0"),)


def _length(kind: str, value: int, most: int) -> Broken:
    return Broken(f"softmax.{kind}", value, f"1 to {most}", f"{value} -> {most}", "8.4.1")


SOFTMAX = Bed(
    "softmax",
    on_one,
    {"op": "Softmax", "axis": 1, "shape": (1, 1000, 1, 1)},
    SOFTMAX_ON,
    (
        Plant({"shape": (1, 8192, 1, 1)}),
        Plant({"axis": -3, "opset": 28}),
        Plant({"axis": None, "shape": (1, 1, 1, 1000)}),
        Plant({"axis": None, "shape": (1, 10, 10, 10), "opset": 11}),
        Plant({"axis": 1, "shape": (1, 1024, 2, 2)}, _EARLY, {"shape": (1, 1024, 1, 1)}),
        Plant(
            {"axis": 1, "shape": (1, 1025, 1, 2)},
            (_length("approx", 1025, 1024), *_EARLY),
            {"shape": (1, 1024, 1, 1)},
        ),
        Plant(
            {"axis": 3, "shape": (1, 1, 1, 8193)},
            (
                _length("accurate", 8193, 8192),
                Broken("gen.dims", None, "1 to 8192", "W of x 8193 -> 8192"),
            ),
            {"shape": (1, 1, 1, 8192)},
        ),
        Plant(
            {"axis": 1, "shape": (1, 32, 32, 9), "opset": 9},
            (Broken("softmax.accurate", 9216, since="8.4.1"),),
            {"shape": (1, 32, 32, 8)},
        ),
        Plant(
            {"axis": 0, "shape": (3, 1, 1, 1)},
            (
                Broken("softmax.axis", "N", ["C", "H", "W"], "N -> C or H or W", "8.4.1"),
                Broken("softmax.84ea", [3, 3], 1, "3 -> 1", "8.4.0", "8.4.0"),
            ),
            {"axis": 1, "shape": (1, 1, 1, 1)},
        ),
        Plant(
            {"axis": 1, "shape": (2, 10, 1, 1)},
            (Broken("softmax.84ea", [2, 2], 1, "2 -> 1", "8.4.0", "8.4.0"),),
            {"shape": (1, 10, 1, 1)},
        ),
        Plant(
            {"axis": 0, "shape": (4097, 2, 2, 1), "kind": "float64"},
            (
                Broken("softmax.axis", "N", since="8.4.1"),
                Broken("softmax.84ea", since="8.4.0", until="8.4.0"),
                Broken("softmax.approx", 4097, since="8.4.1"),
                Broken("gen.batch", since="8.4.0"),
                Broken("gen.precision"),
                *_EARLY,
            ),
            {"axis": 1, "shape": (1, 2, 1, 1), "kind": "float32"},
        ),
    ),
    _SOFT_FP16,
    alone=True,
)
SOFTMAX_XAVIER = Bed(
    "softmax on Xavier",
    on_one,
    {"op": "Softmax", "axis": 1, "shape": (1, 1000, 1, 1)},
    (On("xavier", "8.4.0"), On("xavier", "8.4.1", "int8"), On("xavier", "8.5.2")),
    (Plant({"shape": (1, 2000, 3, 3)}),),
    (Broken("softmax.soc", "xavier", ["orin"], "", "8.4.0"),),
)
SOFTMAX_OLD = Bed(
    "softmax before it existed",
    on_one,
    {"op": "Softmax"},
    (On("xavier", "7.1.3"), On("xavier", "8.2.1", "int8")),
    (),
    (Broken("gen.layer", "SoftMax"),),
)


BEDS = (SOFTMAX, SOFTMAX_XAVIER, SOFTMAX_OLD)
