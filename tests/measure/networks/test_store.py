"""Files of the networks: built once, found again, noticed when damaged."""

from __future__ import annotations

import subprocess
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

import measure.networks.store as store
from measure.errors import UserError
from measure.journal.files import write_whole
from measure.networks.builder import INPUT
from measure.networks.catalogue import build_network
from measure.networks.forms import as_form
from measure.networks.model_file import FORMS, WEIGHTS, ModelFile
from measure.networks.store import file_name, model_file, model_files
from measure.networks.weights import RECIPE

if TYPE_CHECKING:
    from pathlib import Path

KEY = "ssd-mobilenet-v1"


def get(folder: Path, form: str = "qdq") -> ModelFile:
    """Return the smallest file."""
    return model_file(KEY, form, "dense", 1, folder)


def times_built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by a path whenever a file is written."""
    written: list[str] = []

    def counted(path: Path, content: bytes) -> str:
        written.append(path.suffix)
        return write_whole(path, content)

    monkeypatch.setattr(store, "write_whole", counted)
    return written


def test_file_is_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second call reads the file only, and says the same of it."""
    written = times_built(monkeypatch)
    folder = tmp_path / "new" / "folder"

    first = get(folder)
    second = get(folder)

    assert first == second
    assert written == [".onnx", ".sha256"]
    assert first.sha256 == sha256(first.path.read_bytes()).hexdigest()
    assert first.inputs == {INPUT: (1, 3, 300, 300)}
    assert (first.network, first.form, first.weights, first.batch) == (KEY, "qdq", "dense", 1)
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [first.path.name, f"{first.path.name}.sha256"]
    )


def test_digest_is_one_that_sha256sum_checks(tmp_path: Path) -> None:
    """A user can check the files without this program."""
    found = get(tmp_path)
    command = ["sha256sum", "-c", "--strict", f"{found.path.name}.sha256"]

    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("damage", ["flip", "cut", "gone", "no note", "empty note", "odd note"])
def test_damaged_file_is_built_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    """Whatever happened to file or note, the next call hands out the right bytes."""
    first = get(tmp_path)
    content, note = first.path.read_bytes(), tmp_path / f"{first.path.name}.sha256"
    if damage == "flip":
        first.path.write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])
    elif damage == "cut":
        first.path.write_bytes(content[:1000])
    elif damage == "gone":
        first.path.unlink()
    elif damage == "no note":
        note.unlink()
    else:
        note.write_bytes(b"" if damage == "empty note" else b"\xff\xff")
    written = times_built(monkeypatch)

    again = get(tmp_path)

    assert written == [".onnx", ".sha256"]
    assert again == first
    assert first.path.read_bytes() == content


def test_crash_while_writing_leaves_nothing_that_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file is there under its name when it is whole, and its note only after it."""

    def broken(path: Path, content: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "write_whole", broken)
    with pytest.raises(KeyboardInterrupt):
        get(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_name_changes_with_the_content(monkeypatch: pytest.MonkeyPatch) -> None:
    """Form, weights, batch and recipe each make another name, and so does a single gain."""
    names = {
        file_name(network, form, as_form(network, form))
        for weights in WEIGHTS
        for batch in (1, 2)
        for network in [build_network(KEY, weights, batch)]
        for form in FORMS
    }
    assert len(names) == len({name.rpartition("-")[2] for name in names}) == 12

    monkeypatch.setattr(store, "RECIPE", RECIPE + 1)
    network = build_network(KEY)
    assert file_name(network, "fp32", network.model) not in names
    monkeypatch.undo()
    monkeypatch.setattr("measure.networks.ssd_mobilenet.ANCHORS", (3, 6, 6, 6, 6, 5))
    network = build_network(KEY)
    assert file_name(network, "fp32", network.model) not in names


def test_default_batch_is_the_published_one(tmp_path: Path) -> None:
    """Without a batch the file fits NVIDIA's figures for the DLA."""
    assert model_file(KEY, "qdq", folder=tmp_path).batch == 2


def test_several_files_are_told_of(tmp_path: Path) -> None:
    """Each file is announced before it is built; what is left out is single and dense."""
    told: list[str] = []
    files = model_files([KEY, KEY], ["qdq", "fp16"], None, 1, tmp_path, told.append)

    assert told == [f"[1/2] {KEY} qdq dense …", f"[2/2] {KEY} fp16 dense …"]
    assert [file.form for file in files] == ["qdq", "fp16"]
    with pytest.raises(UserError, match="'nope' is no reference network"):
        model_files([KEY, "nope"], None, None, 1, tmp_path, told.append)
    assert len(told) == 2


def test_default_folder_is_that_of_the_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Networks lie beside the runs that measure them."""
    monkeypatch.setenv("DLA_MEASURE_RUNS", str(tmp_path))

    assert model_file(KEY, "qdq", batch=1).path.parent == tmp_path / "networks"


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A file where the folder should be is one clear line."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="file"):
        get(tmp_path / "file" / "networks")
