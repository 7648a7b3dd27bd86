"""The command says by its exit code what it found, and ends cleanly whatever happens."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from onnx import TensorProto, helper

from measure.__main__ import main
from measure.check.command import read_shape, write_file
from measure.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[3]


def save(folder: Path, operator: str = "Relu", shape: Sequence[int | str] = (1, 8, 4, 4)) -> str:
    """Write a model of one operator and return its path."""
    nodes = [helper.make_node(operator, ["x"], ["y"], name="node")]
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)]
    model = helper.make_model(
        helper.make_graph(nodes, "g", inputs, outputs),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )
    path = folder / f"{operator}.onnx"
    path.write_bytes(model.SerializeToString())
    return str(path)


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "measure", "check", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


def test_exit_codes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Zero for all, one for some, two for what cannot be read."""
    assert main(["check", save(tmp_path, "Relu")]) == 0
    assert main(["check", save(tmp_path, "Erf")]) == 1
    assert main(["check", save(tmp_path, "Relu"), "--tensorrt", "11.1"]) == 1
    capsys.readouterr()
    (tmp_path / "text.onnx").write_text("no model")
    for words in (
        [str(tmp_path / "text.onnx")],
        [str(tmp_path / "missing.onnx")],
        [save(tmp_path, "Relu"), "--release", "jetpack-99"],
        [save(tmp_path, "Relu"), "--shape", "x"],
        [save(tmp_path, "Relu"), "--calib", str(tmp_path / "missing.cache")],
    ):
        assert main(["check", *words]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith("error: ")
        assert err.count("\n") == 1


def test_json_alone_is_printed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A program that reads standard output gets nothing but JSON."""
    main(["check", save(tmp_path, "Erf"), "--json"])
    out, err = capsys.readouterr()

    assert json.loads(out)["summary"]["gpu"] == 1
    assert err == ""


def test_sizes_of_the_user(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """An input of open sizes is checked with those given, and so is the command."""
    path = save(tmp_path, "Relu", ("n", 8, 4, 4))

    assert main(["check", path]) == 1
    assert "gen.dynamic" in capsys.readouterr().out
    assert main(["check", path, "--shape", "x:2x8x4x4"]) == 0
    assert "--shapes=x:2x8x4x4" in capsys.readouterr().out
    assert main(["check", path, "--shape", "z:2x8x4x4"]) == 2


@pytest.mark.parametrize("text", ["x", "x:", "x:1x", "x:axb", ":1x2", "x:1,2"])
def test_sizes_that_are_none(text: str) -> None:
    """The error shows the form."""
    with pytest.raises(UserError, match="input:1x3x224x224"):
        read_shape(text)


def test_sizes_of_names_with_colons() -> None:
    """The sizes stand behind the last colon."""
    assert read_shape("input:0:1x3") == ("input:0", (1, 3))


class TestHtml:
    def test_is_written_and_the_text_printed(self, tmp_path: Path) -> None:
        """Both from one check."""
        done = run(save(tmp_path, "Erf"), "--html", str(tmp_path / "report.html"))

        assert done.returncode == 1
        assert "falls back to the GPU" in done.stdout
        assert (tmp_path / "report.html").read_text().startswith("<!doctype html>")
        assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]

    def test_a_failed_write_leaves_what_was_there(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The file is replaced as a whole or not at all."""
        path = tmp_path / "report.html"
        path.write_text("before")

        def fail(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "replace", fail)
        with pytest.raises(UserError, match="No space left"):
            write_file(str(path), "after")

        assert path.read_text() == "before"
        assert list(tmp_path.iterdir()) == [path]

    def test_a_folder_that_is_missing(self, tmp_path: Path) -> None:
        """One line says so."""
        assert (
            run(save(tmp_path, "Erf"), "--html", str(tmp_path / "no" / "report.html")).returncode
            == 2
        )

    def test_may_be_read_by_others(self, tmp_path: Path) -> None:
        """It has the permissions of any new file."""
        write_file(str(tmp_path / "a.html"), "text")
        (tmp_path / "b.html").write_text("text")

        assert (tmp_path / "a.html").stat().st_mode == (tmp_path / "b.html").stat().st_mode


def test_the_user_breaks_it_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One word, no traceback."""

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("measure.check.model_check.check_model", interrupt)

    assert main(["check", save(tmp_path, "Erf")]) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_a_reader_that_stops_early(tmp_path: Path) -> None:
    """As with head: no traceback, and the exit code stays."""
    words = f"{sys.executable} -m measure check {save(tmp_path, 'Erf')} --json"
    command = f"{words} | head -c 10; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 1
    assert done.stderr == ""


def test_output_in_a_narrow_encoding(tmp_path: Path) -> None:
    """A terminal that cannot show a sign gets its number."""
    done = run(save(tmp_path, "Erf"), PYTHONIOENCODING="ascii")

    assert done.returncode == 1
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colours_on_a_terminal_only(
    environment: dict[str, str], coloured: bool, tmp_path: Path
) -> None:
    """And there only if wanted."""
    path = save(tmp_path, "Erf")
    assert "\x1b" not in run(path, TERM="xterm").stdout

    master, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "measure", "check", path],
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm", "NO_COLOR": "", **environment},
        stdout=terminal,
    ) as process:
        process.wait()
    os.close(terminal)
    shown = os.read(master, 100_000)
    os.close(master)

    assert (b"\x1b[" in shown) == coloured
