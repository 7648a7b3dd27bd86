"""The grammar of a tegrastats line, from L4T 28 to 39, and what its words mean."""

from __future__ import annotations

import math
import re
from typing import Callable, Dict, TypeVar

from measure.tegrastats.reading import Core, Engine, Memory

_NUMBER = r"\d{1,9}"
_NAME = r"(?P<name>MTS fg|[A-Za-z][\w-]*)"
_CORE = rf"(?:off|\d{{1,3}}%(?:@{_NUMBER})?)"
_CELSIUS = r"-?\d{1,4}(?:\.\d{1,6})?C"
_CLOCKS = rf"(?:{_NUMBER}|\[{_NUMBER}(?:,{_NUMBER})*\])"

FIELDS = {
    "date": r"(\d\d-\d\d-\d{4} \d\d:\d\d:\d\d)",
    # No blank before the bracket of IRAM.
    "memory": rf"NAME +({_NUMBER}/{_NUMBER})[kM]B(?: *\([^()]*\))?",
    # A line that was cut at its start may begin with the list; 28.1 has one clock behind it.
    "cpu": rf"(?:(?:CPU|cpu) +)?\[([^\]]+)\](?:@({_NUMBER}))?",
    "temperature": r"NAME@(\S+)",
    "rail": rf"NAME +(-?{_NUMBER})(?:mW)?/[-\dmW/]+",
    "engine": r"NAME +(\S+)",
}
"""Kind of field: its pattern, in order of trial; NAME stands for the field's name.

A field ends at a blank, so that RAM 3/7MB is no rail. On Xavier a sensor, a rail and the list of
cores are all called CPU. The words of cores, sensors and engines have to mean something too.
"""

VALUES = {"date": 1, "memory": 1, "cpu": 2, "temperature": 1, "rail": 1, "engine": 1}
"""How many values a field of each kind has."""

_SENSOR_OFF = -256
_LARGEST_MEMO = 1 << 14

K = TypeVar("K")
V = TypeVar("V")


class Memo(Dict[K, V]):
    """What words mean, remembered: a log repeats a few words in most lines.

    Parameters
    ----------
    meaning
        What a word, or several, mean; raises ValueError for those that mean nothing.
    """

    def __init__(self, meaning: Callable[[K], V]) -> None:
        super().__init__()
        self._meaning = meaning

    def __missing__(self, words: K) -> V:
        if len(self) >= _LARGEST_MEMO:
            self.clear()
        self[words] = self._meaning(words)
        return self[words]


def _fitting(pattern: str, meaning: Callable[[str], V]) -> Callable[[str], V]:
    """Return a meaning that only words of a pattern have."""
    fits = re.compile(pattern, re.ASCII).fullmatch

    def checked(word: str) -> V:
        if not fits(word):
            raise ValueError(word)
        return meaning(word)

    return checked


def _memory(word: str) -> Memory:
    used, total = word.split("/")
    return Memory(int(used), int(total))


def _core(word: str) -> Core | None:
    if word == "off":
        return None
    load, _, mhz = word.partition("%@")
    return Core(int(load.rstrip("%")), int(mhz) if mhz else None)


def _celsius(word: str) -> float:
    degrees = float(word.split("/")[0].rstrip("C"))
    return degrees if degrees > _SENSOR_OFF else math.nan


def _engine(word: str) -> Engine:
    if word == "off":
        return Engine(False, None, ())
    load, at, clocks = word.partition("@")
    if not at and not load.endswith("%"):
        load, clocks = "", load
    mhz = tuple(map(int, clocks.strip("[]").split(","))) if clocks else ()
    return Engine(True, int(load.rstrip("%")) if load else None, mhz)


MEMORIES = Memo(_memory)
CORES = Memo(_fitting(_CORE, _core))
TEMPERATURES = Memo(_fitting(rf"{_CELSIUS}(?:/{_CELSIUS})?", _celsius))
ENGINES = Memo(_fitting(rf"off|(?:\d{{1,3}}%)?@{_CLOCKS}|\d{{1,3}}%|{_NUMBER}", _engine))


def field_pattern(kind: str, name: str | None = None) -> str:
    """Return the pattern of a field; without a name, of any name, in the group "name"."""
    return FIELDS[kind].replace("NAME", _NAME if name is None else re.escape(name))
