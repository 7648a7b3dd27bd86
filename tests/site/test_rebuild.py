"""A rebuild under ``mkdocs serve`` gives what a fresh build would, and does only what it must."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from generator.rebuild import RememberedPage
from tests.site.test_build import digest

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

ROOT = Path(__file__).resolve().parents[2]
FEW = 20
TERM = "weight,Weight,A number a layer multiplies its input with; training finds it.,dla,dla-sw-faq"
URL = "http://127.0.0.1:8000/"


class Project:
    """A copy of the project to edit, built again and again as ``mkdocs serve`` does.

    Parameters
    ----------
    folder
        Where to copy it to.
    """

    def __init__(self, folder: Path) -> None:
        self.config = folder / "mkdocs.yml"
        self.docs = folder / "docs"
        self.data = folder / "data"
        self.theme = folder / "generator" / "theme"
        self.served = folder / "served"
        self._fresh = folder / "fresh"
        for name in ("docs", "data", "generator/theme"):
            shutil.copytree(ROOT / name, folder / name)
        for name in ("mkdocs.yml", "generator/hook.py"):
            shutil.copy(ROOT / name, folder / name)
        self.served.mkdir()
        self._load().plugins.on_startup(command="serve", dirty=False)

    def _load(self) -> MkDocsConfig:
        return load_config(str(self.config), site_dir=str(self.served), strict=True)

    def rebuild(self) -> None:
        """Build as the server does after an edit."""
        config = self._load()
        config.site_url = URL
        build(config, serve_url=URL)

    def fresh(self) -> dict[str, str]:
        """Return the hash of each file that a build in a process of its own gives."""
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-q"]
        subprocess.run(
            [*command, "-f", str(self.config), "-d", str(self._fresh)],
            cwd=ROOT,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "SITE_URL": URL},
            check=True,
        )
        return digest(self._fresh)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return a copy of the project, built once."""
    monkeypatch.delenv("DLA_ATLAS_DATA", raising=False)
    monkeypatch.setenv("SITE_URL", "")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "")  # the hook sets it
    project = Project(tmp_path)
    project.rebuild()
    return project


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which each page is added whose Markdown is rendered from now on."""
    paths: list[str] = []
    render_anew = RememberedPage.render_anew

    def noted(page: RememberedPage, files: Files, config: MkDocsConfig) -> object:
        paths.append(page.file.src_uri)
        return render_anew(page, files, config)

    monkeypatch.setattr(RememberedPage, "render_anew", noted)
    return paths


def test_edits_of_the_data_give_what_a_fresh_build_gives(
    project: Project, rendered: list[str]
) -> None:
    """Changed cells and a further row reach their pages; few others are rendered again."""
    glossary = project.data / "reference" / "glossary.csv"
    edits = [
        (project.data / "published" / "throughput.csv", ",2037,", ",2036,"),
        (project.data / "published" / "mlperf-results.csv", ",6520.75,", ",6520.5,"),
        (glossary, "The microcontroller inside", "The small controller inside"),
        (glossary, "\nfalcon,", f"\n{TERM}\nfalcon,"),
    ]
    for table, old, new in edits:
        rendered.clear()
        before = digest(project.served)
        edit(table, old, new)
        project.rebuild()
        assert before != digest(project.served) == project.fresh()
        assert len(rendered) < FEW


def test_a_refused_edit_touches_nothing_and_its_repair_costs_no_full_build(
    project: Project, rendered: list[str]
) -> None:
    """The last good site stays; after the repair it is right again."""
    table = project.data / "published" / "throughput.csv"
    before = digest(project.served)
    edit(table, ",2037,", ",fast,")
    with pytest.raises(Abort):
        project.rebuild()
    assert digest(project.served) == before

    edit(table, ",fast,", ",2035,")
    project.rebuild()
    assert digest(project.served) == project.fresh()
    assert len(rendered) < FEW


def test_what_is_not_data_is_followed_too(project: Project, rendered: list[str]) -> None:
    """Configuration and theme make every page anew, a page by hand and a style only themselves."""
    pages = len(list(project.served.rglob("index.html")))
    for path, old, new in [
        (project.config, "Perf/W: perf-per-watt.md", "Efficiency: perf-per-watt.md"),
        (project.theme / "main.html", 'content="light dark"', 'content="light"'),
    ]:
        rendered.clear()
        edit(path, old, new)
        project.rebuild()
        assert len(rendered) == pages

    note = project.docs / "note.md"
    for text in ("# Note\n\nSome words.", "# Another note\n\n[FAQ](faq.md)."):
        note.write_text(text, encoding="utf-8")
        edit(project.docs / "assets" / "css" / "atlas.css", "\n", "\n\n")
        rendered.clear()
        project.rebuild()
    assert rendered == ["note.md"]
    assert digest(project.served) == project.fresh()

    note.unlink()
    project.rebuild()
    assert not (project.served / "note").exists()


def test_a_broken_link_is_refused_until_it_is_mended(project: Project) -> None:
    """Strict mode counts the warnings of each build, whatever the last one rendered."""
    note = project.docs / "note.md"
    for link in ("gone.md", "faq.md#gone"):
        note.write_text(f"# Note\n\n[Broken]({link})\n", encoding="utf-8")
        for _ in range(2):
            with pytest.raises(Abort, match="1 warning"):
                project.rebuild()
        note.write_text("# Note\n\n[Whole](faq.md)\n", encoding="utf-8")
        project.rebuild()


def edit(path: Path, old: str, new: str) -> None:
    """Replace the first occurrence of a text in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
