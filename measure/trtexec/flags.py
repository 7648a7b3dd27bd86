"""Options of trtexec: which version knows which, and the families of versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable

from measure.errors import UserError
from measure.tables import read_table
from measure.versions import in_range

PROGRAM = "trtexec"


@dataclass(frozen=True)
class Family:
    """TensorRT versions that spell the options and print the summary alike."""

    key: str
    since: str
    """First version."""
    measurable: bool
    """Whether runs can be made with it here; logs of all families can be read."""


FAMILIES = (
    Family("7", "", measurable=False),
    Family("8.0", "8.0", measurable=False),
    Family("8.4", "8.4", measurable=True),
    Family("8.6", "8.6", measurable=True),
    Family("10", "10.0", measurable=True),
    Family("11", "11.0", measurable=True),
)
"""Oldest first."""


def family(version: str) -> Family:
    """Return the family of a TensorRT version."""
    found = FAMILIES[0]
    for candidate in FAMILIES:
        if in_range(version, candidate.since, ""):
            found = candidate
    return found


def parses(option: str, tensorrt: str) -> bool:
    """Say whether trtexec of a TensorRT version is known to parse an option."""
    for row in read_table("reference/trtexec-flags"):
        if row["flag"] == option:
            gone = bool(row["gone_in"]) and in_range(tensorrt, row["gone_in"], "")
            return in_range(tensorrt, row["parsed_since"], "") and not gone
    return False


def is_strongly_typed(tensorrt: str) -> bool:
    """Say whether the types come from the model, as no option sets them."""
    return not parses("fp16", tensorrt)


def option_name(word: str) -> str:
    """Return the name of an option without dashes and value."""
    return word[2:].partition("=")[0]


def check_words(words: Iterable[str], tensorrt: str) -> None:
    """Make sure that a version knows every option.

    Raises
    ------
    UserError
        When it does not, with the option.
    """
    for word in words:
        if not parses(option_name(word), tensorrt):
            raise UserError(
                f"trtexec of TensorRT {tensorrt} does not know --{option_name(word)}; "
                "measure with another TensorRT, or see reference/trtexec-flags for what it knows"
            )


def shapes_option(shapes: Iterable[tuple[str, Iterable[int]]]) -> str:
    """Return the option that sets the sizes of inputs whose sizes the model leaves open."""
    sizes = (f"{name}:{'x'.join(map(str, shape))}" for name, shape in shapes)
    return f"--shapes={','.join(sizes)}"


def format_options(inputs: Iterable[str], outputs: Iterable[str], tensorrt: str) -> list[str]:
    """Return the options for the formats of all inputs and outputs, as in int8:dla_hwc4.

    A strongly typed version takes the layout alone.
    """
    words = []
    for option, formats in (("inputIOFormats", inputs), ("outputIOFormats", outputs)):
        texts = list(formats)
        if is_strongly_typed(tensorrt):
            texts = [text.partition(":")[2] for text in texts]
        if texts:
            words.append(f"--{option}={','.join(texts)}")
    return words
