"""The MkDocs hook: serves the generated site to a build; everything it shows is made elsewhere."""

from __future__ import annotations

import os
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import BytecodeCache
from mkdocs.exceptions import Abort
from mkdocs.structure.files import File, InclusionLevel

from generator.findings import DataError
from generator.package import Package, load_package
from generator.plotly_bundle import plotly_bundle
from generator.rebuild import Rebuild, RememberedTemplate
from generator.site import render_site

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment
    from jinja2.bccache import Bucket
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page as MkDocsPage

    from generator.page import Site

GENERATOR = Path(__file__).parent

_site: Site | None = None
_rebuild: Rebuild | None = None


class RefusedData(Abort):
    """The data have findings; nothing of the last build was touched."""


class CompiledTemplates(BytecodeCache):
    """Compiled templates of the theme, kept for as long as the process runs."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand over the code of a template, if it is the same as when it was compiled."""
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        self._code[bucket.key] = bucket.bytecode_to_string()


_compiled = CompiledTemplates()


def data_dir(config: MkDocsConfig) -> Path:
    """Return the folder of the data package that the configuration names."""
    return Path(config.config_file_path).parent / config.extra["data_dir"]


def on_startup(command: str, dirty: bool) -> None:
    """Keep what a build makes for the next one, where there will be one."""
    global _rebuild
    _rebuild = Rebuild() if command == "serve" else None


def on_config(config: MkDocsConfig) -> None:
    """Load the data, refusing it before anything of an earlier build is touched."""
    try:
        package = load_package(data_dir(config))
    except DataError as error:
        raise RefusedData(str(error)) from None
    os.environ["SOURCE_DATE_EPOCH"] = _build_date(package)
    offer(render_site(package))


def offer(site: Site) -> None:
    """Let the builds that follow show `site`."""
    global _site
    _site = site


def on_pre_build(config: MkDocsConfig) -> None:
    """Keep the last build's files from being deleted where they are written again."""
    if _rebuild:
        _rebuild.set_aside(Path(config.site_dir))


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Add the generated pages and downloads."""
    assert _site is not None
    for path, page in _site.pages.items():
        files.append(_generated(config, path, page.markdown))
    for path, content in _site.downloads.items():
        files.append(_generated(config, path, content))
    bundle = File.generated(config, "assets/js/plotly.min.js", abs_src_path=str(plotly_bundle()))
    files.append(bundle)
    if _rebuild:
        _rebuild.start(files, config)


def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> None:
    """Let a page outside the navigation show the section of the page above it."""
    sections = {page.url: page.parent for page in nav.pages}
    for file in files.documentation_pages():
        page = file.page
        above = file.url.rstrip("/").rpartition("/")[0] + "/"
        if page is not None and page.url not in sections and above in sections:
            page.parent = sections[above]


def on_post_page(output: str, page: MkDocsPage, config: MkDocsConfig) -> str:
    """Fill the slots of a generated page."""
    assert _site is not None
    generated = _site.pages.get(page.file.src_uri)
    return generated.fill(output) if generated else output


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Let a rebuild under ``mkdocs serve`` find templates compiled and pages printed."""
    env.bytecode_cache = _compiled
    if _rebuild:
        env.template_class = RememberedTemplate


def on_serve(server: LiveReloadServer, config: MkDocsConfig, builder: Callable[..., None]) -> None:
    """Build again when the data or a template changes."""
    server.watch(str(data_dir(config)))
    server.watch(str(GENERATOR / "templates"))


def on_build_error(error: Exception) -> None:
    """Start afresh after a build that failed halfway."""
    if _rebuild and not isinstance(error, RefusedData):
        _rebuild.forget()


def _generated(config: MkDocsConfig, path: str, content: str | bytes) -> File:
    # A page of the navigation counts as such all the same; the others stay out of it, as a
    # long flat navigation costs time and bytes on every page.
    return File.generated(config, path, content=content, inclusion=InclusionLevel.NOT_IN_NAV)


def _build_date(package: Package) -> str:
    # Two builds of the same data are the same to the byte, so their date is the data's.
    newest = max(record["read_on"] for record in package.records("sources"))
    midnight = datetime.combine(newest, time(), UTC)
    return str(int(midnight.timestamp()))
