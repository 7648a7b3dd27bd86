"""The built site as a whole: reproducible, replaced in one step, refused with a clear line."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def build(out: Path, data: Path = ROOT / "data") -> list[str]:
    """Return the command that builds the site of `data` into `out`."""
    command = [sys.executable, "-m", "generator", "site", "--out", str(out)]
    return [*command, "--data", str(data), "--config", str(ROOT / "mkdocs.yml")]


def digest(folder: Path) -> dict[str, str]:
    """Return the hash of each file below `folder`."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def replace_cell(path: Path, line: int, old: str, new: str) -> None:
    """Change a part of one line of a CSV."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new)
    path.write_text("".join(lines), encoding="utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a copy of the data to change."""
    return Path(shutil.copytree(ROOT / "data", tmp_path / "data"))


def test_two_builds_are_the_same_to_the_byte(tmp_path: Path) -> None:
    """Time zone, locale, hash seed and working directory leave no trace in the site."""
    surroundings = [
        ({"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "1"}, ROOT),
        ({"TZ": "America/Los_Angeles", "LC_ALL": "C.utf8", "PYTHONHASHSEED": "7"}, tmp_path),
    ]
    sites = []
    for number, (env, cwd) in enumerate(surroundings):
        out = tmp_path / f"site-{number}"
        subprocess.run(build(out), cwd=cwd, env={**os.environ, **env}, check=True)
        sites.append(digest(out))

    assert sites[0] == sites[1]


def test_a_killed_build_leaves_the_previous_site_whole(tmp_path: Path, data: Path) -> None:
    """Whenever the build is killed, the site is the old one or the new one, never a mixture."""
    out = tmp_path / "site"
    subprocess.run(build(out, data), cwd=ROOT, check=True)
    old = digest(out)
    line = line_of(data, "resnet-50,", ",2037,")
    replace_cell(data / "published" / "throughput.csv", line, ",2037,", ",2036,")
    other = tmp_path / "other"
    start = time.monotonic()
    subprocess.run(build(other, data), cwd=ROOT, check=True)
    duration = time.monotonic() - start
    new = digest(other)
    assert old != new

    moments = random.Random(0)
    for _ in range(6):
        process = subprocess.Popen(build(out, data), cwd=ROOT, start_new_session=True)
        time.sleep(moments.uniform(0.3, 1.0) * duration)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert digest(out) in (old, new)
        if digest(out) == new:
            shutil.rmtree(out)
            shutil.copytree(other, out)
            old = new

    subprocess.run(build(out, data), cwd=ROOT, check=True)
    assert digest(out) == new
    leftovers = [path.name for path in tmp_path.iterdir() if path.name.startswith(".site-")]
    assert leftovers == []


def test_refused_data_leaves_the_site_and_names_the_cell(tmp_path: Path, data: Path) -> None:
    """A mistake in a CSV stops the build with one line for it and touches nothing."""
    out = tmp_path / "site"
    out.mkdir()
    (out / "index.html").write_text("the last good build", encoding="utf-8")
    line = line_of(data, "resnet-50,", ",2037,")
    replace_cell(data / "published" / "throughput.csv", line, ",2037,", ",fast,")

    done = subprocess.run(build(out, data), cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert f"throughput.csv:{line}: images_per_second: 'fast'" in done.stderr
    assert "Traceback" not in done.stderr
    assert (out / "index.html").read_text(encoding="utf-8") == "the last good build"


def test_plain_mkdocs_build_works_too(tmp_path: Path) -> None:
    """``mkdocs build --strict`` gives the same pages as our own command."""
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    plain = [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-d", str(tmp_path / "a")]
    subprocess.run(plain, cwd=ROOT, env=environment, check=True)
    subprocess.run(build(tmp_path / "b"), cwd=ROOT, check=True)

    assert digest(tmp_path / "a") == digest(tmp_path / "b")


def line_of(data: Path, start: str, part: str) -> int:
    """Return the line of the throughput table that starts with one text and holds another."""
    lines = (data / "published" / "throughput.csv").read_text(encoding="utf-8").splitlines()
    return next(
        number
        for number, line in enumerate(lines, start=1)
        if line.startswith(start) and part in line
    )
