"""Activations, operations on two tensors, comparisons and functions of one."""

from __future__ import annotations

from tests.measure.rules.beds.common import (
    CUBE_SHAPE,
    DRIVE,
    DRIVE_INT8,
    DRIVE_OLD,
    GENERAL,
    HEIGHT,
    IMAGE,
    INTEGERS,
    JETPACK_6_0,
    ORIN,
    ORIN_INT8,
    XAVIER_7,
    XAVIER_8_0,
    XAVIER_8_2,
    image,
    pair,
)
from tests.measure.rules.planting import Bed, put, put_at

POINTWISE = (
    image("Relu", ORIN, *GENERAL),
    image("Relu", ORIN, put("rank", "act.2d", input_shape=CUBE_SHAPE), INTEGERS),
    image("Relu", ORIN, put("rank", "gen.rank", input_shape=[1, 64]), INTEGERS),
    image("Relu", XAVIER_7, put_at("input_shape", 0, 33, "gen.batch.legacy"), HEIGHT, INTEGERS),
    image("Clip", ORIN, put("max", "act.clip", max=128), *GENERAL, max=6, min=0),
    Bed("Sigmoid", ORIN_INT8, {"input_shape": IMAGE}, GENERAL, frozenset({"act.int8_upgrade"})),
    Bed("Elu", ORIN, {"input_shape": IMAGE}, GENERAL, frozenset({"act.type", "gen.operator"})),
    Bed(
        "LeakyRelu",
        XAVIER_8_2,
        {"input_shape": IMAGE},
        (HEIGHT, INTEGERS),
        frozenset({"act.type.header", "gen.operator"}),
    ),
    Bed(
        "PRelu",
        ORIN,
        {"input_shapes": [list(IMAGE), [1, 64, 1, 1]], "constant_inputs": [1]},
        (
            put("slope", "prelu.const", constant_inputs=[]),
            put_at("input_shapes", 1, [64, 1, 1], "prelu.rank", "slope"),
        ),
    ),
    image("BatchNormalization", ORIN, put("rank", "scale.2d", input_shape=CUBE_SHAPE), INTEGERS),
    pair("Sub", ORIN, put("rank", "elt.2d", input_shapes=[CUBE_SHAPE] * 2), INTEGERS),
    pair("Sub", ORIN_INT8, put("scales", "elt.int8_range", int8_scales=[1.0, 2.0, 3.0])),
    Bed(
        "Sub",
        XAVIER_8_0,
        {"input_shapes": [IMAGE] * 2},
        (),
        frozenset({"elt.type.base", "gen.operator"}),
    ),
    Bed(
        "Div",
        JETPACK_6_0,
        {"input_shapes": [IMAGE] * 2},
        (INTEGERS,),
        frozenset({"elt.sub", "gen.operator"}),
    ),
    Bed(
        "Div",
        DRIVE_OLD,
        {"input_shapes": [IMAGE] * 2},
        (INTEGERS,),
        frozenset({"elt.sub.drive", "gen.operator"}),
    ),
    Bed(
        "Div",
        ORIN,
        {"input_shapes": [IMAGE] * 2, "constant_inputs": [1]},
        (put("constant", "elt.div_const", constant_inputs=[0, 1]), INTEGERS),
        frozenset({"elt.divpow"}),
    ),
    Bed(
        "Pow",
        ORIN,
        {"input_shapes": [IMAGE] * 2, "constant_inputs": [1]},
        (put("constant", "elt.pow_const", constant_inputs=[]), INTEGERS),
        frozenset({"elt.divpow"}),
    ),
    pair("Div", DRIVE, put("constant", "elt.div_const.drive", constant_inputs=[0, 1]), INTEGERS),
    pair("Pow", DRIVE, put("constant", "elt.pow_const.drive", constant_inputs=[]), INTEGERS),
    Bed(
        "And",
        DRIVE,
        {"input_shapes": [IMAGE] * 2},
        (),
        frozenset({"elt.divpow.drive", "gen.reconstruction"}),
    ),
    *(
        bed
        for target, fp16, end in ((ORIN_INT8, ORIN, ""), (DRIVE_INT8, DRIVE, ".drive"))
        for bed in (
            pair(
                "Greater",
                target,
                put("consumers", f"cmp.cast{end}", consumers=["Where"]),
                put("constant", f"cmp.const{end}", constant_inputs=[0, 1]),
                put_at("input_shapes", 1, [1, 1, 56, 56], f"cmp.broadcast{end}"),
                consumers=["Cast:float16"],
                constant_inputs=[],
            ),
            Bed(
                "Less", fp16, {"input_shapes": [IMAGE] * 2}, (), frozenset({f"cmp.precision{end}"})
            ),
            Bed(
                "GreaterOrEqual",
                target,
                {"input_shapes": [IMAGE] * 2},
                (),
                frozenset({f"cmp.type{end}", "gen.operator"}),
            ),
        )
    ),
    *(
        Bed("Exp", target, {"input_shape": IMAGE}, GENERAL, frozenset({rule, "gen.operator"}))
        for target, rule in (
            (ORIN, "unary.more"),
            (JETPACK_6_0, "unary.abs"),
            (DRIVE, "unary.more.drive"),
            (DRIVE_OLD, "unary.abs.drive"),
        )
    ),
)
