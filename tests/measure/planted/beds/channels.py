"""Convolutions that are too large: for the buffer, or in their channels."""

from __future__ import annotations

from tests.measure.planted.beds.convolution import ALL, convolution
from tests.measure.planted.plants import Bed, Broken, Plant


def _banks(precision: str, value: int, change: str = "-> 16") -> tuple[Broken, ...]:
    """Return the two rules on the convolution buffer, of which one is in force at a time."""
    details = (value, "at most 16", change)
    return (
        Broken("conv.cbuf", *details, precision=precision).during("8.4.0", "8.5"),
        Broken("conv.cbuf.heuristic", *details, precision=precision).during("8.6.0"),
    )


BUFFER = Bed(
    "convolution buffer",
    convolution,
    {"channels": 64, "kernel": (3, 3), "size": (8, 1280)},
    ALL,
    (
        Plant({"size": (8, 1281)}, _banks("fp16", 17, "17 -> 16"), {"size": (8, 1280)}),
        Plant({"size": (8, 2560)}, _banks("fp16", 31), {"size": (8, 1280)}),
        Plant(
            {"size": (8, 2561)},
            (*_banks("fp16", 32), *_banks("int8", 17)),
            {"size": (8, 1280)},
        ),
        Plant({"size": (40, 1280), "dilations": (2, 1)}, _banks("fp16", 26), {"size": (40, 768)}),
    ),
    alone=True,
)

WIDE = Bed(
    "many channels",
    convolution,
    {"size": (2, 2), "kernel": (1, 1), "channels": 4, "maps": 4},
    ALL,
    (
        Plant({"channels": 8192, "maps": 1}),
        Plant({"maps": 8192, "channels": 1}),
        Plant({"channels": 8192, "maps": 8192, "group": 8192}),
        Plant(
            {"channels": 8193, "maps": 1},
            (
                Broken("conv.inch", 8193, "1 to 8192", "8193 -> 8192", "7.1"),
                Broken("gen.dims", None, "1 to 8192", "C of x 8193 -> 8192", "7.1"),
            ),
            {"channels": 8192},
        ),
        Plant(
            {"maps": 8193, "channels": 1},
            (
                Broken("conv.outmaps", 8193, "1 to 8192", "8193 -> 8192", "7.1"),
                Broken("gen.dims", None, "1 to 8192", "C of y 8193 -> 8192", "7.1"),
            ),
            {"maps": 8192},
        ),
        Plant(
            {"channels": 8193, "maps": 8193, "group": 8193, "strides": (9, 1)},
            (
                Broken("conv.inch", 8193, "1 to 8192", "", "7.1"),
                Broken("conv.outmaps", 8193, "1 to 8192", "", "7.1"),
                Broken("conv.groups", 8193, "1 to 8192", "8193 -> 8192", "7.1"),
                Broken("conv.stride", [9, 1], "1 to 8", "", "7.1"),
                Broken("gen.dims", None, "1 to 8192", "", "7.1"),
            ),
            {"channels": 8192, "maps": 8192, "group": 8192, "strides": (8, 1)},
        ),
    ),
    alone=True,
)

BEDS = (BUFFER, WIDE)
