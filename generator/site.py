"""The whole site from the data package: a pure function."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from generator.atlas import Atlas
from generator.downloads import render_downloads
from generator.page import Page, Site

if TYPE_CHECKING:
    from generator.package import Package

PAGE_MODULES = (
    "home",
    "peak_performance",
    "throughput",
    "perf_per_watt",
    "accuracy",
    "sparsity",
    "mlperf",
    "networks",
    "operators",
    "trust",
    "modules",
    "releases",
    "corrections",
    "reported",
    "faq",
    "glossary",
    "method",
    "data",
    "records",
)


def render_site(package: Package) -> Site:
    """Return every generated page and download of the site.

    Raises
    ------
    ValueError
        Two pages claim the same path.
    """
    atlas = Atlas(package)
    pages: dict[str, Page] = {}
    for name in PAGE_MODULES:
        for page in import_module(f"generator.pages.{name}").render(atlas):
            if page.path in pages:
                raise ValueError(f"two pages claim {page.path}")
            pages[page.path] = page
    return Site(pages, render_downloads(package))
