"""Many pages with a large table: slots against Markdown tables through mkdocs-gen-files."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import yaml

from benchmarks.measure import Result, Usage, growth, run

ROOT = Path(__file__).resolve().parent.parent
SIZES = (100, 300, 1000)
FASTER = 6
LINEAR = 1.3
"""How much dearer a page may get from the smallest to the largest site."""


def results() -> list[Result]:
    """Return speed and memory at the largest size, and how both grow."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = {size: _build(folder, size, _hook()) for size in SIZES}
        largest = SIZES[-1]
        peer = _build(folder, largest, _gen_files())
    return [
        Result(
            f"{largest} pages with 150-row tables: gen-files / ours, time",
            peer.seconds / ours[largest].seconds,
            FASTER,
            "x",
            f"{ours[largest].seconds:.1f} s against {peer.seconds:.1f} s, one run each",
            at_least=True,
        ),
        Result(
            f"{largest} pages with 150-row tables: ours / gen-files, peak memory",
            ours[largest].peak_mb / peer.peak_mb,
            1,
            "x",
            f"{ours[largest].peak_mb:.0f} MB against {peer.peak_mb:.0f} MB",
        ),
        growth("growth of time", {size: ours[size].seconds for size in SIZES}, LINEAR),
        growth("growth of peak memory", {size: ours[size].peak_mb for size in SIZES}, LINEAR),
    ]


def _build(folder: Path, pages: int, config: dict[str, object]) -> Usage:
    docs = folder / "docs"
    docs.mkdir(exist_ok=True)
    (docs / "index.md").write_text("# Home\n", encoding="utf-8")
    path = folder / "mkdocs.yml"
    common = {
        "site_name": "bench",
        "docs_dir": str(docs),
        "site_dir": str(folder / "site"),
        "theme": {"name": "material", "font": False},
        "nav": ["index.md"],
        "not_in_nav": "pages/*",
    }
    path.write_text(yaml.safe_dump(common | config), encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(path)]
    environment = {
        "PAGES": str(pages),
        "PYTHONPATH": str(ROOT),
        "DISABLE_MKDOCS_2_WARNING": "true",
    }
    return run(command, ROOT, {**os.environ, **environment})


def _hook() -> dict[str, object]:
    return {"hooks": [str(ROOT / "benchmarks" / "pages_hook.py")], "plugins": ["search"]}


def _gen_files() -> dict[str, object]:
    script = str(ROOT / "benchmarks" / "pages_gen_files.py")
    return {"plugins": ["search", {"gen-files": {"scripts": [script]}}]}
