"""The command: exit codes, forms of output, one line for what cannot be read."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from measure.__main__ import main
from measure.build_log.build_log import read_build_log
from tests.measure.build_log.logs import CORPUS, REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

VERBOSE = (CORPUS / "trt103_verbose.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("trt86_all_on_dla.log", 0),
        ("trt85_lists.log", 1),
        ("trt103_normal.log", 1),
        ("gpu_only.log", 1),
        ("failed_no_dla.log", 1),
        ("two_runs.log", 1),
        ("no such file.log", 2),
    ],
)
def test_the_exit_code_tells_the_result(name: str, code: int) -> None:
    """0 is said only of what is known to be all on the DLA."""
    assert main(["placement", str(CORPUS / name)]) == code


def test_json_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    main(["placement", str(CORPUS / "trt103_verbose.log"), "--json"])

    assert json.loads(capsys.readouterr().out)["schema"] == "dla-atlas/placement/1"


def test_the_text_is_short(capsys: pytest.CaptureFixture[str]) -> None:
    """What is on the DLA, what is on the GPU, why, and what to do, within a screen."""
    main(["placement", str(CORPUS / "trt103_verbose.log")])
    text = capsys.readouterr().out

    assert len(text.splitlines()) <= 20
    assert "On the DLA   2 subgraphs, 4 layers (2 of 2 candidates offloaded)" in text
    assert "On the GPU   2 layers, 2 reformats" in text
    assert "Refused      1 layer: Reduction refused (message m7, rule reduce.op)" in text


def test_what_cannot_be_read_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("no log\n")

    assert main(["placement", str(path)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert error.startswith(f"error: {path}: none of its 1 lines is TensorRT's")


def test_options_of_evidence_need_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["placement", str(CORPUS / "gpu_only.log"), "--soc", "orin"]) == 2
    assert "go with --evidence" in capsys.readouterr().err


def test_a_terminal_without_unicode_gets_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)

    assert main(["placement", str(CORPUS / "trt103_verbose.log")]) == 1
    stream.flush()
    assert b"TensorRT 10.3.0 \\xb7 Orin" in stream.buffer.getvalue()


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10"])
def test_it_runs_on_the_pythons_of_the_devices(version: str) -> None:
    """A bare interpreter is enough: JetPack 5 has 3.8, JetPack 6 has 3.10."""
    python = shutil.which(f"python{version}")
    environment = {**os.environ, "PYENV_VERSION": version, "PYTHONPATH": str(REPOSITORY)}
    words = ["-m", "measure", "placement", str(CORPUS / "trt103_verbose.log"), "--json"]
    if (
        not python
        or subprocess.run([python, "-V"], env=environment, capture_output=True).returncode
    ):
        pytest.skip(f"no Python {version} here")
    done = subprocess.run(
        [python, *words], env=environment, cwd="/", capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout)["runs"][0]["summary"]["dla_subgraphs"] == 2


def test_memory_does_not_grow_with_the_log(tmp_path: Path) -> None:
    """Eight megabytes of tactics take no more memory than two blocks."""
    path = tmp_path / "build.log"
    filler = "[06/07/2025-08:00:06] [V] [TRT] Tactic: 0x00000000000003ea Time: 0.0167411\n"
    title, separator, rest = VERBOSE.partition("[06/07/2025-08:00:07]")
    path.write_text(title + filler * 100_000 + separator + rest)
    tracemalloc.start()
    try:
        log = read_build_log(str(path))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert log.lines > 100_000
    assert peak < 4_000_000
