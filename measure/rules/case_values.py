"""Read the values of a case's keys, whatever JSON they hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Union

from measure.errors import UserError

if TYPE_CHECKING:
    from typing import Mapping

Dimension = Union[int, str, None]
"""A size, the name of a dynamic one, or None for one that isn't known."""

_UNKNOWN_SIZE = -1
_SIZES = re.compile(r"\s*\d+(\s*[x×,]\s*\d+)*\s*")
_LARGEST = 2**63

_INTEGERS = (
    "axis",
    "ceil_mode",
    "count_include_pad",
    "group",
    "keepdims",
    "opset",
    "size",
    "storage_order",
    "transA",
    "transB",
)
_LISTS = {"kernel_shape": 2, "strides": 2, "dilations": 2, "pads": 4}
"""Lists of integers, and how often a single number is meant."""
_OPEN_LISTS = ("axes", "perm", "repeats", "split", "starts", "ends", "steps")
"""Lists of integers of any length."""
_NUMBERS = ("alpha", "beta", "epsilon", "max", "min", "value", "scale")
_NUMBER_LISTS = ("scales", "int8_scales")
_WORDS = (
    "auto_pad",
    "coordinate_transformation_mode",
    "input_format",
    "mode",
    "nearest_mode",
    "slope",
)
_OTHER_NAMES = {"scale_factor": "scale", "group_count": "group", "groups": "group"}
_NOT = "_not"


def attributes_of(stated: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of a case, by the names that ONNX gives them."""
    found: dict[str, Any] = {}
    for key, value in stated.items():
        name = _OTHER_NAMES.get(key, key)
        if key.endswith(_NOT):
            found[key] = _excluded(key, value)
        elif name in _LISTS:
            found[name] = _repeated(name, stated, key)
        elif name in _OPEN_LISTS:
            found[name] = integers_of(key, stated)
        elif name in _INTEGERS:
            found[name] = _single(key, integers_of(key, stated))
        elif name in _NUMBER_LISTS:
            found[name] = [_number(key, each) for each in _listed(value)]
        elif name in _NUMBERS:
            found[name] = _number(key, value)
        elif name == "sizes":
            found[name] = value if isinstance(value, bool) else integers_of(key, stated)
        elif name in _WORDS:
            found[name] = _word(key, value)
        elif name in ("input_shapes", "n_inputs"):
            found[name] = value
    return found


def integers_of(key: str, stated: Mapping[str, Any]) -> list[int]:
    """Return one or more integers."""
    return [_integer(key, each) for each in _listed(stated[key])]


def words_of(key: str, stated: Mapping[str, Any]) -> list[str]:
    """Return one or more words, none if the case leaves the key out."""
    if key not in stated:
        return []
    found = [_word(key, each) for each in _listed(stated[key])]
    if not found and not isinstance(stated[key], (list, tuple)):
        raise UserError(f"{key}: write a word")
    return found


def shapes_of(key: str, stated: Mapping[str, Any]) -> list[list[Dimension] | None]:
    """Return one shape or a list of shapes, None for one that isn't known."""
    value = stated[key]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)) and any(
        isinstance(each, (list, tuple)) or (each is None and key.endswith("s")) for each in value
    ):
        return [None if each is None else dimensions_of(key, each) for each in value]
    if key.endswith("s") and value == []:
        return []
    return [dimensions_of(key, value)]


def dimensions_of(key: str, value: Any) -> list[Dimension]:
    """Return the dimensions of one shape."""
    if isinstance(value, str) and _SIZES.fullmatch(value):
        value = [int(size) for size in re.findall(r"\d+", value)]
    if not isinstance(value, (list, tuple)):
        raise UserError(f"{key}: {value!r} is no shape; write a list of sizes")
    return [_dimension(key, size) for size in value]


def _dimension(key: str, size: Any) -> Dimension:
    """Return one dimension."""
    if size is None or isinstance(size, str):
        return size
    number = _integer(key, size)
    if number < _UNKNOWN_SIZE:
        raise UserError(f"{key}: {number} is no size; write a number from 0 on, or a name")
    return number


def _listed(value: Any) -> list[Any]:
    """Return a list for one value or many."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _integer(key: str, value: Any) -> int:
    """Return an integer; true is one and 3.0 is 3."""
    if isinstance(value, bool) or (isinstance(value, int) and abs(value) < _LARGEST):
        return int(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST:
        return int(value)
    raise UserError(f"{key}: {value!r} is no whole number")


def _number(key: str, value: Any) -> float:
    """Return a number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        raise UserError(f"{key}: {value!r} is no number")
    return value


def _word(key: str, value: Any) -> Any:
    """Return a word; ONNX names are the same as bytes."""
    if not isinstance(value, str) or not value:
        raise UserError(f"{key}: {value!r} is no word")
    return value


def _single(key: str, values: list[int]) -> int:
    """Return the only one of some integers."""
    if len(values) != 1:
        raise UserError(f"{key}: write one number")
    return values[0]


def _repeated(name: str, stated: Mapping[str, Any], key: str) -> list[int]:
    """Return a list of integers; one number stands for all axes or sides."""
    values = integers_of(key, stated)
    return values if isinstance(stated[key], (list, tuple)) else values * _LISTS[name]


def _excluded(key: str, value: Any) -> list[Any]:
    """Return the values that a parameter doesn't have."""
    values = _listed(value)
    if any(isinstance(each, (dict, list)) or each is None for each in values):
        raise UserError(f"{key}: write a value or a list of values")
    return values
