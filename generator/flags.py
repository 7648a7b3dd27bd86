"""Flags of measured figures, and reasons why segments do not count, with what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from generator.builder import PageBuilder

FLAG_COLUMNS = ("flags", "reasons")
"""Columns of measured tables that hold such words, separated by blanks."""


def flag_links(page: PageBuilder, codes: str) -> Markup:
    """Return flags or reasons as words, each linked to where it is explained."""
    return Markup(", ").join(_link(page, code) for code in codes.split())


def _link(page: PageBuilder, code: str) -> Markup:
    """Return the link of one: into the protocol, or to the line of TensorRT that it stands for."""
    message = page.atlas.find("messages", message=code)
    if message:
        return page.link(f"operators/messages/#{code}", message["title"])
    return page.link(f"protocol/#{code}", code.replace("_", " "))
