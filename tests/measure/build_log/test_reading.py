"""Files as they come: packed, cut, in another encoding, or no log at all."""

from __future__ import annotations

import gzip
import io
import sys
from typing import TYPE_CHECKING

import pytest

from measure.build_log.build_log import read_build_log
from measure.build_log.reading import LogFile
from measure.build_log.summary import summarize
from measure.errors import UserError
from tests.measure.build_log.logs import CORPUS

if TYPE_CHECKING:
    from pathlib import Path

VERBOSE = (CORPUS / "trt103_verbose.log").read_bytes()


def _subgraphs(path: Path) -> int | None:
    (run,) = read_build_log(str(path)).runs
    return summarize(run).n_subgraphs


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(VERBOSE),
        VERBOSE.replace(b"\n", b"\r\n"),
        VERBOSE.replace(b"\n", b"\r"),
        b"\xef\xbb\xbf" + VERBOSE,
        VERBOSE.decode().encode("utf-16"),
        VERBOSE.decode().encode("utf-16-le"),
        b"\0" * 512 + VERBOSE + b"\0" * 4096,
        VERBOSE + b"caf\xe9 \xff\n",
        VERBOSE.replace(b"[06/07/2025-08:00:00] ", b""),
    ],
    ids=["gzip", "crlf", "cr", "bom", "utf16", "utf16-no-bom", "zeros", "latin1", "no-stamps"],
)
def test_the_same_log_reads_the_same_in_any_wrapping(tmp_path: Path, data: bytes) -> None:
    """Packing, line ends and encodings change nothing."""
    path = tmp_path / "build.log"
    path.write_bytes(data)

    assert _subgraphs(path) == 2


def test_a_gzip_file_that_was_cut_is_read_up_to_there(tmp_path: Path) -> None:
    """What could be unpacked counts, and a note says that the rest is missing."""
    path = tmp_path / "build.log.gz"
    path.write_bytes(gzip.compress(VERBOSE)[:-40])
    log = read_build_log(str(path))

    assert "cannot be read to its end" in log.notes[0]
    assert log.runs[0].program == "trtexec"


def test_two_gzip_files_joined_are_two_runs(tmp_path: Path) -> None:
    path = tmp_path / "build.log.gz"
    path.write_bytes(gzip.compress(VERBOSE) * 2)

    assert len(read_build_log(str(path)).runs) == 2


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(VERBOSE))))

    assert read_build_log("-").name == "standard input"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "none of its 0 lines is TensorRT's"),
        (b"hello\nworld\n", "none of its 2 lines is TensorRT's"),
        (b"PK\x03\x04rest", "zip archive"),
        (b"\x1f\x8bno gzip", "cannot be read"),
        (bytes(range(256)) * 64, "is no text"),
        (b"RAM 1/2MB CPU [1%@2] GR3D_FREQ 0%@[0,0]\n" * 9, "none of its 9 lines"),
    ],
    ids=["empty", "text", "zip", "broken-gzip", "binary", "tegrastats"],
)
def test_what_is_no_log_is_refused_in_one_line(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "build.log"
    path.write_bytes(data)

    with pytest.raises(UserError) as caught:
        read_build_log(str(path))
    assert words in str(caught.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "no.log", tmp_path):
        with pytest.raises(UserError):
            read_build_log(str(path))


def test_a_line_without_end_stays_bounded(tmp_path: Path) -> None:
    """Neither is it kept whole, nor does it hide the lines after it."""
    path = tmp_path / "build.log"
    path.write_bytes(b"x" * 5_000_000 + b"\nnext\n")
    lines = list(LogFile(str(path)).lines())

    assert lines[1] == "next"
    assert len(lines[0]) < 2_000_000
