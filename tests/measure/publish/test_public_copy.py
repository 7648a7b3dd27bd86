"""What is published names neither the person nor the device that measured."""

from __future__ import annotations

import csv
import gzip
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from measure.__main__ import main
from measure.errors import UserError
from measure.journal.files import sha256_of
from measure.journal.journal import read_journal
from measure.publish.public_copy import NOTE, public_file
from measure.publish.run_folder import open_run
from measure.results.derive import write_tables
from measure.results.private import PrivateWords, masked
from tests.measure.results import journals
from tests.measure.trtexec.files import CORPUS

if TYPE_CHECKING:
    from tests.measure.results.journals import Record

SHIPPED = Path(__file__).resolve().parents[3] / "data"
NAMED = (
    "/home/alice/models/a.onnx",
    "/media/alice/ssd/a.engine",
    "C:\\Users\\alice\\a.onnx",
    "alice@orin-of-alice:~/models$ trtexec",
    'Device 0: "Orin" UUID: GPU-a1a2a3a4-b1b2-c1c2-d1d2-e1e2e3e4e5e6',
    "serial number: 1424021012345",
    "Serial=1424021012345",
    "eth0 48:b0:2d:12:34:56",
    "/mnt/c/Users/alice/a.onnx",
    "/export/home/alice/home/a.onnx",
    "copied to 192.168.55.1.",
    "ssh nvidia@10.42.0.31",
    "http://10.42.0.31/a.onnx",
    "listening on 203.0.113.31:8000",
    "inet 203.0.113.31/24 brd 172.16.42.31",
    "inet6 fe80::4ab0:2dff:fe12:3456/64",
    "from 2001:db8:0:0:4ab0:2dff:fe12:3456",
)
SECRETS = (
    *("alice", "a1a2a3a4", "1424021012345", "48:b0:2d", "2dff"),
    *("192.168.55", "10.42.0", "203.0.113", "172.16.42"),
)
PLAIN = (
    "[01/02/2026-03:04:05] [I] Throughput: 778.757 qps",
    "--onnx=models/home/a.onnx --saveEngine=/root/engines/a.plan",
    "layer conv1@conv2: 3x3",
    "SoC serialised in 12.5 s",
    "TensorRT 10.3.0.30: libnvinfer 10.3.0.30-1+cuda12.5, before that 8.5.2.2",
    "/opt/tensorrt/10.3.0.30/12/lib, on 127.0.0.1:8000, at 2026:11:21 09:30:00",
    "std::vector, conv::2a, [1,3,224,224]",
)


@pytest.mark.parametrize("text", NAMED)
def test_names(text: str) -> None:
    """Whatever names a person or a device is masked, once and for all."""
    shown = masked(f"before {text} after")

    assert not any(secret in shown for secret in SECRETS)
    assert shown.startswith("before ")
    assert shown.endswith(" after")
    assert masked(shown) == shown


@pytest.mark.parametrize("text", PLAIN)
def test_what_names_nobody(text: str) -> None:
    """Figures, paths and layers stay as they are."""
    assert masked(text) == text


@pytest.mark.parametrize("part", ["a", "a.", "1.", "/a", "ab:", "fe80:", "@1", "serial", "/home"])
def test_lines_without_an_end(part: str) -> None:
    """What is long and names nobody is looked through once, not once from each of its signs."""
    text = part * (500_000 // len(part))

    assert "alice" not in masked(f"{text} /media/alice/x")


@pytest.mark.parametrize("kind", ["plain", "gzip", "wide"])
def test_files(kind: str, tmp_path: Path) -> None:
    """A packed log stays packed, and one in another encoding is masked, too."""
    text = "\n".join([*NAMED, *PLAIN, "\N{DEGREE SIGN}"]) + "\n"
    content = text.encode("utf-16" if kind == "wide" else "utf-8")
    source, target = tmp_path / "source", tmp_path / "copies" / "target"
    source.write_bytes(gzip.compress(content) if kind == "gzip" else content)

    assert public_file(source, target, PrivateWords({}))
    copied = target.read_bytes()
    shown = (gzip.decompress(copied) if kind == "gzip" else copied).decode()
    assert not any(secret in shown for secret in SECRETS)
    assert shown.splitlines()[-len(PLAIN) - 1 :] == [*PLAIN, "\N{DEGREE SIGN}"]
    assert not public_file(target, tmp_path / "again", PrivateWords({}))
    assert (tmp_path / "again").read_bytes() == copied


def test_bytes_stay_where_nothing_is_masked(tmp_path: Path) -> None:
    """Also bytes that are no text."""
    (tmp_path / "source").write_bytes(bytes(range(256)) + b"\r\n\rno end")

    assert not public_file(tmp_path / "source", tmp_path / "target", PrivateWords({}))
    assert (tmp_path / "target").read_bytes() == (tmp_path / "source").read_bytes()


def test_a_file_that_is_cut(tmp_path: Path) -> None:
    """What can't be read to its end can't be shown to name nobody."""
    (tmp_path / "source").write_bytes(gzip.compress(bytes(100_000))[:60])

    with pytest.raises(UserError, match="restore it, or delete it"):
        public_file(tmp_path / "source", tmp_path / "target", PrivateWords({}))


def test_words_of_this_machine(tmp_path: Path) -> None:
    """The name of the host and its serial number are masked, unless a value is nothing else."""
    words = PrivateWords({"lab-orin-7": "the name", "1424021012345": "the serial number"})

    assert words.masked("on Lab-Orin-7, 1424021012345") == "on hidden, hidden"
    assert words.masked("lab-orin-7") == "lab-orin-7"
    assert words.masked("lab-orin-70") == "lab-orin-70"


def run_of_alice(folder: Path) -> Path:
    """Return a run whose journal and log name who made it, and where."""
    records: list[Record] = journals.of_logs()
    records[0]["note"] = "measured by alice@orin-of-alice:~/x$ make"
    records[2]["instances"][0]["command"] = ["trtexec", "--loadEngine=/home/alice/e.engine"]
    run = journals.write(folder, records)
    (log,) = (run / "logs").iterdir()
    journal = run / "journal.jsonl"
    before = sha256_of(log)
    log.write_text("\n".join(NAMED) + "\n")
    journal.unlink()
    for record in records:
        for instance in record.get("instances", ()):
            instance |= {"log": f"logs/{log.name}", "log_sha256": sha256_of(log)}
    assert before != sha256_of(log)
    return journals.write(folder, records, logs=False)


def test_a_run(tmp_path: Path) -> None:
    """Rows, journal and log say the same with other names, and the rows say that they are other."""
    run = run_of_alice(tmp_path)
    original = (run / "journal.jsonl").read_bytes()
    found = open_run(run, tmp_path / "copies")
    texts = [path.read_text() for path in found.files.values()]
    texts += [cell for rows in found.tables.values() for row in rows for cell in row.values()]

    assert len(found.files) == 2
    assert not any(secret in text for text in texts for secret in SECRETS)
    assert NOTE in found.tables["runs"][0]["note"]
    digests = {sha256_of(path) for path in found.files.values()}
    assert {row["sha256"] for row in found.tables["files"]} == digests
    assert (run / "journal.jsonl").read_bytes() == original
    records = read_journal(tmp_path / "copies" / "journal.jsonl")
    assert records[2]["instances"][0]["log_sha256"] in digests


def test_rows_follow_from_what_is_published(tmp_path: Path) -> None:
    """The copies are a run like any other: the same rows come out of them."""
    found = open_run(run_of_alice(tmp_path), tmp_path / "copies")
    again = open_run(tmp_path / "copies", tmp_path / "copies of copies")

    assert {key: list(rows) for key, rows in again.tables.items()} == dict(found.tables)


def test_a_run_that_names_nobody(tmp_path: Path) -> None:
    """It is published byte by byte, and nothing is said of masks."""
    run = journals.write(tmp_path, journals.of_logs())
    found = open_run(run, tmp_path / "copies")

    assert NOTE not in found.tables["runs"][0]["note"]
    for path, copy in found.files.items():
        assert copy.read_bytes() == (tmp_path / path).read_bytes()


def test_from_the_import_to_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing of who gave a log reaches the data package; the given files stay as they are."""
    data = tmp_path / "data"
    shutil.copytree(SHIPPED, data)
    monkeypatch.setenv("DLA_ATLAS_DATA", str(data))
    monkeypatch.setenv("DLA_MEASURE_RUNS", str(tmp_path / "runs"))
    log = tmp_path / "alice.log"
    log.write_text("\n".join([*NAMED, (CORPUS / "trt103_dla.log").read_text()]))
    words = ["--trtexec", str(log), "--source", "dla-sw-faq", "--locator", "a line"]
    assert main(["import", *words]) == 0
    (run,) = (tmp_path / "runs").iterdir()

    assert main(["publish", str(run)]) == 0
    assert main(["publish", str(run)]) == 0
    assert "Nothing changes" in capsys.readouterr().out
    texts = [path.read_text() for path in (data / "measured").rglob("*") if path.is_file()]
    assert not any(secret in text for text in texts for secret in SECRETS[1:])
    assert not any("/home/alice" in text or "orin-of-alice" in text for text in texts)
    with (data / "measured" / "files.csv").open() as stream:
        rows = [row for row in csv.DictReader(stream) if row["run"] == run.name]
    assert len(rows) == 2
    for row in rows:
        assert sha256_of(data / "measured" / "files" / row["path"]) == row["sha256"]


def test_rows_of_a_run_that_stays_here(tmp_path: Path) -> None:
    """The journal keeps the paths, which a resumed run needs; the rows don't."""
    run = run_of_alice(tmp_path)
    (result,) = write_tables(read_journal(run / "journal.jsonl"), run)["results"]

    assert result["command"] == "trtexec --loadEngine=/home/user/e.engine"
