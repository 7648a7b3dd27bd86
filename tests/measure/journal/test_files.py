"""Files that are there as a whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from measure.errors import UserError
from measure.journal.files import sha256_of, store_file, sweep, write_whole
from measure.journal.journal import Journal

WRITERS: list[Any] = [write_whole, lambda path, data: store_file(path.parent, path.name, data)]


def test_store_bytes(tmp_path: Path) -> None:
    """What is kept is found under the path and the digest returned."""
    path, digest = store_file(tmp_path, "raw/a/one.bin", b"content")

    assert path == "raw/a/one.bin"
    assert (tmp_path / path).read_bytes() == b"content"
    assert digest == sha256(b"content").hexdigest() == sha256_of(tmp_path / path)


def test_store_copy(tmp_path: Path) -> None:
    """A large file is copied; the original stays."""
    original = tmp_path / "original"
    original.write_bytes(os.urandom(3 << 20))

    path, digest = store_file(tmp_path / "run", "logs/x.log", original)

    assert (tmp_path / "run" / path).read_bytes() == original.read_bytes()
    assert digest == sha256_of(original)


def test_nothing_is_replaced(tmp_path: Path) -> None:
    """A file that a journal may name stays; the same content needs no second file."""
    first = store_file(tmp_path, "logs/x.log", b"one")
    second = store_file(tmp_path, "logs/x.log", b"two")
    again = store_file(tmp_path, "logs/x.log", b"two")

    assert [first[0], second[0], again[0]] == ["logs/x.log", "logs/x-2.log", "logs/x-2.log"]
    assert (tmp_path / "logs/x.log").read_bytes() == b"one"


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "a/../../x"])
def test_only_inside(tmp_path: Path, name: str) -> None:
    """A name can't lead out of the folder."""
    with pytest.raises(UserError, match="is not a path in"):
        store_file(tmp_path, name, b"")


@pytest.mark.parametrize("write", WRITERS)
def test_order_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Any) -> None:
    """The content is on the disk before the name, and the name before the call returns."""
    seen: list[str] = []
    fsync, replace = os.fsync, os.replace

    def note_fsync(descriptor: int) -> None:
        name = Path(os.readlink(f"/proc/self/fd/{descriptor}")).name
        seen.append("content" if ".tmp." in name else "folder" if name == tmp_path.name else name)
        fsync(descriptor)

    def note_replace(*names: str) -> None:
        seen.append("name")
        replace(*names)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(os, "replace", note_replace)
    write(tmp_path / "x.csv", b"a,b\n")

    assert seen == ["content", "name", "folder"]


@pytest.mark.parametrize("write", WRITERS)
def test_failure_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Any
) -> None:
    """Where the new content can't be written, the old file is untouched and nothing else there."""
    path = tmp_path / "x.csv"
    path.write_bytes(b"old")

    def fail(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(UserError, match=r"x\.csv: the disk is full"):
        write(path, b"new")

    assert [one.name for one in tmp_path.iterdir()] == ["x.csv"]
    assert path.read_bytes() == b"old"


def test_sweep(tmp_path: Path) -> None:
    """Opening a journal deletes what writers left that are gone, and only that."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = {
        f"raw/a.bin.tmp.{gone.pid}": True,
        f"b.tmp.{os.getpid()}": True,
        "c.tmp.99999999999999999999": True,
        "raw/d.bin.tmp.1": False,
        "e.tmp.x": False,
        "tables/notes.tmp.csv": False,
    }
    for name in left:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"half")
    (tmp_path / "folder.tmp.99999999999").mkdir()

    Journal.open(tmp_path / "journal.jsonl").close()

    assert {name: not (tmp_path / name).exists() for name in left} == left
    assert sweep(tmp_path) == 0


def test_digest_of_what_is_not_there(tmp_path: Path) -> None:
    """A file that can't be read is named."""
    with pytest.raises(UserError, match=r"missing\.bin: No such file"):
        sha256_of(tmp_path / "missing.bin")
