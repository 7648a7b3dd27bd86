"""What differs in a page of the site, in lines for the terminal."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Sequence

from measure.printable import safe

if TYPE_CHECKING:
    from measure.publish.site import PageDiff

_SHOWN_LINES = 12
_CONTEXT = 4
"""Words that are shown on both sides of what differs in a line."""
_TAG = re.compile(r"<[^>]*>")


def page_lines(page: PageDiff, *, full: bool) -> list[str]:
    """Return the name of a page that changes, and below it the first of its lines that do.

    Parameters
    ----------
    full
        Whether all lines are shown.
    """
    texts = [text for text in _narrowed(list(map(_words, _body(page)))) if len(text) > 1]
    shown = texts if full else texts[:_SHOWN_LINES]
    lines = [f"  {page.path} ({page.status})", *(f"    {safe(text, 160)}" for text in shown)]
    if len(shown) < len(texts):
        lines.append(f"    … {len(texts) - len(shown)} more lines; --full shows them")
    return lines


def _body(page: PageDiff) -> list[str]:
    """Return the lines of a difference; of a whole page those from its heading on."""
    if page.status == "changed":
        return page.lines
    heading = next((at for at, line in enumerate(page.lines) if line[1:3] == "# "), 0)
    return page.lines[heading:]


def _narrowed(lines: Sequence[str]) -> list[str]:
    """Return lines of which those that replace one another show what differs in them."""
    shown = list(lines)
    for number, (one, other) in enumerate(zip(lines, lines[1:])):
        if one[:1] == "-" and other[:1] == "+":
            shown[number : number + 2] = _differing(one[1:].split(), other[1:].split())
    return shown


def _differing(old: list[str], new: list[str]) -> list[str]:
    """Return two lines without most of the words that both begin and end with."""
    begin = _alike(old, new)
    end = _alike(old[begin:][::-1], new[begin:][::-1])
    found = []
    for sign, words in (("-", old), ("+", new)):
        first, last = max(0, begin - _CONTEXT), len(words) - max(0, end - _CONTEXT)
        cut = ["…"] * (first > 0) + words[first:last] + ["…"] * (last < len(words))
        # Where marks alone differ, which nobody reads, there is nothing to show.
        found.append(sign + " ".join(cut) if old != new else "")
    return found


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many words at the beginning are the same."""
    pairs = enumerate(zip(one, other))
    return next((n for n, (word, same) in pairs if word != same), min(len(one), len(other)))


def _words(line: str) -> str:
    """Return a line of a difference as it reads on the page; nothing for where it stands."""
    if line.startswith("@@"):
        return ""
    return line[0] + " ".join(html.unescape(_TAG.sub(" ", line[1:])).split())
