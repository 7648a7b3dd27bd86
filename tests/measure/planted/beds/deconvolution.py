"""Deconvolutions."""

from __future__ import annotations

from tests.measure.planted.beds.convolution import ALL, GENERAL, convolution
from tests.measure.planted.plants import Bed, Broken, Plant

_STRIDE = Broken("deconv.stride_eq_kernel", since="8.2.0", until="8.2")
_PADDING = "deconv.padding"
_TWO = Broken("deconv.2d", 3, "at most 2", "3 -> 2")


def _larger(rule: str, value: list[int], change: str) -> Broken:
    """Return the rule on a size between one and thirty-two that has exceptions."""
    return Broken(
        rule,
        value,
        "1 to 32, or 1x64 or 1x96 or 1x128 or 64x1 or 96x1 or 128x1",
        change,
        since="8.4.0",
    )


BASE = {"op": "ConvTranspose", "size": (16, 16), "kernel": (2, 2), "strides": (2, 2)}
DECONVOLUTION = Bed(
    "deconvolution",
    convolution,
    BASE,
    ALL,
    (
        *GENERAL,
        Plant(
            {"pads": (0, 1, 0, 0)},
            (Broken(_PADDING, [0, 1, 0, 0], 0, "width begin 1 -> 0", "7.1"),),
            {"pads": (0, 0, 0, 0)},
        ),
        Plant(
            {"group": 2},
            (Broken("deconv.groups", 2, 1, "groups 2 -> 1", "7.1"),),
            {"group": 1},
        ),
        Plant(
            {"dilations": (1, 2)},
            (Broken("deconv.dilation", [1, 2], 1, "width 2 -> 1", "7.1"),),
            {"dilations": (1, 1)},
        ),
        Plant({"dilations": (1, 1), "group": 1, "form": "node"}),
        Plant(
            {"kernel": (3, 33), "strides": (1, 33)},
            (
                _larger("deconv.kernel", [3, 33], "width 33 -> 32"),
                _larger("deconv.stride", [1, 33], "width 33 -> 32"),
                _STRIDE,
            ),
            {"kernel": (3, 32), "strides": (3, 32)},
        ),
        Plant(
            {"size": (8200, 16)},
            (Broken("gen.dims", None, "1 to 8192", "H of x 8200 -> 8192", "7.1"),),
            {"size": (4000, 16)},
        ),
    ),
)

SIZES = Bed(
    "kernels and strides of deconvolutions",
    convolution,
    BASE,
    ALL,
    (
        Plant({"kernel": (1, 64), "strides": (1, 64)}),
        Plant(
            {"size": (4,) * 3, "kernel": (2,) * 3, "strides": (2,) * 3},
            (_TWO,),
            {"size": (4,) * 2, "kernel": (2,) * 2, "strides": (2,) * 2},
        ),
        Plant({"kernel": (128, 1), "strides": (128, 1)}),
        Plant({"kernel": (22, 22), "strides": (22, 22)}),
        Plant({"kernel": (32, 23), "strides": (32, 23)}),
        Plant(
            {"kernel": (23, 23)},
            (
                Broken(
                    "deconv.kernel.square",
                    [23, 23],
                    "not 23 to 32",
                    "height 23 -> 22",
                    since="8.4.0",
                ),
                _STRIDE,
            ),
            {"kernel": (22, 22), "strides": (22, 22)},
        ),
        Plant(
            {"strides": (32, 32)},
            (
                Broken(
                    "deconv.stride.square",
                    [32, 32],
                    "not 23 to 32",
                    "height 32 -> 33",
                    since="8.4.0",
                ),
                _STRIDE,
            ),
            {"strides": (22, 22), "kernel": (22, 22)},
        ),
        Plant(
            {"kernel": (64, 64), "strides": (64, 64)},
            (
                _larger("deconv.kernel", [64, 64], "height 64 -> 32"),
                _larger("deconv.stride", [64, 64], "height 64 -> 32"),
            ),
            {"kernel": (1, 64), "strides": (1, 64)},
        ),
        Plant(
            {"kernel": (1, 65), "strides": (1, 65)},
            (
                _larger("deconv.kernel", [1, 65], "or 1x64"),
                _larger("deconv.stride", [1, 65], "or 1x64"),
            ),
            {"kernel": (1, 64), "strides": (1, 64)},
        ),
        Plant(
            {"kernel": (3, 2)},
            (
                Broken(
                    "deconv.stride_eq_kernel",
                    [2, 2],
                    "equal to kernel 3, 2",
                    "height 2 -> 3",
                    "8.2.0",
                    "8.2",
                ),
            ),
            {"strides": (3, 2)},
        ),
        Plant(
            {"kernel": (3, 3), "strides": (3, 3), "output_padding": (1, 1)},
        ),
        Plant(
            {"kernel": (3, 3), "strides": (3, 3), "output_shape": (46, 48)},
            (Broken(_PADDING, [1, 0, 1, 0], 0, "height begin 1 -> 0", "7.1"),),
            {"output_shape": (48, 48)},
        ),
        Plant(
            {"kernel": (4, 4), "auto_pad": "SAME_UPPER"},
            (Broken(_PADDING, [1, 1, 1, 1], 0, "height begin 1 -> 0", "7.1"), _STRIDE),
            {"auto_pad": "VALID", "strides": (4, 4)},
        ),
        Plant({"auto_pad": "SAME_UPPER"}),
        Plant(
            {"channels": 8193, "maps": 1, "size": (1, 1)},
            (
                Broken("deconv.inch", 8193, "1 to 8192", "8193 -> 8192", "7.1"),
                Broken("gen.dims", None, "1 to 8192", "C of x 8193 -> 8192", "7.1"),
            ),
            {"channels": 8192},
        ),
        Plant(
            {"channels": 1, "maps": 8193, "size": (1, 1)},
            (
                Broken("deconv.outch", 8193, "1 to 8192", "8193 -> 8192", "7.1"),
                Broken("gen.dims", None, "1 to 8192", "C of y 8193 -> 8192", "7.1"),
            ),
            {"maps": 8192},
        ),
    ),
    alone=True,
)


BEDS = (DECONVOLUTION, SIZES)
