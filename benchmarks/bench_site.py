"""The full build of the shipped site against a bare MkDocs build of the same pages as files."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml
from mkdocs.utils.yaml import yaml_load

from benchmarks.measure import Result, alternate, median_ratio, median_seconds

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 7
BUDGET = 1.25


def results() -> list[Result]:
    """Return the ratio of the two builds' times."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = bare_project(folder)
        python = sys.executable
        ours, bare = alternate(
            [python, "-m", "generator", "site", "--out", str(folder / "ours")],
            [python, "-m", "mkdocs", "build", "-q", "-f", str(config), "-d", str(folder / "bare")],
            ROOT,
            ROUNDS,
        )
        return [
            Result(
                "site build / bare mkdocs build of the same pages",
                median_ratio(ours, bare),
                BUDGET,
                "x",
                f"{median_seconds(ours):.2f} s against {median_seconds(bare):.2f} s, "
                f"median of {ROUNDS} pairs",
            )
        ]


def bare_project(folder: Path) -> Path:
    """Write the generated pages beside the hand-written files; return a config without a hook."""
    docs = folder / "docs"
    shutil.copytree(ROOT / "docs", docs)
    subprocess.run(
        [sys.executable, "-m", "generator", "pages", "--out", str(docs)],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    with (ROOT / "mkdocs.yml").open(encoding="utf-8") as file:
        config = yaml_load(file)
    del config["hooks"]
    config["docs_dir"] = str(docs)
    config["theme"]["custom_dir"] = str(ROOT / "generator" / "theme")
    path = folder / "mkdocs.yml"
    path.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    return path
