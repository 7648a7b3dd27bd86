"""Whatever `run`, `networks`, `doctor`, `restore` and `rights` are told: one line and a code."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from measure.run.settings import OVERRIDES
from tests.measure.enduring import endure

if TYPE_CHECKING:
    from pathlib import Path

ESCAPE = "\x1b[31m\n"


@pytest.fixture(autouse=True)
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of all runs, which is not there yet."""
    monkeypatch.setenv("DLA_MEASURE_RUNS", str(tmp_path / "runs"))
    monkeypatch.delenv(OVERRIDES, raising=False)
    return tmp_path / "runs"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--networks", "nope"], 2, "choose resnet-50"),
        (["--networks", "../../etc"], 2, "is unknown"),
        (["--networks", ESCAPE], 2, "is unknown"),
        (["--networks", ","], 2, "name at least one"),
        (["--engines", "dla7"], 2, "choose dla0"),
        (["--engines", "dla"], 3, "--backend"),
        (["--backend", "trtexec"], 3, "libnvinfer-bin"),
        (["--modes", "30w"], 3, "no power modes"),
        (["--modes", ESCAPE], 3, "no power modes"),
        (["--precision", "int4"], 2, "choose int8"),
        (["--precision", "fp16"], 3, "fp32 or int8"),
        (["--weights", "odd"], 2, "choose dense, sparse"),
        (["--batch", "0"], 2, "1 to 4096"),
        (["--batch", "99999999999"], 2, "1 to 4096"),
        (["--batch", "x"], 2, "invalid int"),
        (["--seed", "-1"], 2, "0 to 4294967295"),
        (["--seed", "99999999999999999999"], 2, "0 to 4294967295"),
        (["--ambient", "nan"], 2, "°C"),
        (["--ambient", "1e999"], 2, "°C"),
        (["--quick", "--full"], 2, "not allowed with"),
        (["--models", "/missing"], 2, "no such file"),
        (["--models", "/"], 2, "directory"),
        (["--models", "/dev/zero"], 2, "not a regular file"),
        (["--resume"], 2, "--plan is of a new run"),
        (["--resume-after-boot"], 2, "--plan is of a new run"),
        (["--nonsense"], 2, "unrecognized"),
    ],
    ids=lambda words: " ".join(words).strip() if isinstance(words, list) else "",
)
def test_odd_options(
    words: list[str], code: int, said: str, runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong with them is said, and nothing is begun."""
    answer = endure(capsys, "run", "--plan", *words)

    assert answer.code == code
    assert said in answer.err
    assert not runs.exists()


@pytest.mark.parametrize("name", ["nope", "../x", "", ESCAPE, "x" * 5000])
def test_runs_that_are_none(name: str, runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody goes on with them, and no new run begins instead."""
    for words in (["run", "--resume", name], ["rows", name]):
        assert endure(capsys, *words).code == 2
    assert not runs.exists()


SETTINGS = {
    "empty": "",
    "list": "[]",
    "deep": "[" * 100_000,
    "word": '{"load_s": "long"}',
    "null": '{"load_s": null}',
    "truth": '{"load_s": true}',
    "number": '{"quick": 1}',
    "below": '{"load_s": -1}',
    "nothing": '{"load_s": 0}',
    "infinite": '{"load_s": 1e999}',
    "unknown number": '{"load_s": NaN}',
    "huge": '{"load_s": 1e300}',
    "no pairs": '{"min_pairs": 9, "max_pairs": 2}',
    "part of a pair": '{"min_pairs": 2.5}',
    "rates": '{"rate_fractions": [0.5, 2]}',
    "no rates": '{"rate_fractions": 1}',
    "unknown": '{"nope": 1}',
}


@pytest.mark.parametrize("name", SETTINGS)
def test_odd_settings(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The file is named, and so is the setting if there is one."""
    path = tmp_path / "settings.json"
    path.write_text(SETTINGS[name])
    monkeypatch.setenv(OVERRIDES, str(path))
    answer = endure(capsys, "run", "--plan")

    assert answer.code == 2
    assert str(path) in answer.err


def test_settings_that_are_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What has no end is not read."""
    os.mkfifo(tmp_path / "pipe")
    for path in ("/dev/zero", tmp_path / "pipe", tmp_path, tmp_path / "missing"):
        monkeypatch.setenv(OVERRIDES, str(path))

        assert str(path) in endure(capsys, "run", "--plan").err


@pytest.mark.parametrize("place", ["file", "file/x", "/dev/null", "/dev/full", "link"])
def test_runs_where_no_folder_can_be(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command says what stands there."""
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "link")
    folder = tmp_path / place
    for words in (["run"], ["run", "--plan"], ["doctor"], ["rows", "x"]):
        answer = endure(capsys, *words, "--runs", folder)

        assert answer.code == 2
        assert "is no folder" in answer.err


def test_a_changed_name_of_the_device(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who writes the name of a person in must not get it into a row."""
    runs.mkdir()
    (runs / "device-id").write_text("orin-of-alice\n")
    answer = endure(capsys, "run", "--networks", "ssd-mobilenet-v1")

    assert answer.code == 2
    assert "delete it" in answer.err
    assert "alice" not in answer.err


ENTRIES = {
    "pipe": 'name = "a"\npath = "pipe"',
    "device": 'name = "a"\npath = "/dev/zero"',
    "folder": 'name = "a"\npath = "."',
    "text": 'name = "a"\npath = "models.toml"',
    "escape": 'name = "\\u001b[31m"\npath = "x"',
    "path as name": 'name = "../../x"\npath = "x"',
    "surrogate": 'name = "\\ud800"\npath = "x"',
    "batch": 'name = "a"\npath = "x"\nbatch = 99999999999999999999',
    "shape": 'name = "a"\npath = "x"\n[model.inputs]\nimage = [1, "x"]',
    "deep": f"name = {'[' * 5000}",
}


@pytest.mark.parametrize("name", ENTRIES)
def test_odd_models(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A models file with an entry that is none is refused wherever it is given."""
    os.mkfifo(tmp_path / "pipe")
    models = tmp_path / "models.toml"
    models.write_text(f"[[model]]\n{ENTRIES[name]}\n")
    bundle = tmp_path / "bundle.tar.gz"
    for words in (["networks"], ["run", "--plan"], ["bundle", "--out", bundle]):
        assert endure(capsys, *words, "--models", models).code == 2
    assert not bundle.exists()


def test_models_in_what_is_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Pipes and devices are not waited for."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", "/dev/zero", tmp_path, tmp_path / "missing", ""):
        assert endure(capsys, "networks", "--models", path).code == 2


@pytest.mark.parametrize("out", ["file/x", "/dev/null/x"])
@pytest.mark.parametrize("command", ["networks", "bundle"])
def test_what_cannot_be_written(
    command: str, out: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The place is named; a device that takes everything is left as it is."""
    (tmp_path / "file").write_text("")
    words = ["--network", "resnet-50"] if command == "networks" else []
    answer = endure(capsys, command, *words, "--out", tmp_path / out)

    assert answer.code == 2
    assert out.split("/")[1] in answer.err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("batch", ["0", "-1", "5000", "x"])
def test_batches_of_networks(batch: str, runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is built for a batch that nobody runs."""
    assert endure(capsys, "networks", "--batch", batch).code == 2
    assert not runs.exists()


class TestWithoutRoot:
    """A folder stands for a device on which nobody may do anything."""

    @pytest.fixture(autouse=True)
    def device(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Return the folder of an empty device."""
        root = tmp_path / "device"
        root.mkdir()
        monkeypatch.setenv("DLA_MEASURE_ROOT", str(root))
        return root

    @pytest.mark.parametrize("words", [[], ["--status"], ["--json"], ["--allow-reboot"]])
    def test_nothing_to_restore(
        self, words: list[str], device: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A board that nobody changed stays as it is."""
        assert endure(capsys, "restore", *words).code == 0
        assert list(device.iterdir()) == []

    def test_nothing_is_granted(self, device: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The parts that are missing are listed, for programs too."""
        text = endure(capsys, "rights")
        found = endure(capsys, "rights", "--json")

        assert (text.code, found.code) == (3, 3)
        assert json.loads(found.out)
        assert list(device.iterdir()) == []

    @pytest.mark.parametrize("user", ["nobody;rm", ESCAPE, "", "root\nALL=(ALL) NOPASSWD: ALL"])
    def test_users_that_are_none(
        self, user: str, device: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """No line for sudo is written for a name that is none."""
        answer = endure(capsys, "rights", "--install", "--user", user)

        assert answer.code in (2, 3) or user == ""
        assert not any("NOPASSWD: ALL" in text for text in _texts(device))

    def test_doctor(self, capsys: pytest.CaptureFixture[str]) -> None:
        """An empty device is no Jetson, and is examined all the same."""
        text = endure(capsys, "doctor")
        found = endure(capsys, "doctor", "--json")

        assert text.code == found.code
        assert json.loads(found.out)["checks"]


def _texts(folder: Path) -> list[str]:
    return [path.read_text() for path in folder.rglob("*") if path.is_file()]


def test_a_bundle_replaces_files_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder, a pipe or a device stays what it is."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for out in (pipe, tmp_path):
        assert "not a regular file" in endure(capsys, "bundle", "--out", out).err
    assert pipe.is_fifo()
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]
