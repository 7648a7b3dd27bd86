"""A page of the site: Markdown with slots, and the finished HTML that fills them.

Tables and charts never pass through the Markdown parser nor the search plugin: the Markdown
holds an empty marker and the HTML is put in after rendering, which is what keeps a build with
thousands of table rows fast.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_MARKER = re.compile(r'<div data-slot="([0-9]+)"></div>')


def slot_marker(name: str) -> str:
    """Return the Markdown block that stands for the slot `name`."""
    return f'<div data-slot="{name}"></div>'


@dataclass(frozen=True)
class Page:
    """One generated page.

    Parameters
    ----------
    path
        Place below the documentation folder, such as ``networks/resnet-50.md``.
    title, description
        Plain text for the navigation and for the page's meta data.
    markdown
        The body with a marker for each slot, front matter included.
    slots
        Finished HTML by slot name.
    """

    path: str
    title: str
    description: str
    markdown: str
    slots: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Address of the built page below the site's root, such as ``networks/resnet-50/``."""
        return page_url(self.path)

    def fill(self, text: str) -> str:
        """Put the slots' HTML where `text` has their markers."""
        return _MARKER.sub(lambda match: self.slots[match.group(1)], text)

    def whole(self) -> str:
        """Return the Markdown with every slot filled: the page as a file of its own."""
        return self.fill(self.markdown)


@dataclass(frozen=True)
class Site:
    """Everything that is generated.

    Parameters
    ----------
    pages
        Pages by their path.
    downloads
        Other files by their path below the documentation folder.
    """

    pages: Mapping[str, Page]
    downloads: Mapping[str, bytes]

    def files(self) -> dict[str, bytes]:
        """Return every page, slots filled, and every download as file contents by path."""
        files = {path: page.whole().encode() for path, page in self.pages.items()}
        return files | dict(self.downloads)


def page_url(path: str) -> str:
    """Return the address MkDocs gives the page at `path` (directory addresses)."""
    stem = path.removesuffix(".md")
    if stem == "index":
        return ""
    return stem.removesuffix("/index") + "/"


def relative_url(from_url: str, to_url: str) -> str:
    """Return the address of `to_url` as written on the page at `from_url`.

    Both are relative to the site's root; a query or fragment of `to_url` is kept.
    """
    end = next((at for at, sign in enumerate(to_url) if sign in "?#"), len(to_url))
    return _relative_place(from_url, to_url[:end]) + to_url[end:]


@lru_cache(maxsize=4096)
def _relative_place(from_url: str, place: str) -> str:
    relative = posixpath.relpath("/" + place, "/" + from_url)
    return relative + "/" if place == "" or place.endswith("/") else relative
