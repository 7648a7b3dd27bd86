"""How many images a query of trtexec is.

With an implicit batch trtexec counts images as queries; with an explicit one a query is a run
of the engine, of as many images as its input holds. To multiply the first kind would be wrong by
the whole batch.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from measure.build_log.grammar import switches_of
from measure.trtexec.flags import parses
from measure.trtexec.options import INFERENCE, UNKNOWN

if TYPE_CHECKING:
    from measure.build_log.grammar import Line
    from measure.trtexec.options import Sections

IMPLICIT = "implicit"
EXPLICIT = "explicit"

_BINDING = re.compile(
    r"(?:Created input binding for (?P<old>.+) with dimensions (?P<old_sizes>[\dx]+)"
    r"|Input binding for (?P<new>.+) with dimensions (?P<new_sizes>[\dx]+) is created)\.?"
)
_SHAPE = re.compile(r"[=:](\d{1,9}(?:x\d{1,9})*)(?:$|,|\s)")
_COUNT = re.compile(r"[1-9]\d{0,8}")
_MOST_INPUTS = 64
_IMAGE_RANK = 4
"""Sizes of a batch of images; an implicit batch is none of them."""


@dataclass(frozen=True)
class Batch:
    """What a query is.

    Parameters
    ----------
    kind
        implicit, explicit or unknown.
    size
        Images that the engine takes at once; ``None`` if unknown.
    basis
        Where the size is from: option, binding, shapes, caller; empty if it is unknown.
    note
        What cannot be right, in a sentence.
    """

    kind: str = UNKNOWN
    size: int | None = None
    basis: str = ""
    note: str = ""

    @property
    def images_per_query(self) -> int | None:
        """Return images in what trtexec counts as a query."""
        if self.note or self.kind == UNKNOWN:
            return None
        return 1 if self.kind == IMPLICIT else self.size


class BindingReader:
    """Collect the sizes of the inputs that the engine really ran with."""

    def __init__(self) -> None:
        self.inputs: dict[str, tuple[int, ...]] = {}

    def read(self, line: Line) -> None:
        """Take a line into account."""
        found = _BINDING.fullmatch(line.text) if "binding for " in line.text else None
        if found and len(self.inputs) < _MOST_INPUTS:
            sizes = found.group("old_sizes") or found.group("new_sizes")
            self.inputs[found.group("old") or found.group("new")] = _sizes(sizes)


def batch_of(
    sections: Sections,
    command: str,
    tensorrt: str,
    inputs: dict[str, tuple[int, ...]],
    caller: int | None,
) -> Batch:
    """Return what a query is, by the log and else by what the caller says."""
    switches = switches_of(command)
    option = sections.get(INFERENCE, {}).get("Batch", "")
    explicit = option == "Explicit" or (not option and _must_be_explicit(switches, tensorrt))
    count = option or switches.get("batch", "")
    # An ONNX model may have a batch of its own, which nothing says here.
    if not count and command and "onnx" not in switches:
        count = "1"
    if not explicit and _COUNT.fullmatch(count):
        return _with_count(int(count), switches, inputs, caller)
    if inputs and explicit:
        return _of_inputs(inputs, caller)
    shapes = _shapes(sections, switches) if explicit else set()
    if len(shapes) == 1:
        return Batch(EXPLICIT, shapes.pop(), "shapes")
    if caller is not None:
        return Batch(EXPLICIT, caller, "caller")
    return Batch(EXPLICIT) if explicit else Batch()


def _must_be_explicit(switches: dict[str, str], tensorrt: str) -> bool:
    """Say whether version or command leave no other kind."""
    if not tensorrt:
        return "explicitBatch" in switches
    if not parses("batch", tensorrt):
        return True
    from_onnx = "onnx" in switches and not tensorrt.startswith("7.")
    return from_onnx or bool({"explicitBatch", "shapes", "optShapes"} & set(switches))


def _with_count(
    count: int,
    switches: dict[str, str],
    inputs: dict[str, tuple[int, ...]],
    caller: int | None,
) -> Batch:
    """Return the kind where a batch is printed, which is one also where none was asked for.

    A loaded engine may have an explicit batch and is counted with one then.
    """
    rank = max((len(sizes) for sizes in inputs.values()), default=0)
    if "loadEngine" not in switches or "batch" in switches:
        if count > 1 and rank >= _IMAGE_RANK:
            return Batch(
                note=f"the inputs of the engine have a batch of their own, and --batch={count} was "
                "given too: trtexec may have counted each run that often; run it without --batch"
            )
        return Batch(IMPLICIT, count, "option")
    if rank >= _IMAGE_RANK:
        return _of_inputs(inputs, caller)
    if rank:
        return Batch(IMPLICIT, count, "option")
    return Batch(EXPLICIT, caller, "caller") if caller is not None else Batch()


def _shapes(sections: Sections, switches: dict[str, str]) -> set[int]:
    """Return the first size of every shape that was asked for."""
    options = sections.get(INFERENCE, {})
    text = options.get("Input inference shape") or switches.get("shapes", "")
    return {_sizes(shape)[0] for shape in _SHAPE.findall(text)} - {0}


def _of_inputs(inputs: dict[str, tuple[int, ...]], caller: int | None) -> Batch:
    """Return the batch if all inputs agree on it, images before others; else the caller's."""
    images = [sizes for sizes in inputs.values() if len(sizes) >= _IMAGE_RANK]
    found = {sizes[0] for sizes in images or inputs.values()} - {0}
    if len(found) == 1:
        return Batch(EXPLICIT, found.pop(), "binding")
    return Batch(EXPLICIT, caller, "caller" if caller is not None else "")


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(size[:9]) for size in text.split("x") if size) or (0,)
