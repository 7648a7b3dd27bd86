"""Put one page together: links, figures, tables, charts and the template that prints them."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from generator import markup
from generator.charts import chart_html, panels_html
from generator.markup import UNKNOWN, Cell, Column, markdown_text
from generator.page import Page, page_url, relative_url, slot_marker

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from generator.atlas import Atlas
    from generator.charts import Chart
    from generator.package import Record

TEMPLATES = Path(__file__).parent / "templates"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    # Autoescape is for HTML; these templates write Markdown, where other signs are live too.
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=False,
        finalize=markdown_text,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


class PageBuilder:
    """Collects what one page shows.

    Parameters
    ----------
    atlas
        The data.
    path
        Place of the page below the documentation folder, such as ``networks/resnet-50.md``.
    title, description
        Plain text for the navigation and the page's meta data.
    hide
        Parts of the theme the page does without, such as ``navigation`` and ``toc``.
    search
        What the search does with the page, such as ``{"exclude": True}`` or ``{"boost": 2}``.
    """

    def __init__(
        self,
        atlas: Atlas,
        path: str,
        title: str,
        description: str,
        *,
        hide: Sequence[str] = (),
        search: Mapping[str, object] | None = None,
    ) -> None:
        self.atlas = atlas
        self.path = path
        self.title = title
        self.description = description
        self.hide = tuple(hide)
        self.search = search
        self._url = page_url(path)
        self._slots: dict[str, str] = {}
        self._identifiers: set[str] = set()
        self._terms: set[str] = set()

    def url(self, target: str) -> str:
        """Return `target`, an address below the site's root, as written on this page."""
        return relative_url(self._url, target)

    def link(self, target: str, text: object) -> Markup:
        """Return a link to `target`, an address below the site's root or an http(s) address."""
        outside = target.startswith(("http:", "https:"))
        return markup.link(target if outside else self.url(target), text)

    def slot(self, html: Markup) -> Markup:
        """Return the marker of a new slot that holds `html`."""
        name = str(len(self._slots) + 1)
        self._slots[name] = f'<div class="atlas-slot">{html}</div>'
        return Markup(slot_marker(name))

    def source(self, key: str) -> Markup:
        """Return a link to the entry of the source `key` in the list of sources."""
        record = self.atlas.sources[key]
        return self.link(self.atlas.record_url(record), record["title"])

    def figure(
        self, record: Record, field: str, text: object = None, *, derived: bool = False
    ) -> Markup:
        """Return a figure as printed by its source, linked to its record.

        Parameters
        ----------
        record, field
            Where the figure stands.
        text
            What to show instead of the printed figure, for one computed from it.
        derived
            Whether it is to look like one that no source prints.
        """
        shown = record.raw[field] if text is None else text
        if shown == "":
            return UNKNOWN
        classes = "figure figure--derived" if derived else "figure"
        return markup.link(self.url(self.atlas.record_url(record)), shown, classes)

    def figure_cell(
        self,
        record: Record,
        field: str,
        text: object = None,
        *,
        derived: str = "",
        switch: tuple[str, str] | None = None,
    ) -> Cell:
        """Return a table cell with a figure; it has an address of its own on this page.

        Parameters
        ----------
        record, field, text
            As for `figure`.
        derived
            Name of the computation when the figure is not the printed one; part of the address.
        switch
            Name and choice of the switch with which the cell is shown.
        """
        identifier = f"{record.id}.{field}" + (f".{derived}" if derived else "")
        fresh = identifier not in self._identifiers
        self._identifiers.add(identifier)
        shown = record.raw[field] if text is None else str(text)
        return Cell(
            self.figure(record, field, text, derived=bool(derived)),
            shown,
            identifier if fresh else "",
            markup.attributes([(f"data-{switch[0]}", switch[1])]) if switch else Markup(""),
        )

    def term(self, key: str, text: str | None = None) -> Markup | str:
        """Return a term of the glossary, linked where the page first uses it."""
        record = self.atlas.record(f"glossary.{key}")
        shown = text or str(record["name"])
        if key in self._terms:
            return shown
        self._terms.add(key)
        return markup.link(self.url(f"glossary/#{key}"), shown, "term")

    def badge(self, kind: str, text: str | None = None, family: str = "evidence") -> Markup:
        """Return a small label such as the kind of evidence or a verdict."""
        return markup.badge(kind, text or kind.replace("_", " "), family)

    def table(
        self,
        name: str,
        caption: str | Markup,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Cell]],
    ) -> Markup:
        """Return the marker of a slot with a table; see `generator.markup.table`."""
        return self.slot(markup.table(name, caption, columns, rows))

    def switch(self, name: str, legend: str, choices: Sequence[tuple[str, str]]) -> Markup:
        """Return the marker of a slot with a switch; see `generator.markup.switch`."""
        group = f"{name}-{len(self._slots) + 1}"
        return self.slot(markup.switch(name, legend, choices, group))

    def chart(self, chart: Chart) -> Markup:
        """Return the marker of a slot with a chart."""
        return self.slot(chart_html(chart))

    def panels(
        self,
        identifier: str,
        title: str,
        description: str,
        charts: Sequence[Chart],
        *,
        note: str = "",
        follows: str = "",
        panel_title: str = "Panel",
    ) -> Markup:
        """Return the marker of a slot with small multiples; see `generator.charts`."""
        return self.slot(
            panels_html(
                identifier,
                title,
                description,
                charts,
                note=note,
                follows=follows,
                panel_title=panel_title,
            )
        )

    def build(self, template: str, **context: Any) -> Page:
        """Return the page that the template prints.

        Parameters
        ----------
        template
            File name below ``generator/templates``.
        **context
            Values of the template; this builder is there as ``page``.
        """
        body = _environment().get_template(template).render(page=self, **context)
        return self.from_markdown(body)

    def from_markdown(self, body: str) -> Page:
        """Return the page with the Markdown `body` under its title."""
        # MkDocs' themes print both as HTML without escaping.
        front = {"title": str(escape(self.title)), "description": str(escape(self.description))}
        head = "".join(f"{name}: {_yaml_text(value)}\n" for name, value in front.items())
        if self.hide:
            head += f"hide: {json.dumps(self.hide)}\n"
        if self.search:
            head += f"search: {json.dumps(self.search)}\n"
        heading = markdown_text(self.title)
        return Page(
            self.path,
            self.title,
            self.description,
            f"---\n{head}---\n\n# {heading}\n\n{body}",
            dict(self._slots),
        )


def _yaml_text(text: str) -> str:
    """Return text as a quoted YAML scalar, whatever it holds."""
    shown = (
        sign if sign.isprintable() and sign not in '"\\' else f"\\U{ord(sign):08x}" for sign in text
    )
    return f'"{"".join(shown)}"'
