"""Small networks that break the rules on neighbours, scales and the network as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from onnx import numpy_helper

from tests.measure.planted.building import ModelBuilder
from tests.measure.planted.plants import On

if TYPE_CHECKING:
    from collections.abc import Callable

    from onnx import ModelProto

ORIN = On("orin", "10.3.0")
ORIN_INT8 = On("orin", "10.3.0", "int8")
DRIVE_INT8 = On("orin", "8.6.12", "int8")
SHAPE = (1, 8, 16, 16)
GPU_LAYER = "einsum"
"""Start of the name of nodes that are only there to run on the GPU."""


@dataclass(frozen=True)
class PlantedNetwork:
    """A network and what has to be said of it.

    Parameters
    ----------
    scales
        INT8 scale of each tensor, as a calibration cache holds it.
    rules
        Name of a node: the rules that are reported of it; other nodes break none.
    of_network
        Rule on the whole network: the value reported.
    runs
        Name of a node: where it runs.
    """

    name: str
    build: Callable[[], ModelProto]
    on: On
    scales: dict[str, float] = field(default_factory=dict)
    standalone: bool = False
    rules: dict[str, set[str]] = field(default_factory=dict)
    of_network: dict[str, object] = field(default_factory=dict)
    runs: dict[str, str] = field(default_factory=dict)


def _interrupted(parts: int) -> ModelProto:
    """Return stretches for the DLA with a layer for the GPU between each two."""
    build = ModelBuilder(13)
    name = build.input("x", SHAPE)
    for index in range(parts):
        if index:
            name = build.add("Einsum", [name], name=f"{GPU_LAYER}{index}", equation="nchw->nchw")
        name = build.add("Relu", [name], name=f"relu{index}")
    return build.build()


def _pooled() -> ModelProto:
    build = ModelBuilder(13)
    pooled = build.add(
        "MaxPool", [build.input("x", SHAPE)], name="p", kernel_shape=(2, 2), strides=(2, 2)
    )
    other = build.input("y", (1, 8, 8, 8))
    total = build.add("Add", [pooled, other], name="s")
    build.add("Concat", [total, pooled], name="c", axis=1)
    return build.build()


def _beside(first: str, *, behind: str = "") -> ModelProto:
    """Return a reshape behind a concatenation or an addition, with a node that does nothing."""
    build = ModelBuilder(13)
    inputs = [build.input("x", SHAPE), build.input("y", SHAPE)]
    axis = 1 if first == "Concat" else None
    name = build.add(first, inputs, name="first", axis=axis)
    if behind:
        name = build.add(behind, [name], name="nothing")
    shape = build.constant([1, -1, 32, 8], "int64")
    build.add("Reshape", [name, shape], name="reshape")
    return build.build()


def _compared(*casts: str, behind: str = "") -> ModelProto:
    """Return a comparison and the casts that read it."""
    build = ModelBuilder(13)
    zeros = build.constant(np.zeros(SHAPE))
    name = build.add("Greater", [build.input("x", SHAPE), zeros], name="greater")
    if behind:
        name = build.add(behind, [name], name="nothing")
    ends = [build.add("Cast", [name], name=f"to_{each}", to=_CODES[each]) for each in casts]
    return build.build(*ends) if ends else build.build()


_CODES = {"float16": 10, "int8": 3, "float32": 1}


def _batches(other: int) -> ModelProto:
    """Return a sum of two tensors, the first of which has a batch of one."""
    build = ModelBuilder(13)
    small = build.add("Relu", [build.input("x", (1, 2, 4, 4))], name="small")
    sums = build.add("Add", [small, build.input("y", (other, 2, 4, 4))], name="sum")
    build.add("Relu", [sums], name="last")
    return build.build()


def _large(batch: int) -> ModelProto:
    """Return two poolings with a tensor of half a mebibyte an image in between."""
    build = ModelBuilder(13)
    name = build.input("x", (batch, 64, 64, 64))
    for index in range(2):
        name = build.add("MaxPool", [name], name=f"pool{index}", kernel_shape=(1, 1))
    return build.build()


def _heavy(count: int) -> ModelProto:
    """Return convolutions with weights of 32 Mi elements each."""
    build = ModelBuilder(13)
    name = build.input("x", (1, 4096, 8, 8))
    one = numpy_helper.from_array(np.ones(1, dtype="float32"))
    for index in range(count):
        shape = build.constant([4096, 4096, 2, 1], "int64")
        weights = build.add("ConstantOfShape", [shape], name=f"weights{index}", value=one)
        name = build.add("Conv", [name, weights], name=f"conv{index}", pads=(1, 0, 0, 0))
    return build.build()


def _computed() -> ModelProto:
    """Return a convolution whose weights and a resize whose scales are computed from constants."""
    build = ModelBuilder(13)
    ones, two = build.constant(np.ones((4, 8, 33, 3))), build.constant(2.0)
    weights = build.add("Mul", [ones, two], name="twice")
    name = build.add("Conv", [build.input("x", (1, 8, 64, 64)), weights], name="conv")
    numbers = [build.constant(np.ones(4)) for _ in range(4)]
    name = build.add("BatchNormalization", [name, *numbers], name="bn")
    scales = build.add(
        "Concat", [build.constant([1.0, 1.0]), build.constant([2.0, 40.0])], name="s", axis=0
    )
    build.add(
        "Resize",
        [name, build.constant([]), scales],
        name="resize",
        mode="nearest",
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    )
    return build.build()


def _from_shape() -> ModelProto:
    """Return a slice and a reshape that are computed from the shape of the input."""
    build = ModelBuilder(13)
    data = build.input("x", SHAPE)
    shape = build.add("Shape", [data], name="shape")
    first = build.add("Gather", [shape, build.constant([0], "int64")], name="first")
    second = build.add("Gather", [shape, build.constant([1], "int64")], name="second")
    half = build.add("Div", [second, build.constant([2], "int64")], name="half")
    zero, axis = build.constant([0], "int64"), build.constant([1], "int64")
    cut = build.add("Slice", [data, zero, half, axis], name="cut")
    relu = build.add("Relu", [cut], name="relu")
    rest = build.constant([-1], "int64")
    target = build.add("Concat", [first, rest], name="target", axis=0)
    build.add("Reshape", [relu, target], name="flat")
    return build.build()


def _quantized() -> ModelProto:
    """Return an activation between quantize and dequantize nodes."""
    build = ModelBuilder(13)
    scale, zero = build.constant(0.1), build.constant(0, "int8")
    name = build.input("x", SHAPE)
    for index in range(2):
        name = build.add("QuantizeLinear", [name, scale, zero], name=f"q{index}")
        name = build.add("DequantizeLinear", [name, scale, zero], name=f"dq{index}")
        if not index:
            name = build.add("Relu", [name], name="relu")
    return build.build()


def _bytes_fed() -> ModelProto:
    """Return an activation of a tensor that is fed in bytes."""
    build = ModelBuilder(13)
    scale, zero = build.constant(0.1), build.constant(0, "int8")
    data = build.input("x", SHAPE, "int8")
    build.add("Relu", [build.add("DequantizeLinear", [data, scale, zero], name="dq")], name="relu")
    return build.build()


def _known(op_type: str) -> ModelProto:
    """Return an operation on two constants."""
    build = ModelBuilder(13)
    two = [build.constant(np.full(SHAPE, number)) for number in (4.0, 2.0)]
    known = build.add(op_type, two, name="known")
    if op_type != "Div":
        known = build.add("Cast", [known], name="cast", to=_CODES["float32"])
    build.add("Add", [build.input("x", SHAPE), known], name="sum")
    return build.build()


def _half(*, quantized: bool) -> ModelProto:
    """Return a network of half-precision tensors."""
    build = ModelBuilder(19)
    name = build.input("x", SHAPE, "float16")
    if quantized:
        scale = build.constant(0.1, "float16")
        zero = build.constant(0, "int8")
        name = build.add("QuantizeLinear", [name, scale, zero], name="q")
        name = build.add("DequantizeLinear", [name, scale, zero], name="dq")
    build.add("Relu", [name], name="relu")
    return build.build()


def _apart() -> ModelProto:
    """Return two activations that have nothing to do with each other."""
    build = ModelBuilder(13)
    ends = [
        build.add("Relu", [build.input(f"x{index}", SHAPE)], name=f"relu{index}")
        for index in range(2)
    ]
    return build.build(*ends)


def _limit(on: On, rule: str, most: int) -> tuple[PlantedNetwork, ...]:
    """Return a network with as many subgraphs as a release takes, and one with one more."""
    last = f"relu{most}"
    return (
        PlantedNetwork(f"{most} subgraphs", lambda: _interrupted(most), on),
        PlantedNetwork(
            f"{most + 1} subgraphs",
            lambda: _interrupted(most + 1),
            on,
            rules={last: {rule}},
            of_network={rule: most + 1},
            runs={last: "gpu", f"relu{most - 1}": "dla"},
        ),
    )


_ALIKE = dict.fromkeys("xypsc", 0.1)
_TYPED = On("orin", "11.4.1", "int8")
_CAST = {"greater": {"cmp.cast.drive"}, "to_float32": {"gen.layer", "gen.precision"}}

NETWORKS = (
    *_limit(On("xavier", "7.1.3"), "gen.loadables.tr7", 8),
    *_limit(On("orin", "8.4.0"), "gen.loadables.84ea", 4),
    *_limit(On("xavier", "8.4.1", "int8"), "gen.loadables", 16),
    *_limit(ORIN, "gen.loadables", 16),
    PlantedNetwork("scales that are alike", _pooled, ORIN_INT8, scales=_ALIKE),
    PlantedNetwork("no scales needed", _pooled, ORIN, scales={**_ALIKE, "p": 0.5}),
    PlantedNetwork(
        "scale of a pooling",
        _pooled,
        ORIN_INT8,
        scales={**_ALIKE, "x": 0.5},
        rules={"p": {"pool.int8_scale"}},
        runs={"p": "dla"},
    ),
    PlantedNetwork(
        "all scales differ",
        _pooled,
        On("xavier", "8.2.1", "int8"),
        scales={"x": 0.1, "p": 0.2, "y": 0.3, "s": 0.4, "c": 0.5},
        rules={"p": {"pool.int8_scale"}, "s": {"elt.int8_range"}, "c": {"concat.int8_range"}},
        runs={"p": "dla", "s": "dla", "c": "dla"},
    ),
    PlantedNetwork("reshape behind a sum", lambda: _beside("Add"), ORIN),
    PlantedNetwork(
        "reshape behind a concatenation",
        lambda: _beside("Concat"),
        ORIN,
        rules={"reshape": {"shuffle.neighbours"}},
        runs={"first": "dla", "reshape": "gpu"},
    ),
    *(
        PlantedNetwork(
            f"reshape behind a concatenation and {nothing}",
            lambda nothing=nothing: _beside("Concat", behind=nothing),  # type: ignore[misc]
            On("orin", "8.5.2"),
            rules={"reshape": {"shuffle.neighbours"}},
            runs={"nothing": "build_time", "reshape": "gpu"},
        )
        for nothing in ("Identity", "Dropout")
    ),
    PlantedNetwork(
        "comparison and casts",
        lambda: _compared("float16", "int8"),
        DRIVE_INT8,
        runs={"greater": "dla", "to_float16": "dla", "to_int8": "dla"},
    ),
    PlantedNetwork(
        "comparison, nothing and a cast",
        lambda: _compared("int8", behind="Identity"),
        DRIVE_INT8,
        runs={"greater": "dla", "nothing": "build_time", "to_int8": "dla"},
    ),
    PlantedNetwork(
        "comparison and a cast to another type",
        lambda: _compared("float32"),
        DRIVE_INT8,
        rules=_CAST,
        runs={"greater": "gpu"},
    ),
    PlantedNetwork("one batch size", lambda: _batches(1), ORIN, runs={"sum": "dla"}),
    PlantedNetwork("two batch sizes, old release", lambda: _batches(2), On("orin", "8.6.2")),
    PlantedNetwork(
        "two batch sizes",
        lambda: _batches(2),
        ORIN,
        of_network={"gen.same_batch": [1, 2]},
        runs={"small": "dla", "sum": "dla"},
    ),
    PlantedNetwork("tensors of almost a gibibyte", lambda: _large(2047), ORIN),
    PlantedNetwork(
        "tensors of a gibibyte", lambda: _large(2048), ORIN, of_network={"gen.activations": 1}
    ),
    PlantedNetwork("the same in bytes", lambda: _large(2048), ORIN_INT8),
    PlantedNetwork("weights below the bound", lambda: _heavy(7), ORIN),
    PlantedNetwork(
        "weights at the bound", lambda: _heavy(8), ORIN, of_network={"gen.weights": 512}
    ),
    PlantedNetwork("the same in bytes", lambda: _heavy(8), ORIN_INT8),
    PlantedNetwork(
        "weights and scales computed from constants",
        _computed,
        On("orin", "8.6.2", "int8"),
        rules={"conv": {"conv.kernel"}, "resize": {"resize.nearest.scale"}},
        runs={"twice": "build_time", "bn": "build_time", "s": "build_time"},
    ),
    PlantedNetwork(
        "what is computed from a shape",
        _from_shape,
        ORIN,
        rules={"flat": {"shuffle.rank", "gen.rank"}},
        runs={"shape": "build_time", "half": "build_time", "cut": "dla", "flat": "gpu"},
    ),
    PlantedNetwork(
        "quantize nodes",
        _quantized,
        On("orin", "8.5.2", "int8"),
        of_network={"gen.qdq": "explicit"},
        runs={"q0": "build_time", "dq1": "build_time", "relu": "dla"},
    ),
    PlantedNetwork(
        "bytes that are fed",
        _bytes_fed,
        On("xavier", "8.0.1", "int8"),
        of_network={"gen.qdq.dequantize": "explicit"},
        runs={"dq": "build_time", "relu": "dla"},
    ),
    *(
        PlantedNetwork(
            f"{op_type} of two constants",
            lambda op_type=op_type: _known(op_type),  # type: ignore[misc]
            on,
            runs={"known": "build_time", "sum": "dla"},
        )
        for op_type, on in (("Div", ORIN), ("Greater", DRIVE_INT8), ("Equal", ORIN_INT8))
    ),
    PlantedNetwork(
        "quantized in half precision",
        lambda: _half(quantized=True),
        _TYPED,
        runs={"q": "dla", "dq": "dla", "relu": "dla"},
    ),
    PlantedNetwork(
        "not quantized in half precision",
        lambda: _half(quantized=False),
        _TYPED,
        of_network={"gen.typed": "implicit"},
    ),
    PlantedNetwork("one subgraph alone", lambda: _interrupted(1), ORIN, standalone=True),
    PlantedNetwork(
        "two subgraphs alone",
        _apart,
        ORIN,
        standalone=True,
        of_network={"gen.standalone.subgraph": 2},
    ),
    PlantedNetwork(
        "layers for the GPU alone",
        lambda: _interrupted(2),
        On("xavier", "8.0.1"),
        standalone=True,
        of_network={"gen.standalone": 1, "gen.standalone.subgraph": 2},
    ),
)
