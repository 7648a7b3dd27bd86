"""Operators along axes, slices, resizes and reshapes; what holds for every operator."""

from __future__ import annotations

from tests.measure.rules.beds.common import (
    BATCH,
    CUBE_SHAPE,
    DRIVE,
    DYNAMIC,
    EARLY_8_4,
    GENERAL,
    HEIGHT,
    IMAGE,
    INTEGERS,
    ORIN,
    ORIN_10_7,
    ORIN_11_4,
    ORIN_INT8,
    XAVIER,
    XAVIER_8_2,
    image,
    named,
    pair,
)
from tests.measure.rules.planting import Bed, put, put_at

NEAREST = {
    "input_shape": list(IMAGE),
    "mode": "nearest",
    "coordinate_transformation_mode": "asymmetric",
    "nearest_mode": "floor",
    "scales": [1, 1, 2, 2],
}
LINEAR = {
    "input_shape": list(IMAGE),
    "mode": "linear",
    "coordinate_transformation_mode": "half_pixel",
    "scales": [1, 1, 2, 2],
}
CUT = {"input_shape": list(IMAGE), "axes": [1, 2], "starts": [0, 0], "ends": [32, 56]}
BORDER = [0, 0, 1, 1, 0, 0, 1, 1]
OTHERS = (
    image("LRN", ORIN, put("size", "lrn.window", size=4), *GENERAL, size=5),
    Bed(
        "LRN",
        ORIN_INT8,
        {"input_shape": IMAGE, "size": 5},
        GENERAL,
        frozenset({"lrn.int8_upgrade"}),
    ),
    pair(
        "Concat",
        ORIN_INT8,
        put("axis", "concat.axis", axis=2),
        put_at("input_shapes", 1, [1, 64, 28, 56], "concat.spatial"),
        put("scales", "concat.int8_range", int8_scales=[1.0, 2.0, 2.0]),
        INTEGERS,
        axis=1,
    ),
    Bed(
        "Concat",
        ORIN,
        {"axis": 1, "input_shapes": [IMAGE] * 2},
        (put("inputs", "concat.inputs", input_shapes=[IMAGE]), INTEGERS),
    ),
    Bed(
        "Resize",
        ORIN,
        NEAREST,
        (
            put("scales", "resize.scales", scales=[1, 2, 2, 2]),
            put("scales", "resize.whole", scales=[1, 1, 1.5, 2]),
            put("scales", "resize.nearest.scale", scales=[1, 1, 2, 33]),
            put("scales", "resize.scales.count", scales=[1, 2, 2]),
            put("rounding", "resize.nearest.mode", nearest_mode="ceil"),
            *GENERAL,
        ),
    ),
    Bed(
        "Resize",
        ORIN,
        {**LINEAR},
        (
            put("scales", "resize.linear.scale", scales=[1, 1, 5, 2]),
            put("coordinates", "resize.linear.mode", coordinate_transformation_mode="asymmetric"),
            *GENERAL,
        ),
    ),
    Bed("Resize", ORIN, NEAREST, (put("mode", "resize.method", mode="cubic"), *GENERAL)),
    Bed(
        "Resize",
        ORIN,
        {key: value for key, value in NEAREST.items() if key != "scales"},
        (put("sizes", "resize.no_sizes", sizes=[1, 64, 112, 112]), INTEGERS),
    ),
    Bed(
        "Resize",
        XAVIER_8_2,
        NEAREST,
        (
            put("mode", "resize.method.old", mode="linear"),
            put("mode", "resize.mode.old", coordinate_transformation_mode="half_pixel"),
            INTEGERS,
        ),
    ),
    Bed(
        "Slice",
        ORIN,
        CUT,
        (
            put("steps", "slice.stride", steps=[1, 2]),
            put("axes", "slice.batch", axes=[0, 2], starts=[1, 0], ends=[2, 56]),
            named("slice.dims", HEIGHT),
            BATCH,
            INTEGERS,
        ),
    ),
    Bed("Slice", ORIN_INT8, CUT, (DYNAMIC, INTEGERS), frozenset({"slice.precision"})),
    image("Slice", ORIN, put("rank", "slice.rank", input_shape=CUBE_SHAPE), INTEGERS),
    Bed(
        "Slice",
        ORIN,
        {"input_shapes": [list(IMAGE), [1], [1]], "constant_inputs": [1, 2]},
        (put("constant", "slice.const", constant_inputs=[]), INTEGERS),
    ),
    Bed(
        "Tile", ORIN, {"input_shape": IMAGE}, GENERAL, frozenset({"slice.mode.old", "gen.operator"})
    ),
    Bed(
        "Pad",
        ORIN_10_7,
        {"input_shape": list(IMAGE), "mode": "constant", "value": 0, "pads": BORDER},
        (
            put("mode", "slice.mode", mode="edge"),
            put("mode", "slice.fill", value=1),
            *GENERAL,
        ),
        frozenset({"gen.operator"}),
    ),
    Bed(
        "Softmax",
        ORIN,
        {"input_shape": [1, 1000, 1, 1], "axis": 1},
        (
            put_at("input_shape", 1, 8193, "softmax.accurate gen.dims", "size"),
            put("size", "softmax.approx", input_shape=[1, 1025, 7, 7]),
            INTEGERS,
        ),
    ),
    image("Softmax", ORIN, put("axis", "softmax.axis", axis=0), INTEGERS, axis=1),
    Bed(
        "Softmax",
        ORIN_INT8,
        {"input_shape": IMAGE, "axis": 1},
        (INTEGERS,),
        frozenset({"softmax.precision"}),
    ),
    Bed("Softmax", XAVIER, {"input_shape": IMAGE, "axis": 1}, GENERAL, frozenset({"softmax.soc"})),
    Bed(
        "Softmax",
        EARLY_8_4,
        {"input_shape": [1, 1000, 1, 1], "axis": 1},
        (
            put_at("input_shape", 0, 2, "softmax.84ea"),
            put_at("input_shape", 3, 7, "softmax.84ea.sizes"),
            INTEGERS,
        ),
    ),
    *(
        bed
        for target, end in ((ORIN, ""), (DRIVE, ".drive"))
        for bed in (
            image(
                "ReduceMax",
                target,
                put("axes", f"reduce.axes{end}", axes=[0, 2]),
                *GENERAL,
                axes=[2, 3],
            ),
            Bed(
                "GlobalAveragePool",
                target,
                {"input_shape": IMAGE},
                GENERAL,
                frozenset({f"reduce.op{end}", "gen.operator"}),
            ),
        )
    ),
    image(
        "Transpose",
        ORIN,
        put("perm", "shuffle.batch", perm=[1, 0, 2, 3]),
        *GENERAL,
        perm=[0, 2, 3, 1],
    ),
    Bed(
        "Reshape",
        ORIN,
        {"input_shape": list(IMAGE), "output_shape": [1, 64, 112, 28], "consumers": ["Conv"]},
        (
            put("neighbours", "shuffle.neighbours", consumers=["Concat"]),
            put("output", "shuffle.batch", output_shape=[4, 16, 56, 56]),
            put("output", "shuffle.rank gen.rank", output_shape=[1, 64, 3136]),
            INTEGERS,
        ),
    ),
)
GENERAL_BEDS = (
    Bed("TopK", ORIN, {"input_shape": IMAGE}, GENERAL, frozenset({"gen.layer"})),
    Bed(
        "Neg",
        ORIN,
        {"input_shape": IMAGE},
        GENERAL,
        frozenset({"gen.reconstruction", "unary.more"}),
    ),
    Bed("DepthToSpace", ORIN, {"input_shape": IMAGE}, GENERAL, frozenset({"gen.reconstruction"})),
    Bed("Mine", ORIN, {"input_shape": IMAGE, "domain": "own"}, GENERAL, frozenset({"gen.plugin"})),
    *(
        Bed(operator, ORIN, {"input_shape": IMAGE}, (BATCH, HEIGHT), frozenset({rule, "gen.layer"}))
        for operator, rule in (
            ("QuantizeLinear", "gen.qdq"),
            ("DequantizeLinear", "gen.qdq.dequantize"),
        )
    ),
    image(
        "Relu",
        ORIN_11_4,
        put("data_type", "gen.precision.typed", data_type="float32"),
        BATCH,
        HEIGHT,
    ),
    Bed("Relu", ("orin", "11.1", "fp16"), {"input_shape": IMAGE}, (), frozenset({"gen.no_dla"})),
)
