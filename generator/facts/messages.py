"""What TensorRT prints about the DLA, and how a browser recognises it."""

from __future__ import annotations

import re

LEVELS = {
    "refusal": "one layer is refused",
    "failure": "the build or the run fails",
    "placement": "says what runs where",
    "information": "information",
}

_NAMED_GROUP = re.compile(r"\(\?P<(\w+)>")
_BACK_REFERENCE = re.compile(r"\(\?P=(\w+)\)")
_FLAGS = re.compile(r"^\(\?([a-z]+)\)")


def javascript_pattern(pattern: str) -> tuple[str, str]:
    """Return a regular expression of Python as the source and the flags of one of JavaScript.

    Parameters
    ----------
    pattern
        An expression with named groups, and flags at most in front.
    """
    flags = _FLAGS.match(pattern)
    source = pattern[flags.end() :] if flags else pattern
    source = _NAMED_GROUP.sub(r"(?<\1>", source)
    return _BACK_REFERENCE.sub(r"\\k<\1>", source), flags[1] if flags else ""
