"""The built site, a server for it and a browser, each made once."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page

from tests.site.server import SiteServer, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]

OpenSnippet = Callable[..., Page]


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site, built once for all workers of a run."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    site, failure = shared / "site", shared / "site.failed"
    with (shared / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not site.exists() and not failure.exists():
            command = [sys.executable, "-m", "generator", "site", "--out", str(site)]
            build = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            if build.returncode:
                failure.write_text(build.stdout + build.stderr, encoding="utf-8")
    if failure.exists():
        pytest.fail(f"the site does not build:\n{failure.read_text(encoding='utf-8')}")
    return site


@pytest.fixture(scope="session")
def html_files(built_site: Path) -> list[Path]:
    """Return every page of the built site."""
    return sorted(built_site.rglob("*.html"))


@pytest.fixture(scope="session")
def server(built_site: Path) -> Iterator[SiteServer]:
    """Return a server of the built site."""
    with serve(built_site) as running:
        yield running


@pytest.fixture(scope="session")
def snippets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteServer]:
    """Return a server of small pages beside the site's own scripts and styles."""
    folder = tmp_path_factory.mktemp("snippets")
    shutil.copytree(ROOT / "docs" / "assets", folder / "assets")
    (folder / "404.html").write_text(snippet("<p>Not found.</p>"), encoding="utf-8")
    with serve(folder) as running:
        yield running


@pytest.fixture
def open_snippet(browser: Browser, snippets: SiteServer) -> Iterator[OpenSnippet]:
    """Return a function that opens a page with a body and the site's own scripts."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(60_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    def open_page(body: str, address: str = "") -> Page:
        (snippets.folder / "snippet.html").write_text(snippet(body), encoding="utf-8")
        page.goto(f"{snippets.url}snippet.html{address}")
        return page

    yield open_page
    context.close()

    assert errors == []


def snippet(body: str) -> str:
    """Return a page that has `body` and the site's scripts, in the site's order."""
    scripts = "".join(
        f'<script src="assets/js/{name}.js" defer></script>'
        for name in ("atlas", "tables", "switches", "records")
    )
    return (
        '<!doctype html><html lang="en" class="js"><meta charset="utf-8"><title>Snippet</title>'
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="assets/css/atlas.css">'
        f'{scripts}<body class="md-typeset" data-md-color-scheme="default">{body}</body></html>'
    )
