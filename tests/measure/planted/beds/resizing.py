"""Resizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.measure.planted.beds.convolution import ALL
from tests.measure.planted.building import ModelBuilder
from tests.measure.planted.plants import Bed, Broken, On, Plant

if TYPE_CHECKING:
    from onnx import ModelProto

ON = tuple(on for on in ALL if on.tensorrt not in ("7.1.3", "8.0.1"))
LINEAR_ON = tuple(on for on in ON if on.tensorrt != "8.2.1")
MODERN_ON = tuple(on for on in LINEAR_ON if on.tensorrt != "8.4.0")
ASYMMETRIC = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}


def resize(
    *,
    opset: int = 13,
    op: str = "Resize",
    shape: tuple[Any, ...] = (1, 8, 16, 16),
    scales: tuple[float, ...] | None = (1, 1, 2, 2),
    sizes: tuple[int, ...] | None = None,
    kind: str = "float32",
    form: str = "initializer",
    empty: bool = True,
    **attributes: Any,
) -> ModelProto:
    """Return a model of one resize; `empty` writes unused operands as empty tensors."""
    build = ModelBuilder(opset)
    data = build.input("x", shape, kind)
    if op == "Upsample" and opset < 9:
        attributes["scales"] = [float(scale) for scale in scales or ()]
        inputs = [data]
    elif op == "Upsample" or opset < 11:
        inputs = [data, build.operand(scales or (), "float32", form)]
    else:
        unused = build.constant([]) if empty else ""
        region = build.constant([]) if empty or opset < 13 else ""
        factors = unused if scales is None else build.operand(scales, "float32", form)
        inputs = [data, region, factors]
        if sizes is not None:
            inputs.append(build.operand(sizes, "int64", form))
    build.plant(op, inputs, name="y", **attributes)
    return build.build()


def _mode(value: str, change: str) -> tuple[Broken, ...]:
    return (
        Broken("resize.mode.old", value, ["asymmetric+formula+floor"], change, "8.2", "8.2"),
        Broken("resize.nearest.mode", value, None, change, "8.4.1"),
    )


_BY_SIZES = Broken("resize.no_sizes", "sizes", ["scales"], "sizes -> scales", "8.2.0")
NEAREST = Bed(
    "nearest resize",
    resize,
    dict(ASYMMETRIC),
    ON,
    (
        Plant({"scales": (1, 1, 32, 1)}),
        *(Plant({"form": form}) for form in ("node", "cast", "identity", "filled")),
        Plant({"opset": 11}),
        Plant({"opset": 28, "empty": False}),
        Plant(
            {"scales": (1, 1, 33, 2)},
            (Broken("resize.nearest.scale", [33, 2], "1 to 32", "height 33 -> 32", "8.2"),),
            {"scales": (1, 1, 32, 2)},
        ),
        Plant(
            {"scales": (1, 1, 0.5, 0.5)},
            (
                Broken("resize.nearest.scale", [0.5, 0.5], "1 to 32", "0.5 -> 1", "8.2"),
                Broken("resize.whole", [0.5, 0.5], 0, "", "8.2"),
            ),
            {"scales": (1, 1, 1, 1)},
        ),
        Plant(
            {"scales": (1, 1, 1.5, 2)},
            (Broken("resize.whole", [0.5, 0], 0, "", "8.2"),),
            {"scales": (1, 1, 2, 2)},
        ),
        Plant(
            {"scales": (1, 2, 2, 2)},
            (Broken("resize.scales", [1, 2], 1, "channels 2 -> 1", "8.2"),),
            {"scales": (1, 1, 2, 2)},
        ),
        Plant(
            {"scales": (2, 1, 1, 1), "form": "node"},
            (Broken("resize.scales", [2, 1], 1, "batch 2 -> 1", "8.2"),),
            {"scales": (1, 1, 1, 1)},
        ),
        Plant(
            {"scales": (1, 1, 2), "shape": (1, 8, 16)},
            (
                Broken("resize.scales.count", 3, 4, "3 -> 4", "8.2"),
                Broken("gen.rank", moves=False),
            ),
            {"scales": (1, 1, 2, 1), "shape": (1, 8, 16, 1)},
        ),
        Plant(
            {"scales": (1, 1, 1, 2, 2), "shape": (1, 8, 2, 4, 4)},
            (Broken("resize.scales.count", 5, 4, "5 -> 4", "8.2"),),
            {"scales": (1, 1, 2, 2), "shape": (1, 8, 4, 4)},
        ),
        Plant(
            {"scales": None, "sizes": (1, 8, 32, 64)},
            (_BY_SIZES,),
            {"scales": (1, 1, 2, 4), "sizes": None},
        ),
        Plant(
            {"scales": None, "sizes": (1, 8, 24, 16), "form": "node"},
            (_BY_SIZES, Broken("resize.whole", [0.5, 0], 0, "", "8.2")),
            {"scales": (1, 1, 2, 1), "sizes": None},
        ),
        Plant(
            {"scales": None, "sizes": (1, 8, 32, 32), "empty": False, "opset": 19},
            (_BY_SIZES,),
            {"scales": (1, 1, 2, 2), "sizes": None},
        ),
        Plant(
            {"scales": (2, 2), "opset": 18, "axes": (2, 3)},
        ),
        Plant(
            {"scales": (2, 33), "opset": 18, "axes": (1, 2), "form": "identity"},
            (
                Broken("resize.scales", [1, 2], 1, "channels 2 -> 1", "8.2"),
                Broken("resize.nearest.scale", [33, 1], "1 to 32", "33 -> 32", "8.2"),
            ),
            {"scales": (1, 32)},
        ),
        Plant(
            {"nearest_mode": "ceil"},
            _mode("asymmetric+formula+ceil", "-> asymmetric+formula+floor"),
            {"nearest_mode": "floor"},
        ),
        Plant(
            {"coordinate_transformation_mode": "align_corners"},
            _mode("align_corners+formula+floor", "-> asymmetric+formula+floor"),
            {"coordinate_transformation_mode": "asymmetric"},
        ),
        Plant(
            {"coordinate_transformation_mode": None, "nearest_mode": None},
            (Broken("resize.mode.old", "half_pixel+formula+half_down", since="8.2", until="8.2"),),
            dict(ASYMMETRIC),
        ),
        Plant(
            {"coordinate_transformation_mode": None, "nearest_mode": "round_prefer_ceil"},
            (Broken("resize.mode.old", "half_pixel+formula+half_up", since="8.2", until="8.2"),),
            dict(ASYMMETRIC),
        ),
        Plant(
            {"mode": "cubic"},
            (
                Broken("resize.method.old", "cubic", ["nearest"], "-> nearest", "8.2", "8.2"),
                Broken("resize.method", "cubic", ["nearest", "linear"], "", "8.4.0"),
            ),
            {"mode": "nearest"},
        ),
        Plant(
            {
                "scales": (1, 3, 40, 1.5),
                "nearest_mode": "ceil",
                "kind": "float64",
            },
            (
                Broken("resize.scales", [1, 3], 1, "3 -> 1", "8.2"),
                Broken("resize.nearest.scale", [40, 1.5], None, "40 -> 32", "8.2"),
                Broken("resize.whole", [0, 0.5], None, "", "8.2"),
                *_mode("asymmetric+formula+ceil", ""),
                Broken("gen.precision"),
            ),
            {"scales": (1, 1, 32, 1), "nearest_mode": "floor", "kind": "float32"},
        ),
    ),
    alone=True,
)
UPSAMPLE = Bed(
    "upsample and the first resize",
    resize,
    {"op": "Upsample", "opset": 7},
    ON,
    (
        Plant({"opset": 9}),
        Plant({"opset": 9, "form": "identity", "mode": "nearest"}),
        Plant({"op": "Resize", "opset": 10}),
        Plant(
            {"op": "Resize", "opset": 10, "scales": (1, 1, 64, 2)},
            (Broken("resize.nearest.scale", [64, 2], None, "height 64 -> 32", "8.2"),),
            {"scales": (1, 1, 32, 2)},
        ),
        Plant(
            {"scales": (1, 4, 2.5, 2)},
            (
                Broken("resize.scales", [1, 4], 1, "channels 4 -> 1", "8.2"),
                Broken("resize.whole", [0.5, 0], 0, "", "8.2"),
            ),
            {"scales": (1, 1, 2, 2)},
        ),
        Plant(
            {"mode": "linear", "scales": (1, 1, 5, 5), "opset": 9},
            (
                Broken("resize.method.old", "linear", ["nearest"], "", "8.2", "8.2"),
                Broken("resize.linear.scale", [5, 5], "1 to 4", "5 -> 4", "8.4.0"),
                Broken("resize.linear.mode", "asymmetric+formula", None, "", "8.4.1"),
            ),
            {"mode": "nearest"},
        ),
    ),
    alone=True,
)
LINEAR = Bed(
    "linear resize",
    resize,
    {"mode": "linear", "coordinate_transformation_mode": "half_pixel"},
    LINEAR_ON,
    (
        Plant({"scales": (1, 1, 4, 4)}),
        Plant({"coordinate_transformation_mode": "pytorch_half_pixel", "opset": 11}),
        Plant({"coordinate_transformation_mode": None}),
        Plant(
            {"scales": (1, 1, 4, 5)},
            (Broken("resize.linear.scale", [4, 5], "1 to 4", "width 5 -> 4", "8.4.0"),),
            {"scales": (1, 1, 4, 4)},
        ),
        Plant(
            {"coordinate_transformation_mode": "align_corners"},
            (
                Broken(
                    "resize.linear.mode",
                    "align_corners+formula",
                    ["half_pixel+formula", "half_pixel+upper"],
                    "align_corners+formula -> half_pixel",
                    "8.4.1",
                ),
            ),
            {"coordinate_transformation_mode": "half_pixel"},
        ),
        Plant(
            {
                "coordinate_transformation_mode": "asymmetric",
                "scales": None,
                "sizes": (1, 8, 80, 8),
            },
            (
                Broken("resize.linear.mode", "asymmetric+formula", since="8.4.1"),
                Broken("resize.linear.scale", [5, 0.5], since="8.4.0"),
                Broken("resize.whole", [0, 0.5], since="8.2"),
                _BY_SIZES,
            ),
            {
                "coordinate_transformation_mode": "half_pixel",
                "scales": (1, 1, 4, 1),
                "sizes": None,
            },
        ),
    ),
    alone=True,
)
RESIZE_OLD = Bed(
    "resize before it existed",
    resize,
    dict(ASYMMETRIC),
    (On("xavier", "7.1.3"), On("xavier", "8.0.1")),
    (
        Plant(
            {
                "op": "Upsample",
                "opset": 9,
                "coordinate_transformation_mode": None,
                "nearest_mode": None,
            }
        ),
    ),
    (Broken("gen.layer", "Resize"),),
)

BEDS = (NEAREST, UPSAMPLE, LINEAR, RESIZE_OLD)
