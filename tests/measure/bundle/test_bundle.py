"""The archive for a device: complete, the same every time, of use on an old Python."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from measure.__main__ import COMMANDS, main
from measure.bundle.archive import MADE, Member, archive
from measure.bundle.contents import (
    CODE,
    CODE_ENDINGS,
    MANIFEST,
    READ_ME,
    TOP,
    as_toml,
    code_members,
    with_manifest,
)
from measure.networks.own import OwnModel, read_entries
from measure.networks.toml import read_toml
from tests.measure.test_command_line import find_python

KEY = "ssd-mobilenet-v1"
Capture = pytest.CaptureFixture[str]


def unpack(path: Path, folder: Path) -> Path:
    """Unpack as a user does."""
    folder.mkdir()
    subprocess.run(["tar", "-xzf", str(path), "-C", str(folder)], check=True)
    return folder / TOP


def device(folder: Path, python: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the unpacked folder, with nothing of this repository in reach."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.run(
        [python, "-B", "-m", "measure", *words],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive with the program alone."""
    path = tmp_path_factory.mktemp("bundle") / "new" / "bundle.tar.gz"
    assert main(["bundle", "--out", str(path)]) == 0
    return path


def test_same_files_give_the_same_archive(bundle: Path, tmp_path: Path, capsys: Capture) -> None:
    """Neither time nor user nor order of the folder is in it."""
    again = tmp_path / "again.tar.gz"
    assert main(["bundle", "--out", str(again), "--json"]) == 0

    found = json.loads(capsys.readouterr().out)
    assert again.read_bytes() == bundle.read_bytes()
    assert (found["path"], found["files"]) == (str(again), len(code_members()))


def test_members(bundle: Path) -> None:
    """Everything lies below one folder, sorted, plain, and without what others left behind."""
    with tarfile.open(bundle) as tar:
        members = tar.getmembers()

    names = [member.name for member in members]
    assert names == sorted(names)
    assert all(name.startswith(f"{TOP}/") for name in names)
    assert {(m.uid, m.gid, m.uname, m.gname, m.mtime) for m in members} == {(0, 0, "", "", MADE)}
    assert all(member.isreg() and member.mode in (0o644, 0o755) for member in members)
    assert not [name for name in names if "__pycache__" in name or "/." in name or "tests" in name]
    for needed in ("measure/__main__.py", "data/datapackage.json", "data/reference/networks.csv"):
        assert f"{TOP}/{needed}" in names


def test_every_kind_of_file_of_the_program_is_packed(bundle: Path) -> None:
    """A file that some module reads beside itself is not left behind for its ending."""
    with tarfile.open(bundle) as tar:
        packed = {name for name in tar.getnames() if name.startswith(f"{TOP}/measure/")}

    sources = {
        f"{TOP}/measure/{path.relative_to(CODE).as_posix()}"
        for path in CODE.rglob("*")
        if path.is_file() and path.suffix != ".pyc" and path.name[0] != "."
    }
    endings = {Path(name).suffix for name in packed}
    assert packed == sources
    assert endings == set(CODE_ENDINGS)


def test_device_side_is_complete(bundle: Path, tmp_path: Path) -> None:
    """Every member is as the manifest says, and the commands run from the folder alone."""
    folder = unpack(bundle, tmp_path / "device")

    check = subprocess.run(
        ["sha256sum", "-c", "--strict", MANIFEST], cwd=folder, capture_output=True, check=False
    )
    assert check.returncode == 0
    listed = {line.split("  ")[1] for line in (folder / MANIFEST).read_text().splitlines()}
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert present == listed | {MANIFEST}
    answer = device(folder, sys.executable, "networks", "--network", KEY, "--form", "qdq")
    assert answer.returncode == 0
    assert (folder / "runs" / "networks").is_dir()


def test_read_me_names_commands_that_exist(bundle: Path, tmp_path: Path) -> None:
    """Whoever unpacks the archive can type what it says."""
    folder = unpack(bundle, tmp_path / "device")
    lines = (folder / READ_ME).read_text().splitlines()
    words = [line.split() for line in lines if "python3 -m measure" in line]

    called = {line[3] for line in words if not line[3].startswith("-")}
    assert called
    assert called <= set(COMMANDS)


@pytest.mark.parametrize("version", ["3.8", "3.10"])
def test_lists_on_an_old_python(bundle: Path, tmp_path: Path, version: str) -> None:
    """An old Python without any package lists the networks."""
    python = find_python(version)
    if python is None:
        pytest.skip(f"no Python {version}")
    folder = unpack(bundle, tmp_path / "device")

    answer = device(folder, python, "networks", "--list")

    assert (answer.returncode, answer.stderr) == (0, "")
    assert KEY in answer.stdout


def test_packed_networks_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The device does not build what came with the archive."""
    monkeypatch.setenv("DLA_MEASURE_RUNS", str(tmp_path / "runs"))
    path = tmp_path / "bundle.tar.gz"
    words = ["--with-networks", "--network", KEY, "--form", "qdq", "--batch", "1"]
    assert main(["bundle", "--out", str(path), *words]) == 0
    folder = unpack(path, tmp_path / "device")
    (packed,) = (folder / "runs" / "networks").glob("*.onnx")
    before = packed.stat().st_mtime_ns, packed.stat().st_ino

    answer = device(
        folder, sys.executable, "networks", "--network", KEY, "--form", "qdq", "--batch", "1"
    )

    assert answer.returncode == 0
    assert answer.stdout.split()[1] == str(packed)
    assert (packed.stat().st_mtime_ns, packed.stat().st_ino) == before


def test_own_models_are_packed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Models of one's own travel along, bound by their digest, with a file that names them."""
    monkeypatch.setenv("DLA_MEASURE_RUNS", str(tmp_path / "runs"))
    assert main(["networks", "--network", KEY, "--form", "qdq", "--batch", "1"]) == 0
    digest, model = capsys.readouterr().out.split()
    models = tmp_path / "models.toml"
    models.write_text(f'[[model]]\nname = "own"\npath = "{model}"\nbatch = 1\n')
    path = tmp_path / "bundle.tar.gz"

    assert main(["bundle", "--out", str(path), "--models", str(models)]) == 0

    folder = unpack(path, tmp_path / "device")
    (entry,) = read_entries(folder / "models.toml")
    assert (entry.name, entry.path, entry.sha256, entry.batch) == (
        "own",
        folder / "models" / "own.onnx",
        digest,
        1,
    )
    answer = device(folder, sys.executable, "networks", "--models", "models.toml")
    assert (answer.returncode, answer.stdout.split()) == (0, [digest, "models/own.onnx"])


def test_entry_is_written_as_it_is_read() -> None:
    """Whatever signs its texts hold."""
    entry = OwnModel(
        "a",
        Path('models/"ä\x7f\n.onnx'),
        inputs={'in"put:0': (1, 3), "\x00": (2,)},
        form="fp16",
        weights="sparse",
    )
    (table,) = read_toml(as_toml(entry), "models.toml")["model"]

    assert table == {
        "name": "a",
        "path": 'models/"ä\x7f\n.onnx',
        "form": "fp16",
        "weights": "sparse",
        "inputs": {'in"put:0': [1, 3], "\x00": [2]},
    }


@pytest.mark.parametrize("option", [["--network", KEY], ["--form", "qdq"], ["--batch", "1"]])
def test_options_that_do_nothing_are_refused(
    tmp_path: Path, capsys: Capture, option: list[str]
) -> None:
    """Nobody carries an archive away that lacks what was asked for."""
    assert main(["bundle", "--out", str(tmp_path / "x.tar.gz"), *option]) == 2
    assert "need --with-networks" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_file_that_cannot_be_written(tmp_path: Path, capsys: Capture) -> None:
    """A folder in the way is one clear line."""
    assert main(["bundle", "--out", str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err


def test_archive_of_any_sizes(tmp_path: Path) -> None:
    """Contents of every length around a block come out as they went in, modes and all."""
    source = tmp_path / "source"
    source.write_bytes(bytes(range(256)) * 5000)
    members = [Member(f"m/{size}", b"x" * size) for size in (0, 1, 511, 512, 513, 10239, 10240)]
    members += [Member("m/copy", source, 0o755), Member(f"m/{'long' * 40}", b"name")]
    path = tmp_path / "a.tar.gz"
    path.write_bytes(b"".join(archive(reversed(members))))

    folder = tmp_path / "out"
    folder.mkdir()
    subprocess.run(["tar", "-xzf", str(path), "-C", str(folder)], check=True)
    for member in members:
        assert (folder / member.name).read_bytes() == b"".join(member.chunks())
    assert stat.S_IMODE((folder / "m/copy").stat().st_mode) & 0o111 == 0o111
    assert b"".join(archive(members)) == path.read_bytes()


def test_file_that_changes_while_it_is_packed(tmp_path: Path) -> None:
    """A file that grows between its head and its content would shift all behind it."""
    source = tmp_path / "growing"
    source.write_bytes(b"1234")
    parts = archive([Member("a", source)])
    next(parts)
    source.write_bytes(b"12345")

    with pytest.raises(OSError, match="changed while it was copied"):
        list(parts)


def test_manifest_is_sorted_and_complete() -> None:
    """One line a member, in the order of the archive."""
    members = with_manifest([Member("b", b"2"), Member("a", b"1")])

    manifest = members[-1].content
    assert isinstance(manifest, bytes)
    assert [line.split()[1] for line in manifest.decode().splitlines()] == ["a", "b"]
    assert [member.name for member in members] == [f"{TOP}/{name}" for name in ("b", "a", MANIFEST)]
