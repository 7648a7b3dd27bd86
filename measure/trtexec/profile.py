"""Time of each layer: the file of --exportProfile."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import Any, Iterator

from measure.build_log.names import FOREIGN_NODE
from measure.build_log.reading import LogFile
from measure.errors import UserError

MOST_CHARACTERS = 1 << 25
"""Size of a profile that is read; one has a line for each layer of an engine."""

_COUNT = "count"
_NAME = '"name" : "'
_AFTER_NAME = '", "timeMs"'
_FROM_NVM = " from nvm"
_BLANKS = re.compile(r"\s*")


@dataclass(frozen=True)
class LayerTime:
    """A layer's time; ``None`` is what the file or the table has not."""

    name: str
    total_ms: float | None = None
    average_ms: float | None = None
    median_ms: float | None = None
    percent: float | None = None


@dataclass
class Profile:
    """One profile: how many runs it covers, and the layers in the order of the engine."""

    iterations: int | None = None
    layers: list[LayerTime] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_profile(path: str) -> list[Profile]:
    """Return the profiles of a file, one for each run that was appended to it.

    Names are written as they are, also with quotes and backslashes that break the JSON: those
    are put right, and a note says so.
    """
    file = LogFile(path)
    text, repaired = _text(file, path)
    profiles = [_profile(document, path) for document in _documents(text, path)]
    if not profiles:
        raise UserError(f"{path}: holds no profile; give the file of trtexec's --exportProfile")
    for profile in profiles:
        if repaired:
            profile.notes.append(
                f"{repaired} names hold quotes or backslashes that trtexec does not escape; "
                "they were put right"
            )
        if all(layer.median_ms is None for layer in profile.layers):
            profile.notes.append("no medians: this version of TensorRT does not write them")
        _explain_nvm(profile)
    return profiles


def _text(file: LogFile, path: str) -> tuple[str, int]:
    """Return the whole text with its names escaped, and how many of them were not."""
    lines, size, repaired = [], 0, 0
    for line in file.lines():
        size += len(line)
        if size > MOST_CHARACTERS:
            raise UserError(
                f"{path}: is larger than {MOST_CHARACTERS} characters, as no profile is"
            )
        escaped = _escaped(line)
        repaired += escaped != line
        lines.append(escaped)
    if file.cut:
        raise UserError(f"{path}: {file.cut}")
    return "\n".join(lines), repaired


def _escaped(line: str) -> str:
    """Escape quotes and backslashes of the name in a row of its own."""
    start = line.find(_NAME) + len(_NAME)
    end = line.rfind(_AFTER_NAME)
    name = line[start:end] if len(_NAME) <= start <= end else ""
    if "\\" not in name and '"' not in name:
        return line
    return f"{line[:start]}{json.dumps(name)[1:-1]}{line[end:]}"


def _documents(text: str, path: str) -> Iterator[Any]:
    """Yield the JSON documents that stand one behind the other."""
    decoder = json.JSONDecoder()
    position = 0
    while True:
        position = _BLANKS.match(text, position).end()  # type: ignore[union-attr]
        if position == len(text):
            return
        try:
            document, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            line = text.count("\n", 0, getattr(error, "pos", position)) + 1
            raise UserError(
                f"{path}: line {line}: is no JSON: {getattr(error, 'msg', error)}; "
                "give the file of trtexec's --exportProfile"
            ) from None
        yield document


def _profile(document: Any, path: str) -> Profile:
    """Turn a document into a profile: the first element counts the runs, the others are layers."""
    if not isinstance(document, list) or not all(isinstance(row, dict) for row in document):
        raise UserError(f"{path}: is no list of layers; give the file of trtexec's --exportProfile")
    profile = Profile()
    for row in document:
        if _COUNT in row and "name" not in row:
            count = _number(row[_COUNT])
            profile.iterations = None if count is None else int(count)
        else:
            profile.layers.append(_layer(row, path))
    return profile


def _layer(row: dict[str, Any], path: str) -> LayerTime:
    name = row.get("name")
    if not isinstance(name, str) or "timeMs" not in row:
        raise UserError(
            f"{path}: {row!r:.80} is no layer with its time; "
            "give the file of trtexec's --exportProfile"
        )
    return LayerTime(
        name,
        _number(row["timeMs"]),
        _number(row.get("averageMs")),
        _number(row.get("medianMs")),
        _number(row.get("percentage")),
    )


def _number(value: Any) -> float | None:
    """Return a number, and nothing for what is none or not finite."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if abs(value) < math.inf and abs(value) < 1e300 else None


def _explain_nvm(profile: Profile) -> None:
    """Say where an old version has booked the DLA's time."""
    booked = [layer for layer in profile.layers if layer.name.endswith(_FROM_NVM)]
    nodes = [layer for layer in profile.layers if layer.name.startswith(FOREIGN_NODE)]
    if booked and nodes and _sum(booked) > _sum(nodes):
        profile.notes.append(
            "the DLA's time is booked on the tensors that come back from it (from nvm): the rows "
            "of the subgraphs are their launch alone"
        )


def _sum(layers: list[LayerTime]) -> float:
    return sum(layer.total_ms or 0.0 for layer in layers)
