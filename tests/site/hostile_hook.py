"""MkDocs hook that shows a data package without linting it, for cells no lint would let through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.hook import data_dir, offer, on_files, on_post_page
from generator.package import load_package
from generator.site import render_site

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

__all__ = ["on_config", "on_files", "on_post_page"]


def on_config(config: MkDocsConfig) -> None:
    """Render whatever the data holds."""
    offer(render_site(load_package(data_dir(config), check=False)))
