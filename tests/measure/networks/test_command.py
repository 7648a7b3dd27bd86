"""The command ``networks``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from measure.__main__ import main
from measure.networks.catalogue import RECIPES
from measure.networks.own import read_entries

if TYPE_CHECKING:
    from pathlib import Path

KEY = "ssd-mobilenet-v1"
Capture = pytest.CaptureFixture[str]


def test_list(capsys: Capture) -> None:
    """All networks with their sizes, a line each, and nothing is built."""
    assert main(["networks", "--list"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["network", *RECIPES]
    assert lines[1].split()[1:4] == ["3x224x224", "2", "4.09"]


def test_list_for_programs(capsys: Capture) -> None:
    """The same figures in full."""
    assert main(["networks", "--list", "--json", "--network", KEY]) == 0

    (row,) = json.loads(capsys.readouterr().out)["networks"]
    assert (row["network"], row["input"], row["macs"]) == (KEY, [1, 3, 300, 300], 1237129408)


def test_layers(capsys: Capture) -> None:
    """A layer a line, of several networks one behind the other."""
    assert main(["networks", "--layers", "--network", KEY, "--network", "resnet-50"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + 41 + 72
    assert lines[2].split() == [
        KEY, "2", "conv1.depthwise", "Conv+Clip", "32x150x150", "32x150x150", "3x3/1", "x32",
        "6.5", "320",
    ]  # fmt: skip
    assert main(["networks", "--layers", "--json", "--network", KEY]) == 0
    assert len(json.loads(capsys.readouterr().out)["layers"]) == 41


def test_files(capsys: Capture, tmp_path: Path) -> None:
    """Files are named on standard output as sha256sum does, progress goes to standard error."""
    words = ["networks", "--network", KEY, "--form", "qdq", "--out", str(tmp_path), "--batch", "1"]
    assert main(words) == 0
    text = capsys.readouterr()
    digest, path = text.out.split()
    assert (tmp_path / f"{path}.sha256").read_text().split()[0] == digest
    assert text.err == f"[1/1] {KEY} qdq dense …\n"

    assert main([*words, "--json"]) == 0
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert file == {
        "network": KEY,
        "path": path,
        "sha256": digest,
        "inputs": {"image": [1, 3, 300, 300]},
        "form": "qdq",
        "weights": "dense",
        "batch": 1,
    }


def test_own_models(capsys: Capture, tmp_path: Path) -> None:
    """Entries of a models file are checked without building anything."""
    assert main(["networks", "--network", KEY, "--form", "qdq", "--out", str(tmp_path)]) == 0
    digest, path = capsys.readouterr().out.split()
    models = tmp_path / "models.toml"
    models.write_text(f'[[model]]\nname = "own"\npath = "{path}"\nsha256 = "{digest}"\n')

    assert main(["networks", "--models", str(models)]) == 0
    assert capsys.readouterr().out.split() == [digest, path]

    models.write_text(f'[[model]]\nname = "own"\npath = "{path}"\nsha256 = "{"0" * 64}"\n')
    assert main(["networks", "--models", str(models)]) == 2
    assert "models.toml line 1: " in capsys.readouterr().err


def test_models_file_of_the_help_is_one(capsys: Capture, tmp_path: Path) -> None:
    """What the help shows can be copied, once the digest and the address are real ones."""
    with pytest.raises(SystemExit):
        main(["networks", "--help"])
    text = capsys.readouterr().out.partition("A models file")[2].partition("\n")[2]
    text = text.replace("<64 hexadecimal digits>", "0" * 64).replace("…", "example.org/x.onnx")
    (tmp_path / "models.toml").write_text(text, encoding="utf-8")

    (entry,) = read_entries(tmp_path / "models.toml")

    assert (entry.name, entry.path) == ("my-detector", tmp_path / "detector.onnx")
    assert entry.inputs == {"image": (1, 3, 640, 640)}


@pytest.mark.parametrize(
    ("words", "idle"),
    [
        (["--models", "m.toml", "--form", "qdq"], "--form does nothing beside --models"),
        (["--models", "m.toml", "--list"], "--list does nothing beside --models"),
        (["--list", "--batch", "8"], "--batch does nothing beside --list"),
        (["--layers", "--out", "x"], "--out does nothing beside --layers"),
        (["--write-tables", "--network", KEY], "--network does nothing beside --write-tables"),
    ],
)
def test_options_that_do_nothing_are_refused(capsys: Capture, words: list[str], idle: str) -> None:
    """Nobody takes what comes for what was asked for."""
    assert main(["networks", *words]) == 2
    assert idle in capsys.readouterr().err


def test_tables(capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Writing the tables says which files it wrote."""
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    monkeypatch.setattr("measure.networks.reference_tables.write_tables", lambda: paths)

    assert main(["networks", "--write-tables"]) == 0
    assert capsys.readouterr().out == "".join(f"wrote {path}\n" for path in paths)


@pytest.mark.parametrize(
    "words", [["--network", "nope"], ["--network", "nope", "--list"], ["--batch", "0"]]
)
def test_what_cannot_be_built(capsys: Capture, tmp_path: Path, words: list[str]) -> None:
    """One line on standard error, exit code 2."""
    assert main(["networks", "--out", str(tmp_path), *words]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("error: ")
