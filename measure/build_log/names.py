"""Layer names as TensorRT joins them: ForeignNodes, fused layers, lists on one line."""

from __future__ import annotations

FOREIGN_NODE = "{ForeignNode["
_FOREIGN_END = "]}"
_RANGE = "..."
_FUSED = " + "
_POINTWISE = "PWN("
_OPENING = "([{"
_CLOSING = ")]}"
_LONGEST = 4096
"""Characters of a name that is taken apart; those of real layers are shorter by far."""


def foreign_node(text: str) -> str:
    """Return the ForeignNode that a text begins with, to its last closing, or nothing."""
    end = text.rfind(_FOREIGN_END)
    if not text.startswith(FOREIGN_NODE) or end < 0:
        return ""
    return text[: end + len(_FOREIGN_END)]


def foreign_ends(name: str) -> tuple[str, ...]:
    """Return the first and the last layer of a ForeignNode, or the only one.

    Dots inside brackets belong to a name.
    """
    inner = name[len(FOREIGN_NODE) : -len(_FOREIGN_END)]
    first, *others = _split_outside(inner, _RANGE)
    last = _RANGE.join(others)
    return (first, last) if first and last else (inner,)


def fused_parts(name: str) -> list[str]:
    """Return the layers that were fused into one, "A + B" and "PWN(PWN(A, B), C)"."""
    parts: list[str] = []
    waiting = [name[:_LONGEST]]
    while waiting:
        part = waiting.pop().strip()
        wrapped = part.startswith(_POINTWISE) and part.endswith(")")
        pieces = (
            _split_outside(part[len(_POINTWISE) : -1], ", ")
            if wrapped
            else _split_outside(part, _FUSED)
        )
        if wrapped or len(pieces) > 1:
            waiting += reversed(pieces)
        elif part:
            parts.append(part)
    return parts


def split_names(text: str) -> list[str]:
    """Split a list of layers on one line, "a, PWN(b, c), d, ", at its outer commas."""
    return [name for name in (part.strip() for part in _split_outside(text, ", ")) if name]


def split_groups(text: str) -> list[list[str]]:
    """Split the subgraphs on one line, "{a,b}, {c}, ", into the layers of each."""
    groups = [group.strip().rstrip(",").strip() for group in _split_outside(text, ", ")]
    return [_split_outside(group[1:-1], ",") for group in groups if group.startswith("{")]


def _split_outside(text: str, separator: str) -> list[str]:
    """Split where no bracket is open; a text with brackets that don't match is split all over."""
    if not _balanced(text):
        return text.split(separator)
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
        elif depth == 0 and text.startswith(separator, position):
            parts.append(text[start:position])
            start = position + len(separator)
    return [*parts, text[start:]]


def _balanced(text: str) -> bool:
    """Say whether every bracket is closed in its turn."""
    depth = 0
    for character in text:
        depth += (character in _OPENING) - (character in _CLOSING)
        if depth < 0:
            return False
    return depth == 0
