"""The whole site from the data package: a pure function."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from generator.atlas import Atlas
from generator.builder import TEMPLATES
from generator.downloads import render_downloads
from generator.page import Page, Site
from generator.remember import RememberedReads

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
    "measured",
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

_last_pages: RememberedReads[list[Page]] = RememberedReads()


def render_site(package: Package) -> Site:
    """Return every generated page and download of the site.

    Raises
    ------
    ValueError
        Two pages claim the same path.
    """
    templates = [(path, path.read_bytes()) for path in sorted(TEMPLATES.iterdir())]
    pages: dict[str, Page] = {}
    for name in PAGE_MODULES:
        for page in _last_pages.get(name, package, templates, partial(_render, name)):
            if page.path in pages:
                raise ValueError(f"two pages claim {page.path}")
            pages[page.path] = page
    return Site(pages, render_downloads(package))


def _render(name: str, package: Package) -> list[Page]:
    return list(import_module(f"generator.pages.{name}").render(Atlas(package)))
