"""Convolutions, deconvolutions and poolings."""

from __future__ import annotations

from tests.measure.rules.beds.common import (
    BATCH,
    GENERAL,
    IMAGE,
    INTEGERS,
    JETPACK_5,
    ORIN,
    ORIN_INT8,
    XAVIER,
    XAVIER_8_2,
    both,
    named,
)
from tests.measure.rules.planting import Bed, put, put_at

CONVOLUTION = {
    "input_shape": list(IMAGE),
    "weight_shape": [64, 64, 3, 3],
    "kernel_shape": [3, 3],
    "pads": [1, 1, 1, 1],
    "strides": [1, 1],
    "dilations": [1, 1],
    "group": 1,
}
CONVOLUTION_PLANTS = (
    put("kernel_shape", "conv.kernel", kernel_shape=[3, 33]),
    put("strides", "conv.stride", strides=[9, 1]),
    put("dilations", "conv.dilation", dilations=[1, 33]),
    put("pads", "conv.padding conv.pad_lt_kernel", pads=[32, 1, 1, 1]),
    put("pads", "conv.pad_lt_kernel", pads=[1, 1, 3, 1]),
    put_at("weight_shape", 0, 8193, "conv.outmaps"),
    put("groups", "conv.groups", group=8193),
    put("groups", "conv.groups.image", group=8, input_format="dla_hwc4"),
)
CUBE = both(
    put("rank", "", input_shape=[1, 16, 8, 28, 28], weight_shape=[16, 16, 3, 3, 3]),
    put("rank", "", kernel_shape=[3, 3, 3], pads=[1] * 6, strides=[1] * 3, dilations=[1] * 3),
)
DECONVOLUTION = {
    "input_shape": [1, 64, 28, 28],
    "weight_shape": [64, 64, 2, 2],
    "kernel_shape": [2, 2],
    "pads": [0, 0, 0, 0],
    "strides": [2, 2],
    "dilations": [1, 1],
    "group": 1,
}
POOLING = {
    "input_shape": list(IMAGE),
    "kernel_shape": [2, 2],
    "pads": [0, 0, 0, 0],
    "strides": [2, 2],
}
CONVOLUTIONS = (
    Bed("Conv", ORIN, CONVOLUTION, (*CONVOLUTION_PLANTS, *GENERAL)),
    Bed(
        "Conv",
        ORIN,
        CONVOLUTION,
        (
            put_at("input_shape", 3, 4096, "conv.cbuf.heuristic"),
            put_at("input_shape", 1, 8193, "conv.inch gen.dims conv.cbuf.heuristic"),
            BATCH,
            INTEGERS,
        ),
    ),
    Bed("Conv", JETPACK_5, CONVOLUTION, (put_at("input_shape", 3, 4096, "conv.cbuf"), BATCH)),
    Bed("Conv", ORIN, CONVOLUTION, (named("conv.2d", CUBE), INTEGERS)),
    Bed(
        "MatMul",
        ORIN,
        {"input_shapes": [list(IMAGE), [1, 1, 56, 56]], "constant_inputs": [1]},
        (put("constant", "conv.matmul_const gen.layer", constant_inputs=[]), INTEGERS),
    ),
    Bed(
        "ConvTranspose",
        ORIN,
        DECONVOLUTION,
        (
            put("kernel_shape", "deconv.kernel", kernel_shape=[33, 2]),
            put("kernel_shape", "deconv.kernel.square", kernel_shape=[23, 23]),
            put("strides", "deconv.stride", strides=[33, 2]),
            put("strides", "deconv.stride.square", strides=[32, 32]),
            put("pads", "deconv.padding", pads=[0, 1, 0, 0]),
            put("group", "deconv.groups", group=2),
            put("dilations", "deconv.dilation", dilations=[2, 1]),
            put_at("input_shape", 1, 8193, "deconv.inch gen.dims"),
            put_at("weight_shape", 1, 8193, "deconv.outch"),
            *GENERAL,
        ),
    ),
    Bed(
        "ConvTranspose",
        ORIN,
        DECONVOLUTION,
        (put("rank", "deconv.2d", input_shape=[1, 16, 8, 14, 14]), INTEGERS),
    ),
    Bed(
        "ConvTranspose",
        XAVIER_8_2,
        DECONVOLUTION,
        (put("strides", "deconv.stride_eq_kernel", strides=[1, 2]), INTEGERS),
    ),
)
POOLINGS = (
    Bed(
        "MaxPool",
        ORIN,
        POOLING,
        (
            put("kernel_shape", "pool.window", kernel_shape=[9, 2]),
            put("pads", "pool.padding", pads=[8, 0, 0, 0]),
            put("strides", "pool.stride", strides=[1, 17]),
            *GENERAL,
        ),
    ),
    Bed(
        "MaxPool",
        ORIN_INT8,
        POOLING,
        (put("scales", "pool.int8_scale", int8_scales=[0.1, 0.2]), BATCH, INTEGERS),
    ),
    Bed("MaxPool", ORIN, POOLING, (put("rank", "pool.2d", input_shape=[1, 8, 8, 8, 8]),)),
    Bed("LpPool", ORIN, POOLING, GENERAL, frozenset({"pool.type", "gen.operator"})),
    Bed(
        "AveragePool",
        XAVIER,
        {**POOLING, "pads": [1, 1, 1, 1], "count_include_pad": 1},
        (put("average", "pool.inclusive", count_include_pad=0), *GENERAL),
    ),
    Bed(
        "AveragePool",
        XAVIER_8_2,
        {**POOLING, "pads": [1, 1, 1, 1], "count_include_pad": 1},
        (put("average", "pool.inclusive.old", count_include_pad=0), INTEGERS),
    ),
)
