"""The grammar of single lines: what stands before the text, banners, options, versions."""

from __future__ import annotations

import re
from typing import NamedTuple

_COLOUR = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_STAMP = r"\[\d\d/\d\d/\d{4}-\d\d:\d\d:\d\d\] ?"
_DAY_AND_TIME = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d"
_USUAL = re.compile(_STAMP + r"\[([IWEVF])\] ?(\[TRT\] ?)?")
_PREFIX = re.compile(
    r"\s*(?:(?P<stamp>"
    + _STAMP
    + r")|\[(?P<letter>[IWEVF])\](?=[ \[]|$)"
    + r"|(?P<tag>\[TRT\]:?|\[TensorRT\]|\[Torch-TensorRT[^\]]*\] -)"
    + r"|(?P<word>VERBOSE|INFO|WARNING|ERROR|INTERNAL_ERROR|FATAL):"
    + r"|\[(?P<runtime>[VIWEF]):onnxruntime[^\]]*\]"
    + rf"|\[{_DAY_AND_TIME}[^\]]{{0,40}}\](?= )"
    + rf"|{_DAY_AND_TIME}\S{{0,40}}(?: (?:UTC|[A-Z]{{2,4}}T))?(?= )"
    + r"|[>#|](?=\s|\[)"
    + r")\s?"
)
_OWN_PARTS = ("stamp", "letter", "tag")
"""What only TensorRT and trtexec put before a text."""
_WORD_LEVELS = {
    "VERBOSE": "V",
    "INFO": "I",
    "WARNING": "W",
    "ERROR": "E",
    "INTERNAL_ERROR": "E",
    "FATAL": "F",
}
_BANNER = re.compile(
    r"&&&& (?P<state>RUNNING|PASSED|FAILED|WAIVED|SKIPPED) TensorRT\.(?P<program>\S+)"
    r"(?: \[TensorRT v(?P<version>\d+)\])?(?: \[b(?P<build>\d+)\])?(?: # ?(?P<command>.*))?"
)
_VERSION_LINE = re.compile(r"TensorRT [Vv]ersion:? (\d+(?:\.\d+)+)")
_COMMAND = re.compile(r"(?:^|\s|/)trtexec\s+-")
_SWITCH = re.compile(r"(?<!\S)--?(\w+)(?:=(\S*))?")


class Line(NamedTuple):
    """One line: its number, its level (empty if it has none) and the text behind the stamps."""

    number: int
    level: str
    text: str
    tagged: bool
    """Whether what stands before the text is TensorRT's or trtexec's own."""


class Banner(NamedTuple):
    """The line with which a program of TensorRT begins and ends its log."""

    state: str
    program: str
    version: str
    command: str


def split_line(number: int, raw: str) -> Line:
    """Take the stamps, tags, quotes and colours off a line."""
    if "\x1b" in raw:
        raw = _COLOUR.sub("", raw)
    usual = _USUAL.match(raw)
    start, level, tagged = 0, "", False
    if usual:
        start, level, tagged = usual.end(), usual.group(1), True
        if raw[start : start + 1] != "[":
            return Line(number, level, raw[start:].strip(), tagged)
    prefix = _PREFIX.match(raw, start)
    while prefix and prefix.end() > start:
        start = prefix.end()
        level = _level(prefix) or level
        tagged = tagged or any(prefix.group(part) for part in _OWN_PARTS)
        prefix = _PREFIX.match(raw, start)
    return Line(number, level, raw[start:].strip(), tagged)


def _level(prefix: re.Match[str]) -> str:
    """Return the level a part of the prefix tells, if it tells one."""
    letter = prefix.group("letter") or prefix.group("runtime")
    return letter or _WORD_LEVELS.get(prefix.group("word") or "", "")


def banner_of(text: str) -> Banner | None:
    """Read a banner."""
    found = _BANNER.match(text)
    if not found:
        return None
    digits = found.group("version")
    return Banner(
        found.group("state"),
        found.group("program"),
        version_of_digits(digits) if digits else "",
        (found.group("command") or "").strip(),
    )


def version_of_digits(digits: str) -> str:
    """Decode a banner's version: 8502 is 8.5.2, 8510 is 8.5.10, 100300 is 10.3.0."""
    number = int(digits)
    patch = number % 100
    if len(digits) <= 4:
        return f"{number // 1000}.{number // 100 % 10}.{patch}"
    return f"{number // 10000}.{number // 100 % 100}.{patch}"


def version_of_line(text: str) -> str:
    """Return the version that a line of its own tells, or nothing."""
    found = _VERSION_LINE.search(text)
    return found.group(1) if found else ""


def is_command(text: str) -> bool:
    """Say whether the line is a call of trtexec, as typed in a shell."""
    return bool(_COMMAND.search(text)) and "&&&&" not in text


def switches_of(command: str) -> dict[str, str]:
    """Return the switches of a command line with their values, empty for those without."""
    return {name: value or "" for name, value in _SWITCH.findall(command)}
