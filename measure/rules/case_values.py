"""Read the values of a case's keys, whatever JSON they hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Union

from measure.errors import UserError
from measure.rules.attributes import (
    BY_AXIS,
    INTEGER_LISTS,
    INTEGERS,
    NUMBER_LISTS,
    NUMBERS,
    WORDS,
    is_number,
)

if TYPE_CHECKING:
    from typing import Mapping

Dimension = Union[int, str, None]
"""A size, the name of a dynamic one, or None for one that isn't known."""

_UNKNOWN_SIZE = -1
_SIZES = re.compile(r"\s*\d+(\s*[x×,]\s*\d+)*\s*")
_LARGEST = 2**63

_MORE_NUMBER_LISTS = ("int8_scales",)
_MORE_WORDS = ("input_format",)
_OTHER_NAMES = {
    "dilation": "dilations",
    "groups": "group",
    "kernel": "kernel_shape",
    "kernel_size": "kernel_shape",
    "padding": "pads",
    "scale_factor": "scale",
    "stride": "strides",
}
"""What other frameworks call an attribute."""
_PADDING_WORDS = {"SAME": "SAME_UPPER"}
_DATA_TYPES = {
    "float": "float32",
    "fp32": "float32",
    "half": "float16",
    "fp16": "float16",
    "double": "float64",
    "boolean": "bool",
}
_NOT = "_not"


def attributes_of(stated: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of a case, by the names that ONNX gives them."""
    found: dict[str, Any] = {}
    for key, value in stated.items():
        name = _OTHER_NAMES.get(key, key)
        if key.endswith(_NOT):
            found[key] = _excluded(key, value)
        elif name == "auto_pad" or (name == "pads" and isinstance(value, str)):
            word = _word(key, value).upper()
            found["auto_pad"] = _PADDING_WORDS.get(word, word)
        elif name in BY_AXIS:
            found[name] = _repeated(name, stated, key)
        elif name in INTEGER_LISTS:
            found[name] = integers_of(key, stated)
        elif name in INTEGERS:
            found[name] = _integer(key, value)
        elif name in (*NUMBER_LISTS, *_MORE_NUMBER_LISTS):
            found[name] = [_number(key, each) for each in _listed(value)]
        elif name in (*NUMBERS, "scale"):
            found[name] = _number(key, value)
        elif name == "sizes":
            found[name] = value if isinstance(value, bool) else integers_of(key, stated)
        elif name in (*WORDS, *_MORE_WORDS):
            found[name] = _word(key, value).lower()
        elif name in ("input_shapes", "n_inputs"):
            found[name] = value
    return found


def integers_of(key: str, stated: Mapping[str, Any]) -> list[int]:
    """Return one or more integers."""
    return [_integer(key, each) for each in _listed(stated[key])]


def integer_of(key: str, stated: Mapping[str, Any], default: int, most: int) -> int:
    """Return an integer from 0 to the most that makes sense, or the default."""
    if key not in stated:
        return default
    number = _integer(key, stated[key])
    if not 0 <= number <= most:
        raise UserError(f"{key}: {number} is not from 0 to {most}")
    return number


def words_of(key: str, stated: Mapping[str, Any]) -> list[str]:
    """Return one or more words, none if the case leaves the key out."""
    return [_word(key, each) for each in _listed(stated[key])] if key in stated else []


def word_of(key: str, stated: Mapping[str, Any], default: str | None) -> str | None:
    """Return a word, or the default."""
    return _word(key, stated[key]) if key in stated else default


def data_type_of(stated: Mapping[str, Any]) -> str | None:
    """Return the element type that a case states, by ONNX's name: tensor(float) is float32."""
    if "data_type" not in stated:
        return None
    word = _word("data_type", stated["data_type"]).lower()
    if word.startswith("tensor("):
        word = word[len("tensor(") :].rstrip(")")
    return _DATA_TYPES.get(word, word)


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
    if isinstance(value, bool) or not is_number(value):
        raise UserError(f"{key}: {value!r} is no number")
    return float(value) if isinstance(value, float) else int(value)


def _word(key: str, value: Any) -> str:
    """Return a word."""
    if not isinstance(value, str) or not value:
        raise UserError(f"{key}: {value!r} is no word")
    return value


def _repeated(name: str, stated: Mapping[str, Any], key: str) -> list[int]:
    """Return a list of integers; one number stands for all axes or sides.

    Other frameworks pad both ends of an axis by one number.
    """
    values = integers_of(key, stated)
    if not isinstance(stated[key], (list, tuple)):
        return values * BY_AXIS[name]
    return values * 2 if key == "padding" else values


def _excluded(key: str, value: Any) -> list[str | int]:
    """Return the values that a parameter doesn't have: words or whole numbers."""
    return [each if isinstance(each, str) else _integer(key, each) for each in _listed(value)]
