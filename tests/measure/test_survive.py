"""Whatever `check` is given: a correct answer, or one clear line and exit code 2."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import onnx
import pytest
from onnx import helper

from measure.__main__ import main
from tests.measure import hostile, hostile_parts
from tests.measure.surviving import ROOT, ask, ask_in_all_forms, ask_measured

if TYPE_CHECKING:
    from collections.abc import Sequence

CORPUS = sorted((Path(__file__).parent / "corpus" / "onnx").glob("*.onnx"))

REFUSED = {
    "functions-without-end": "calls itself",
    "functions-exponential": "more than",
    "same-tensors": "written more than once",
    "shadowed": "written more than once",
    "cycle": "cycle",
    "missing-tensor": "nobody",
    "without-outputs": "no outputs",
    "empty-graph": "no outputs",
}
"""Models that describe nothing that can be built: what is said of them."""

NO_MODELS = {
    "truncated": "damaged, cut off",
    "empty": "is empty",
    "text": "is text",
    "json": "is text",
    "gzip": "gzip",
    "zip": "zip",
    "image": "of another kind",
    "zeros": "of another kind",
    "ones": "of another kind",
    "missing": "no such file",
    "folder": "is a folder",
    "below_a_file": "cannot be read",
    "no_input": "not a regular file",
    "endless": "not a regular file",
}


def save(model: onnx.ModelProto, folder: Path, name: str = "model.onnx") -> Path:
    """Write a model and return its path."""
    path = folder / name
    path.write_bytes(model.SerializeToString())
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return the path of a model that all runs on the DLA."""
    return save(hostile.opset(17), tmp_path, "small.onnx")


@pytest.mark.parametrize("name", hostile.MODELS)
def test_odd_models(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each is answered in every form of output, or refused in one line."""
    answer = ask_in_all_forms(capsys, save(hostile.MODELS[name](), tmp_path), tmp_path)

    assert (answer.code == 2) == (name in REFUSED)
    assert REFUSED.get(name, "") in answer.err


@pytest.mark.parametrize("name", NO_MODELS)
def test_what_is_no_model(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What it is instead is said."""
    answer = ask(capsys, "check", hostile.not_a_model(tmp_path)[name])

    assert answer.code == 2
    assert NO_MODELS[name] in answer.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may do everything")
def test_no_permission(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the system says is passed on."""
    folder = small.parent / "folder"
    folder.mkdir(mode=0o500)
    report = folder / "report.html"

    assert "Permission denied" in ask(capsys, "check", small, "--html", report).err
    small.chmod(0)
    assert "Permission denied" in ask(capsys, "check", small).err


def test_endless_calibration_cache(small: Path) -> None:
    """A device is not read to its end."""
    answer, _ = ask_measured("check", small, "--calib", "/dev/zero")

    assert answer.code == 2


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_corpus(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files that once were trouble for any part of the check."""
    ask_in_all_forms(capsys, path, tmp_path)


@pytest.mark.parametrize("release", ["7.1", "8.4.1", "9.1", "11.1", "11.4.1"])
def test_odd_models_on_other_releases(
    release: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rules of other releases look at other things."""
    for name in ("attributes-wrong", "size-largest", "scalar", "no-inputs", "weights-absurd"):
        ask(capsys, "check", save(hostile.MODELS[name](), tmp_path), "--tensorrt", release)


class TestNames:
    def test_of_files(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The name of the model obeys the same rules as those within."""
        name = "we'ird \x1b[31m\n<b>\u202e$(x).onnx"
        answer = ask_in_all_forms(capsys, save(hostile.opset(17), tmp_path, name), tmp_path)
        missing = ask(capsys, "check", tmp_path / "\x1b[31m\nmissing")

        assert answer.code == 0
        assert missing.err.endswith("no such file\n")

    def test_that_are_not_utf8(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The command for the device names the file as it is."""
        name = os.fsdecode(b"\xff.onnx")
        answer = ask_in_all_forms(capsys, save(hostile.opset(17), tmp_path, name), tmp_path)

        assert "\\377.onnx" in answer.out

    def test_that_are_long_take_little_room(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A name of sixty thousand letters is shortened wherever it is shown."""
        model = hostile_parts.named(hostile_parts.NASTY_NAMES["long"])
        answer = ask(capsys, "check", save(model, tmp_path))

        assert len(answer.out) < 10_000


class TestExternalData:
    def model(self, folder: Path, location: str, shape: Sequence[int] = (8, 8, 3, 3)) -> Path:
        """Write a model whose weights are in another file."""
        weights = onnx.TensorProto(name="w", data_type=1, dims=shape)
        weights.data_location = onnx.TensorProto.EXTERNAL
        weights.external_data.add(key="location", value=location)
        node = helper.make_node("Conv", ["x", "w"], ["y"])
        inputs = [hostile_parts.info("x", [1, shape[1], 16, 16])]
        return save(hostile_parts.model_of([node], inputs, initializers=[weights]), folder)

    def test_larger_than_memory(self, tmp_path: Path) -> None:
        """Weights are not read."""
        with (tmp_path / "weights").open("wb") as file:
            file.truncate(4 << 30)
        answer, peak = ask_measured("check", self.model(tmp_path, "weights", (8192, 8192, 4, 4)))

        assert answer.code in (0, 1)
        assert peak < 200 << 20

    @pytest.mark.parametrize("location", ["../weights", "/etc/passwd", "link", "C:\\weights", ""])
    def test_outside_of_the_folder(
        self, location: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A model reads nothing that it was not given."""
        (tmp_path / "link").symlink_to("/etc/passwd")
        answer = ask(capsys, "check", self.model(tmp_path, location))

        assert answer.code == 2
        assert "external data" in answer.err

    def test_missing_cut_or_no_file(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """The placement does not depend on weights; a note says what is wrong with them."""
        (tmp_path / "short").write_bytes(bytes(10))
        os.mkfifo(tmp_path / "pipe")
        for location, words in (
            ("missing", "is missing"),
            ("pipe", "is missing"),
            ("short", "ends before the data"),
        ):
            answer = ask_in_all_forms(capsys, self.model(tmp_path, location), tmp_path)

            assert answer.code == 0
            assert words in " ".join(answer.out.split())


@pytest.mark.parametrize("make", [lambda: hostile.chain(50_000), lambda: hostile.wide(10_000)])
def test_large_graphs(make: hostile.Maker, tmp_path: Path) -> None:
    """Very many nodes take neither minutes, which are not given, nor gigabytes."""
    answer, peak = ask_measured("check", save(make(), tmp_path))

    assert answer.code == 1
    assert peak < 600 << 20


class TestOptions:
    @pytest.mark.parametrize(
        "words",
        [
            ["--release", "nonsense"],
            ["--release", ""],
            ["--release", "jetpack-6.2", "--soc", "xavier"],
            ["--tensorrt", "abc"],
            ["--tensorrt", ""],
            ["--tensorrt", "9" * 5000],
            ["--tensorrt", "1." * 5000 + "1"],
            ["--soc", "thor"],
            ["--soc", "\x1b[31m"],
            ["--shape", "wrong"],
            ["--shape", "x:1x8"],
            ["--shape", "x:1x8x999999999999999999999x4"],
            ["--shape", f"x:{'1x' * 5000}1"],
            ["--shape", "other:1"],
            ["--calib", "/dev/null"],
            ["--calib", "/"],
            ["--calib", "/missing"],
            ["--html", ""],
            ["--html", "/"],
            ["--html", "/missing/report.html"],
        ],
        ids=lambda words: " ".join(words)[:30].encode("unicode_escape").decode(),
    )
    def test_that_are_wrong(
        self, words: list[str], small: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """One line says what is wrong with them."""
        assert ask(capsys, "check", small, *words).code == 2

    @pytest.mark.parametrize(
        "words", [["--json", "--html", "a"], ["--precision", "fp8"], ["--nonsense"]]
    )
    def test_that_do_not_exist(
        self, words: list[str], small: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """The parser of the command line says so."""
        with pytest.raises(SystemExit) as caught:
            main(["check", str(small), *words])

        assert caught.value.code == 2
        assert "error: " in capsys.readouterr().err

    @pytest.mark.parametrize(("version", "word"), [("6.0", "older"), ("99", "newer"), ("9.1", "")])
    def test_of_releases_nobody_knows(
        self, version: str, word: str, small: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A DLA that may not be there makes no model all right."""
        answer = ask_in_all_forms(capsys, small, small.parent)
        unknown = ask(capsys, "check", small, "--tensorrt", version)

        assert (answer.code, unknown.code) == (0, 1)
        assert word in unknown.out

    def test_a_report_replaces_files_only(
        self, small: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """What is a pipe or a device stays one; where a link leads is written to."""
        pipe, link, page = (small.parent / name for name in ("pipe", "link", "page.html"))
        os.mkfifo(pipe)
        link.symlink_to(page)

        assert ask(capsys, "check", small, "--html", pipe).code == 2
        assert pipe.is_fifo()
        assert ask(capsys, "check", small, "--html", link).code == 0
        assert link.is_symlink()
        assert page.exists()

    def test_the_report_is_not_the_model(
        self, small: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A slip of the hand destroys nothing."""
        before = small.read_bytes()

        assert ask(capsys, "check", small, "--html", small).code == 2
        assert small.read_bytes() == before


CACHE = "TRT-8602-EntropyCalibration2\nx: 3c010a14\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (CACHE, 0),
        (CACHE + "a:0: b: 3c010a14\r\n\r\n", 0),
        (CACHE + "a\u2028b: 3c010a14\n", 0),
        ("\ufeff" + CACHE, 0),
        (CACHE[:-3], 0),
        ("", 2),
        ("{}", 2),
        (CACHE + "y 3c010a14\n", 2),
        (CACHE + "y: 7fc00000\n", 2),
        (CACHE + "y: \x1b[31m\n", 2),
        (CACHE + "y" * 100_000, 2),
    ],
    ids=range(11),
)
def test_calibration_caches(
    text: str, code: int, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names hold any sign; a line that is none is named."""
    cache = small.parent / "cache"
    cache.write_text(text, "utf-8", newline="")

    assert ask(capsys, "check", small, "--calib", cache).code == code


@pytest.mark.parametrize("redirection", ["> /dev/full", ">&-"])
@pytest.mark.parametrize(
    "words", ["check {model}", "check {model} --json", "score", "placement {log}"]
)
def test_output_that_cannot_be_written(words: str, redirection: str, small: Path) -> None:
    """A full disk is told in one line."""
    log = ROOT / "tests" / "measure" / "corpus" / "logs" / "trt103_verbose.log"
    command = words.format(model=small, log=log)
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m measure {command} {redirection}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr.startswith("error: standard output ")
    assert done.stderr.count("\n") == 1


def test_the_user_breaks_a_long_check_off(tmp_path: Path) -> None:
    """One word, as in a terminal, where the whole group of processes is told."""
    process = subprocess.Popen(
        [sys.executable, "-m", "measure", "check", str(save(hostile.chain(50_000), tmp_path))],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while not children.read_text():
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=120)

    assert (process.returncode, out, err) == (130, b"", b"interrupted\n")
