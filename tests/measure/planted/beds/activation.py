"""Activations and functions of one tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tests.measure.planted.beds.convolution import ALL, GENERAL
from tests.measure.planted.building import ModelBuilder
from tests.measure.planted.plants import Bed, Broken, On, Plant

if TYPE_CHECKING:
    from onnx import ModelProto

UNPLACED = (
    Plant(
        {"size": (8193, 4)},
        (Broken("gen.dims", None, "1 to 8192", "H of x 8193 -> 8192", "7.1"),),
        {"size": (8192, 4)},
    ),
    Plant({"size": (4, 8192)}),
    Plant(
        {"size": (3,), "batch": 2},
        (Broken("gen.rank", None, "at least 4", "x 3 -> 4", moves=False),),
        {"size": (1, 3)},
    ),
)


def deep(rule: str) -> Plant:
    """Return a tensor with three spatial dimensions."""
    return Plant(
        {"size": (2, 3, 4), "batch": 2},
        (Broken(rule, 3, "at most 2", "3 -> 2"),),
        {"size": (6, 4)},
    )


def activation(
    *,
    op: str = "Relu",
    opset: int = 14,
    batch: Any = 1,
    size: tuple[int, ...] = (16, 16),
    kind: str = "float32",
    limits: tuple[float | None, float | None] | None = None,
    slope: tuple[int, ...] | None = None,
    form: str = "initializer",
    **attributes: Any,
) -> ModelProto:
    """Return a model of one activation; `limits` and `slope` are given as inputs."""
    build = ModelBuilder(opset)
    operands = [build.input("x", (batch, 8, *size), kind)]
    for limit in limits or ():
        operands.append("" if limit is None else build.operand(limit, kind, form))
    if slope is not None:
        operands.append(build.operand(np.full(slope, 0.5), kind, form))
    build.plant(op, operands, name="y", **attributes)
    return build.build()


_IN_FP16 = (Broken("act.int8_upgrade", since="8.0", precision="int8", moves=False),)
RELU = Bed("relu", activation, {}, ALL, (*GENERAL, *UNPLACED, deep("act.2d")))
SIGMOID = Bed(
    "sigmoid", activation, {"op": "Sigmoid"}, ALL, (*GENERAL, *UNPLACED, deep("act.2d")), _IN_FP16
)
TANH = Bed("tanh", activation, {"op": "Tanh", "opset": 6}, ALL, UNPLACED, _IN_FP16)
LEAKY = Bed(
    "leaky relu",
    activation,
    {"op": "LeakyRelu"},
    ALL,
    (deep("act.2d"), Plant({"alpha": 0.3})),
    (
        Broken(
            "act.type.header",
            "leaky_relu",
            ["relu", "sigmoid", "tanh", "clip"],
            since="7.1",
            until="8.2",
        ),
        Broken("gen.operator", until="8.3"),
    ),
)


def _clip(value: float, change: str) -> tuple[Broken, ...]:
    return (Broken("act.clip", value, "1 to 127", change, "8.4.0"),)


CLIP = Bed(
    "clip",
    activation,
    {"op": "Clip", "limits": (0.0, 6.0)},
    ALL,
    (
        Plant({"limits": (0.0, 1.0), "opset": 11}),
        Plant({"limits": (0.0, 127.0), "form": "node", "opset": 28}),
        Plant({"limits": (0.0, 128.0)}, _clip(128, "128 -> 127"), {"limits": (0.0, 127.0)}),
        Plant(
            {"limits": (0.0, 0.5), "form": "cast"}, _clip(0.5, "0.5 -> 1"), {"limits": (0.0, 1.0)}
        ),
        Plant(
            {"limits": (0.0, 127.5), "form": "identity", "size": (2, 3, 4)},
            (
                *_clip(127.5, "127.5 -> 127"),
                Broken("act.2d", 3, "at most 2", "3 -> 2"),
            ),
            {"limits": (0.0, 127.0), "size": (6, 4)},
        ),
        Plant({"limits": None, "max": 6.0, "min": 0.0, "opset": 6}),
        Plant(
            {"limits": None, "max": 128.0, "min": 0.0, "opset": 6},
            _clip(128, "128 -> 127"),
            {"max": 127.0},
        ),
        Plant(
            {"limits": None, "min": 0.0, "opset": 6},
            _clip(3.4028234663852886e38, "-> 127"),
            {"max": 127.0},
        ),
        Plant(
            {"limits": (0.0,)},
            _clip(3.4028234663852886e38, "-> 127"),
            {"limits": (0.0, 127.0)},
        ),
        Plant({"limits": (None, 6.0)}),
    ),
    alone=True,
)


def _other(word: str) -> tuple[Broken, ...]:
    """Return what is wrong with a function that the DLA doesn't have."""
    return (
        Broken("act.type.header", word, since="7.1", until="8.2"),
        Broken("act.type", word, since="8.4.0"),
        Broken("gen.operator"),
    )


OTHER = Bed(
    "other activations",
    activation,
    {},
    ALL,
    tuple(
        Plant({"op": op}, _other(word), {"op": "Relu"})
        for op, word in (
            ("Elu", "elu"),
            ("Selu", "selu"),
            ("HardSigmoid", "hard_sigmoid"),
            ("Softplus", "softplus"),
            ("Softsign", "softsign"),
            ("ThresholdedRelu", "thresholded_relu"),
        )
    ),
)
_SINCE_84 = tuple(on for on in ALL if on.tensorrt >= "8.4" or on.tensorrt.startswith("10"))
PRELU = Bed(
    "parametric relu",
    activation,
    {"op": "PRelu", "slope": (8, 1, 1)},
    _SINCE_84,
    (
        *(Plant({"form": form}) for form in ("node", "identity", "filled", "cast", "listed")),
        Plant(
            {"form": "fed"},
            (
                Broken("prelu.const", "computed", ["constant"], "computed -> constant"),
                Broken("gen.rank", moves=False),
            ),
            {"form": "initializer"},
        ),
    ),
    (Broken("prelu.rank", 3, "equal to input rank 4", "3 -> 4", since="8.4.1", moves=False),),
    alone=True,
)
PRELU_WHOLE = Bed(
    "parametric relu with a slope of the input's rank",
    activation,
    {"op": "PRelu", "slope": (1, 8, 1, 1)},
    _SINCE_84,
    (Plant({"opset": 7}), Plant({"form": "quantized"})),
)
PRELU_OLD = Bed(
    "parametric relu before it existed",
    activation,
    {"op": "PRelu", "slope": (1, 8, 1, 1)},
    (On("xavier", "7.1.3"), On("xavier", "8.2.1")),
    (),
    (Broken("gen.layer", "ParametricReLU"),),
)


UNARY = Bed(
    "absolute value",
    activation,
    {"op": "Abs"},
    _SINCE_84,
    (*GENERAL, *UNPLACED, Plant({"size": (2, 3, 4)})),
)
_MORE = (
    Broken("unary.abs", None, ["abs"], "", "8.4.0", "10.2", drive=False),
    Broken("unary.abs.drive", None, ["abs"], "", "8.4.0", "8.6.11", drive=True),
    Broken("gen.operator", until="10.2", drive=False),
    Broken("gen.operator", until="8.6.11", drive=True),
)
MORE = Bed(
    "functions of one tensor that came late",
    activation,
    {"op": "Cos"},
    tuple(on for on in (*_SINCE_84, On("orin", "8.6.11")) if on.tensorrt != "10.3.0"),
    (Plant({"op": "Sin"}), Plant({"op": "Atanh"})),
    _MORE,
)
NEVER = Bed(
    "functions of one tensor that the DLA doesn't have",
    activation,
    {"op": "Exp"},
    _SINCE_84,
    tuple(Plant({"op": op}) for op in ("Log", "Sqrt", "Ceil", "Floor", "Erf", "Sinh", "Atan")),
    (
        Broken("unary.abs", None, ["abs"], "", "8.4.0", "10.2", drive=False),
        Broken("unary.abs.drive", None, ["abs"], "", "8.4.0", "8.6.11", drive=True),
        Broken("unary.more", None, ["abs", "cos", "sin", "atanh"], "", "10.3.0", drive=False),
        Broken("unary.more.drive", None, ["abs", "cos", "sin", "atanh"], "", "8.6.12", drive=True),
        Broken("gen.operator"),
    ),
)

BEDS = (
    RELU,
    SIGMOID,
    TANH,
    LEAKY,
    CLIP,
    OTHER,
    PRELU,
    PRELU_WHOLE,
    PRELU_OLD,
    UNARY,
    MORE,
    NEVER,
)
