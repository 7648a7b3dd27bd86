"""The state file is whole or the one before, and says so when it is neither."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from measure.errors import ConditionError, UserError
from measure.modes.outcome import Original
from measure.modes.state import RUNNING, SAVED, BoardRecord, Resume, StateFile

if TYPE_CHECKING:
    from pathlib import Path

ORIGINAL = Original(3, "MODE_50W", "ab" * 32, "boot-1", pinned=False)
RECORD = BoardRecord(
    RUNNING,
    ORIGINAL,
    run="run-1",
    target="MAXN",
    job="résumé\n",
    resumes=(Resume("boot-1", 1.5, 2),),
    problems=("one", "two"),
)


def test_round_trip(tmp_path: Path) -> None:
    """What is written is read, with the time it was written."""
    file = StateFile(tmp_path)

    written = file.write(RECORD)

    assert file.load() == written
    assert written.at.endswith("Z")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["state.json"]


def test_idle(tmp_path: Path) -> None:
    """Without a file or its folder the board is idle; what isn't there can be removed."""
    (tmp_path / "plain").write_text("")

    assert StateFile(tmp_path).load() is None
    assert StateFile(tmp_path / "missing").load() is None
    assert StateFile(tmp_path / "plain").load() is None
    StateFile(tmp_path).remove()


def test_remove(tmp_path: Path) -> None:
    """Removed means idle."""
    file = StateFile(tmp_path)
    file.write(RECORD)

    file.remove()

    assert file.load() is None


def test_makes_its_folder(tmp_path: Path) -> None:
    """As root nothing needs to be set up."""
    StateFile(tmp_path / "new" / "folder").write(RECORD)

    assert (tmp_path / "new" / "folder" / "state.json").exists()


def test_leftovers_do_no_harm(tmp_path: Path) -> None:
    """What a kill left of an earlier write is overwritten, however long."""
    (tmp_path / "state.json.new").write_text("x" * 100_000)

    StateFile(tmp_path).write(RECORD)

    assert StateFile(tmp_path).load() is not None


def test_no_link_is_followed(tmp_path: Path) -> None:
    """Nobody can have another file overwritten by laying a link."""
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "state.json.new").symlink_to(tmp_path / "precious")

    with pytest.raises(ConditionError, match=r"state\.json cannot be written"):
        StateFile(tmp_path).write(RECORD)

    assert (tmp_path / "precious").read_text() == "precious"


def changed(**changes: Any) -> bytes:
    """Return a file's text with some values changed."""
    return json.dumps({**RECORD.as_dict(), **changes}).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"3",
        b"\xff\xfe",
        b"{}",
        b"[" * 100_000,
        changed()[:-20],
        changed(version=2),
        changed(state="ASLEEP"),
        changed(state="IDLE"),
        changed(state=3),
        changed(original=None),
        changed(original={"mode": "MAXN"}),
        changed(original={**ORIGINAL.as_dict(), "mode": ""}),
        changed(original={**ORIGINAL.as_dict(), "mode": 7}),
        changed(attempt="1"),
        changed(attempt=True),
        changed(touched="yes"),
        changed(target=None),
        changed(resumes=[{"boot_id": ""}]),
        changed(resumes=[3]),
        changed(resumes=7),
        changed(problems=None),
        changed(more=1),
        json.dumps({"version": 1, "state": SAVED}).encode(),
    ],
)
def test_damaged(data: bytes, tmp_path: Path) -> None:
    """A file that isn't this version's is refused with what to do, and stays as it is."""
    path = tmp_path / "state.json"
    path.write_bytes(data)

    with pytest.raises(UserError, match=r"state\.json is damaged or not this version's") as caught:
        StateFile(tmp_path).load()

    assert "nvpmodel -q" in str(caught.value)
    assert "restore --forget" in str(caught.value)
    assert path.read_bytes() == data


def test_unreadable(tmp_path: Path) -> None:
    """What the system says is passed on."""
    (tmp_path / "state.json").mkdir()

    with pytest.raises(UserError, match=r"state\.json cannot be read: Is a directory"):
        StateFile(tmp_path).load()


@pytest.mark.parametrize("name", ["fsync", "replace", "open"])
def test_cannot_be_written(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full leaves the record of before, and the text says what to do."""
    file = StateFile(tmp_path)
    before = file.write(RECORD)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, name, full)

        with pytest.raises(ConditionError, match=r"No space left on device; .*measure rights"):
            file.write(BoardRecord(SAVED, ORIGINAL))

    assert file.load() == before
    assert not (tmp_path / "state.json.new").exists()


def test_cannot_be_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A board that can't be said to be idle isn't."""
    file = StateFile(tmp_path)
    file.write(RECORD)

    def refuse(_: str) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "unlink", refuse)

    with pytest.raises(ConditionError, match="cannot be removed: Read-only file system"):
        file.remove()

    assert file.load() is not None
