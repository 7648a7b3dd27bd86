"""The lists of layers a builder prints, and what was offloaded to the DLA in the end."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from measure.build_log.names import FOREIGN_NODE, foreign_node, split_groups, split_names

_TITLE = re.compile(r"-{3,} *Layers [Rr]unning on (?:DLA|GPU)\b")
_TYPED = re.compile(r"([A-Z][A-Z0-9_]*): (.*)")
_OFFLOADED_COUNT = re.compile(r"Number of DLA node candidates offloaded *: *(\d+) out of (\d+)")
_OFFLOADED = " successfully offloaded to DLA"
_DLA_TAG = "[DlaLayer]"
_GPU_TAG = "[GpuLayer]"


@dataclass(frozen=True)
class GpuLayer:
    """A layer on the GPU; the type is empty where the list has none."""

    name: str
    type: str = ""


@dataclass
class LayerLists:
    """What one pair of lists says.

    Parameters
    ----------
    subgraphs
        ForeignNodes (8.x), or the names of the layers of each group joined by commas (7.x).
    grouped_layers
        The layers of each group; only 7.x prints them.
    candidates
        Layers that the builder means to try on the DLA (10.x): a list that is not the result.
    gpu
        Layers on the GPU; beside a list of candidates only those known from the start.
    dla_known, gpu_known
        Whether that list was printed, be it empty.
    """

    subgraphs: list[str] = field(default_factory=list)
    grouped_layers: list[list[str]] = field(default_factory=list)
    candidates: list[str] = field(default_factory=list)
    gpu: list[GpuLayer] = field(default_factory=list)
    dla_known: bool = False
    gpu_known: bool = False

    @property
    def are_final(self) -> bool:
        """Say whether the lists tell what is in the engine."""
        return self.dla_known and self.gpu_known and not self.candidates


@dataclass
class Offload:
    """The final word of 10.x: which subgraphs the DLA's compiler accepted."""

    nodes: list[str] = field(default_factory=list)
    accepted: int | None = None
    candidates: int | None = None


class ListReader:
    """Follow the lists and the offloading of one run, line by line."""

    def __init__(self) -> None:
        self.lists: LayerLists | None = None
        self.printed = 0
        """How many pairs of lists there were; the last one counts."""
        self.offload = Offload()
        self._awaited = ""
        """The list that the next line holds, after a title of 7.x."""

    def read(self, text: str) -> bool:
        """Take a line into account; say whether it belongs to the lists."""
        if text.startswith((_DLA_TAG, _GPU_TAG)):
            self._read_tagged(text)
        elif text.startswith("---") and _TITLE.match(text):
            self._read_title(text)
        elif text.startswith(FOREIGN_NODE) and _OFFLOADED in text:
            self._read_offloaded(text)
        elif text.startswith("Number of DLA node candidates"):
            self._read_count(text)
        elif self._awaited:
            return self._read_one_line(text)
        else:
            return False
        return True

    def _begin(self) -> LayerLists:
        """Forget the lists of an earlier pass of the builder."""
        self.lists, self.offload = LayerLists(), Offload()
        self.printed += 1
        return self.lists

    def _read_title(self, text: str) -> None:
        """Read ``--- Layers Running on DLA ---``, or that of 7.x, which ends in a colon."""
        on_dla = text.rstrip(" -:").endswith("DLA")
        lists = self._begin() if on_dla or self.lists is None else self.lists
        self._awaited = ("DLA" if on_dla else "GPU") if text.endswith(":") else ""
        if not on_dla:
            lists.dla_known = True
            lists.gpu_known = not self._awaited

    def _read_tagged(self, text: str) -> None:
        """Read a line of its own for a layer, as 8.x and 10.x print them."""
        self._awaited = ""
        lists = self._begin() if self.lists is None else self.lists
        name = text[len(_DLA_TAG) :].strip()
        if text.startswith(_GPU_TAG):
            typed = _TYPED.fullmatch(name)
            lists.gpu_known = True
            lists.gpu.append(GpuLayer(typed.group(2), typed.group(1)) if typed else GpuLayer(name))
        elif foreign_node(name):
            lists.subgraphs.append(foreign_node(name))
        elif name:
            lists.candidates.append(name)

    def _read_one_line(self, text: str) -> bool:
        """Read the one line behind a title: names that end in a comma, or nothing (7.x)."""
        awaited, self._awaited = self._awaited, ""
        if self.lists is None or (text and not text.endswith(",")):
            return False
        if awaited == "DLA":
            self.lists.dla_known = True
            self.lists.grouped_layers = split_groups(text)
            self.lists.subgraphs = [",".join(group) for group in self.lists.grouped_layers]
        else:
            self.lists.gpu_known = True
            self.lists.gpu = [GpuLayer(name) for name in split_names(text[:-1])]
        return True

    def _read_offloaded(self, text: str) -> None:
        node = foreign_node(text[: text.rfind(_OFFLOADED)])
        if node:
            self.offload.nodes.append(node)

    def _read_count(self, text: str) -> None:
        found = _OFFLOADED_COUNT.match(text)
        if found:
            self.offload.accepted, self.offload.candidates = map(int, found.groups())
