"""What a build under ``mkdocs serve`` leaves for the next, so that an edit costs what it changed.

MkDocs builds the whole site after every edit. Here each page that would come out the same is
handed the result of the last build at the three steps that take the time: Markdown to HTML, the
page's template, and its sections in the search index. All else of a build is done anew each time:
the data are linted, links to headings are checked, slots are filled, files are written. They are
written over the last ones: some file systems take long over a file where one was just deleted.

Everything is forgotten, and the next build is a full one, when something other than pages changed
(see `_ground`) and when a build failed: its warnings, which strict mode counts, are to come again.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Template
from material.plugins.search.plugin import SearchIndex
from mkdocs.structure.pages import Page
from mkdocs.utils import get_build_date

from generator.remember import Remembered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files
    from mkdocs.structure.toc import TableOfContents

_ASIDE = ".last-build"
_OF_ONE_PAGE = frozenset({"description", "hide", "search"})
"""Front matter that no other page shows; a page of the navigation shares the rest with all."""


@dataclass(frozen=True)
class _Rendered:
    """What MkDocs makes of a page's Markdown."""

    html: str
    toc: TableOfContents
    anchors: set[str] | None
    links: Mapping[str, dict[str, str]]
    """Links to headings by the page they lead to."""


class Rebuild:
    """The last build's pages, for the builds that follow in the same process."""

    def __init__(self) -> None:
        self._ground: object = None
        self.forget()

    def forget(self) -> None:
        """Make the next build a full one."""
        self._rendered: Remembered[_Rendered] = Remembered()
        self._outputs: Remembered[str] = Remembered()
        self._entries: Remembered[list[dict[str, Any]]] = Remembered()

    def set_aside(self, site_dir: Path) -> None:
        """Keep the last site from being cleaned away: MkDocs leaves hidden files alone."""
        aside = site_dir / _ASIDE
        if aside.exists():  # from a build that failed before its files were known
            return
        entries = list(site_dir.iterdir())
        aside.mkdir()
        for entry in entries:
            entry.rename(aside / entry.name)

    def start(self, files: Files, config: MkDocsConfig) -> None:
        """Begin a build with all its files known: decide whether the last one is of any use.

        Each Markdown file gets its page here, and with it a way to what the last build made.
        """
        ground = _ground(files, config)
        aside = Path(config.site_dir) / _ASIDE
        if ground == self._ground:
            for entry in aside.iterdir():
                entry.rename(aside.parent / entry.name)
        else:
            self.forget()
        shutil.rmtree(aside)
        self._ground = ground
        titles = dict(_nav_titles(config.nav or []))
        for file in files.documentation_pages():
            RememberedPage(titles.get(file.src_uri), file, config, self)
        search = config.plugins.get("material/search")
        if search is not None:
            search.search_index = RememberedSearchIndex(search.search_index.config, self)

    def rendered(self, page: RememberedPage, files: Files, config: MkDocsConfig) -> _Rendered:
        """Return the page's Markdown as HTML."""
        return self._rendered.get(
            page.file.src_uri, page.markdown, lambda: page.render_anew(files, config)
        )

    def output(self, page: RememberedPage, template: Template, context: Mapping[str, Any]) -> str:
        """Return what the template prints for the page; its slots are still empty."""
        shown = [(other.title, other.url, _shared(other.meta)) for other in context["nav"].pages]
        made_from = (page.markdown, page.meta, shown)
        return self._outputs.get(
            page.file.src_uri, made_from, lambda: Template.render(template, context)
        )

    def entries(self, page: Page, config: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the page's sections as the search index has them."""

        def make() -> list[dict[str, Any]]:
            index = SearchIndex(**config)
            index.add_entry_from_context(page)
            return index.entries

        return self._entries.get(page.file.src_uri, (page.markdown, page.meta), make)


class RememberedPage(Page):
    """A page that is rendered only when its Markdown is not the last build's."""

    def __init__(
        self, title: str | None, file: File, config: MkDocsConfig, rebuild: Rebuild
    ) -> None:
        super().__init__(title, file, config)
        self.rebuild = rebuild

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Set what MkDocs sets after rendering; links lead to this build's files."""
        rendered = self.rebuild.rendered(self, files, config)
        self.content = rendered.html
        self.toc = rendered.toc
        self.present_anchor_ids = rendered.anchors
        self.links_to_anchors = {
            file: links
            for path, links in rendered.links.items()
            if (file := files.get_file_from_path(path))
        }

    def render_anew(self, files: Files, config: MkDocsConfig) -> _Rendered:
        """Render as MkDocs does."""
        super().render(config, files)
        links = self.links_to_anchors or {}
        return _Rendered(
            self.content or "",
            self.toc,
            self.present_anchor_ids,
            {file.src_uri: anchors for file, anchors in links.items()},
        )


class RememberedTemplate(Template):
    """A template of the theme that prints a page only when it would not print the same again."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Return the output for a page or, for files such as the sitemap, of any other context."""
        context = dict(*args, **kwargs)
        page = context.get("page")
        if isinstance(page, RememberedPage):
            return page.rebuild.output(page, self, context)
        return super().render(context)


class RememberedSearchIndex(SearchIndex):
    """The search index, which parses a page's HTML only when it is not the last build's."""

    def __init__(self, config: Mapping[str, Any], rebuild: Rebuild) -> None:
        super().__init__(**config)
        self._rebuild = rebuild

    def add_entry_from_context(self, page: Page) -> None:
        """Add the sections of a page."""
        self.entries.extend(self._rebuild.entries(page, self.config))


def _ground(files: Files, config: MkDocsConfig) -> object:
    """Return what every page depends on: the configuration, the theme, and which files there are.

    Material itself and the generator's code are as they were when the process started.
    """
    theme = Path(config.theme.custom_dir) if config.theme.custom_dir else None
    templates = sorted(theme.rglob("*.html")) if theme else []
    return (
        Path(config.config_file_path).read_bytes(),
        config.site_url,
        get_build_date(),
        [(path, path.read_bytes()) for path in templates],
        sorted(file.src_uri for file in files),
    )


def _nav_titles(items: list[Any]) -> Iterator[tuple[str, str]]:
    """Yield path and title of each page to which the navigation gives a title."""
    for item in items:
        if isinstance(item, dict):
            for title, target in item.items():
                if isinstance(target, str):
                    yield target, title
                else:
                    yield from _nav_titles(target)


def _shared(meta: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in meta.items() if name not in _OF_ONE_PAGE}
