"""Names that others chose, such that they can be shown."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return a text with escapes for all that a terminal would obey or that hides itself."""
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape", "replace").decode()
        for sign in text
    )


def safe(text: str, longest: int = 72) -> str:
    """Return a name of a model so that it cannot break a line, a terminal or the layout."""
    if len(text) > longest:
        half = (longest - 1) // 2
        # No sign takes less than one place, so only these can be left in the end.
        text = f"{text[:half]}…{text[-half:]}"
    shown = printable(text)
    if len(shown) <= longest:
        return shown
    half = (longest - 1) // 2
    return f"{shown[:half]}…{shown[-half:]}"
