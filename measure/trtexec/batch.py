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
_COUNT = re.compile(r"\d{1,9}")
_MOST = 64
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
        if found and len(self.inputs) < _MOST:
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
    ranks = {len(sizes) for sizes in inputs.values()}
    if _COUNT.fullmatch(option):
        return _with_count(int(option), switches, ranks, inputs, caller)
    if option == "Explicit" or _must_be_explicit(switches, tensorrt):
        return _explicit(sections, switches, inputs, caller)
    if _COUNT.fullmatch(switches.get("batch", "")):
        return _with_count(int(switches["batch"]), switches, ranks, inputs, caller)
    if caller is not None:
        return Batch(EXPLICIT, caller, "caller")
    return Batch()


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
    ranks: set[int],
    inputs: dict[str, tuple[int, ...]],
    caller: int | None,
) -> Batch:
    """Return the kind where a batch is printed, which is one also where none was asked for.

    A loaded engine may have an explicit batch and is counted with one then.
    """
    loaded = "loadEngine" in switches and "batch" not in switches
    if not loaded:
        if count > 1 and ranks and min(ranks) >= _IMAGE_RANK:
            return Batch(
                note=f"--batch={count} was given for an engine whose inputs have a batch of "
                "their own: trtexec's throughput is too high by that factor, or not; leave "
                "--batch out and run again"
            )
        return Batch(IMPLICIT, count, "option")
    if ranks and min(ranks) >= _IMAGE_RANK:
        return _of_inputs(inputs, caller)
    if ranks:
        return Batch(IMPLICIT, count, "option")
    return Batch(EXPLICIT, caller, "caller") if caller is not None else Batch()


def _explicit(
    sections: Sections,
    switches: dict[str, str],
    inputs: dict[str, tuple[int, ...]],
    caller: int | None,
) -> Batch:
    """Return an explicit batch: of the inputs, of the shapes asked for, or of the caller."""
    if inputs:
        return _of_inputs(inputs, caller)
    options = sections.get(INFERENCE, {})
    shapes = options.get("Input inference shape") or switches.get("shapes", "")
    found = {_sizes(text)[0] for text in _SHAPE.findall(shapes)}
    if len(found) == 1:
        return Batch(EXPLICIT, found.pop(), "shapes")
    return Batch(EXPLICIT, caller, "caller" if caller is not None else "")


def _of_inputs(inputs: dict[str, tuple[int, ...]], caller: int | None) -> Batch:
    """Return the batch if all inputs agree on it, else that of the caller."""
    found = {sizes[0] for sizes in inputs.values()}
    if len(found) == 1:
        return Batch(EXPLICIT, found.pop(), "binding")
    return Batch(EXPLICIT, caller, "caller" if caller is not None else "")


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(size[:9]) for size in text.split("x") if size) or (1,)
