"""Which values the attributes have that rules look at."""

from __future__ import annotations

import math
from typing import Any

INTEGERS = (
    "axis",
    "ceil_mode",
    "count_include_pad",
    "group",
    "keepdims",
    "size",
    "storage_order",
    "transA",
    "transB",
)
BY_AXIS = {"kernel_shape": 2, "strides": 2, "dilations": 2, "pads": 4}
"""Lists of integers, and how many a single number stands for."""
INTEGER_LISTS = ("axes", "perm", "repeats", "split", "starts", "ends", "steps")
OUTPUT_SIZES = ("output_padding", "output_shape")
"""Lists of integers that a deconvolution has, one for each spatial axis."""
NUMBERS = ("alpha", "beta", "epsilon", "max", "min", "value")
NUMBER_LISTS = ("scales",)
NO_LIMIT = 3.4028234663852886e38
"""The largest float32: what a bound is that isn't there."""
WORDS = ("auto_pad", "coordinate_transformation_mode", "mode", "nearest_mode")


def has_right_kind(name: str, value: Any) -> bool:
    """Say whether an attribute has the type that ONNX gives it; others are not looked at."""
    if name in INTEGERS:
        return isinstance(value, int)
    if name in NUMBERS:
        return is_number(value)
    if name in WORDS:
        return isinstance(value, str)
    if name in BY_AXIS or name in INTEGER_LISTS or name in OUTPUT_SIZES:
        return isinstance(value, list) and all(isinstance(each, int) for each in value)
    if name in NUMBER_LISTS:
        return isinstance(value, list) and all(is_number(each) for each in value)
    return True


def is_number(value: Any) -> bool:
    """Say whether a value can be compared with bounds."""
    return isinstance(value, (int, float)) and not math.isnan(value)
