"""What a built page holds and leads to, read without a browser."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

ORIGIN = "http://site.invalid/"
LINKS = {"a": "href", "link": "href", "image": "href", "use": "href", "img": "src", "script": "src"}


class Document(HTMLParser):
    """Ids and links of a page.

    Parameters
    ----------
    root
        Folder of the built site.
    path
        The page's file.
    """

    def __init__(self, root: Path, path: Path) -> None:
        super().__init__()
        self.name = path.relative_to(root).as_posix()
        self.ids: Counter[str] = Counter()
        self.links: list[tuple[str, str]] = []
        """Tag and absolute address of each link, picture, style and script."""
        self.description = ""
        self._base = ORIGIN + self.name.removesuffix("index.html")
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the id and the link of an element."""
        values = dict(attrs)
        if values.get("id"):
            self.ids[str(values["id"])] += 1
        if tag == "meta" and values.get("name") == "description":
            self.description = values["content"] or ""
        address = values.get(LINKS.get(tag, ""))
        if address is not None:
            self.links.append((tag, urljoin(self._base, address)))

    def broken(self, documents: Mapping[str, Document], root: Path) -> Iterator[str]:
        """Yield each link that leads to no page, file or id of the site."""
        for tag, link in dict.fromkeys(self.links):
            if not link.startswith(ORIGIN):
                continue
            parts = urlsplit(link)
            place = unquote(parts.path).lstrip("/")
            name = place + "index.html" if place == "" or place.endswith("/") else place
            fragment = unquote(parts.fragment)
            if name in documents:
                if fragment and fragment not in documents[name].ids:
                    yield f"{self.name}: <{tag}> {link} names an id that is not there"
            elif not (root / name).is_file():
                yield f"{self.name}: <{tag}> {link} is not there"
