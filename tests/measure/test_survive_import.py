"""Whatever files and options `import` is given: rows, or one line, and nothing half done."""

from __future__ import annotations

import gzip
import os
import random
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from measure.errors import UserError
from measure.journal.lines import encode
from measure.recorded.bring_in import understand
from measure.recorded.records import Records, Stored
from measure.recorded.request import Request
from measure.results.record_shape import check_records
from measure.results.rows import tables_of
from measure.results.tables import TABLES, texts_of
from measure.tables import read_table
from tests.measure.enduring import endure, hold
from tests.measure.recorded.files import MODULE, tegrastats
from tests.measure.surviving import ask_measured
from tests.measure.trtexec.damage import damaged, garbage_logs
from tests.measure.trtexec.files import CORPUS

if TYPE_CHECKING:
    from collections.abc import Iterator

LOG = CORPUS / "trt103_dla.log"
BYTES_A_LINE = 1500
"""Memory that a line of tegrastats may take: all of them are kept to find the load."""

OPTIONS = ("--trtexec", "--build-log", "--tegrastats", "--times", "--profile", "--layer-info")
CONTENTS = {
    "empty": b"",
    "zeros": bytes(100_000),
    "binary": random.Random(0).randbytes(100_000),
    "text": b"no log\n" * 100,
    "lines": b"\n" * 10_000,
    "byte order mark": b"\xff\xfe",
    "zip": b"PK\x03\x04" + bytes(100),
    "gzip of nothing": gzip.compress(b""),
    "gzip cut": gzip.compress(bytes(range(256)) * 100)[:200],
    "one line": b"x" * 3_000_000,
    "deep": b"[" * 100_000,
    "long number": b"9" * 10_000,
    "infinite": b'[{"startMs": 1e999, "endMs": 1e999, "latencyMs": 1e999, "computeMs": 1e999}]',
    "negative": b'[{"startMs": -1, "endMs": -5, "latencyMs": -3, "computeMs": -1}]',
    "texts": b'[{"startMs": "a", "endMs": [], "latencyMs": {}, "computeMs": null}]',
    "null": b"null",
    "object": b"{}",
    "list": b"[{}]",
    "unknown number": b"[NaN]",
}


@pytest.fixture(autouse=True)
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of all runs, which is not there yet."""
    monkeypatch.setenv("DLA_MEASURE_RUNS", str(tmp_path / "runs"))
    return tmp_path / "runs"


def words(option: str, path: str | Path) -> list[str | Path]:
    """Return a call of the command with one file that is odd."""
    if option == "--trtexec":
        return ["import", option, path]
    return ["import", "--trtexec", LOG, option, path, "--module", MODULE]


@pytest.mark.parametrize("name", CONTENTS)
@pytest.mark.parametrize("option", OPTIONS)
def test_odd_files(
    option: str, name: str, tmp_path: Path, runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each is refused by its name, and no run is begun for it."""
    path = tmp_path / "odd.file"
    path.write_bytes(CONTENTS[name])
    answer = endure(capsys, *words(option, path))

    assert answer.code == 2
    assert path.name in answer.err
    assert not runs.exists()


@pytest.mark.parametrize("option", OPTIONS)
def test_what_is_no_file(
    option: str, tmp_path: Path, runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pipes and devices are not waited for, nor read without an end."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    names = ("pipe", "loop", ".", "missing", "a" * 5000, "\x1b[31m\n")
    others = ("/dev/zero", "/dev/null", "", "-")
    paths: list[str | Path] = [*(tmp_path / name for name in names), *others]
    for path in paths:
        assert endure(capsys, *words(option, path)).code == 2
    assert not runs.exists()


def test_names_of_files(tmp_path: Path, runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that a terminal would obey is kept from it, and from the names of our files."""
    path = tmp_path / "\x1b[31mrun\n\u202e of alice.log"
    path.write_bytes(LOG.read_bytes())

    assert endure(capsys, "import", "--trtexec", path).code == 0
    assert all(one.name.isascii() and "\n" not in one.name for one in runs.rglob("*"))


@pytest.mark.parametrize(
    "more",
    [
        ["--batch", "0"],
        ["--batch", "99999999999999999999"],
        ["--pick", "0"],
        ["--pick", "99"],
        ["--pick", "x"],
        ["--input-shape", "1x3"],
        ["--input-shape", "1x3x99999999x1"],
        ["--input-shape", "\x1b[31m"],
        ["--batch", "2", "--input-shape", "1x3x224x224"],
        ["--module", "nano"],
        ["--module", "\x1b[31m"],
        ["--power-mode", "30W"],
        ["--module", MODULE, "--power-mode", "31W"],
        ["--release", "nonsense"],
        ["--release", "jetpack-4.6"],
        ["--network", "nope"],
        ["--engine", "cpu"],
        ["--source", "nope"],
        ["--source", "\x1b[31m"],
        ["--clock-policy", "wild"],
        ["--nonsense"],
    ],
    ids=" ".join,
)
def test_odd_options(more: list[str], runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is wrong with them is said, and no run is begun."""
    assert endure(capsys, "import", "--trtexec", LOG, *more).code == 2
    assert not runs.exists()


TEGRASTATS = [
    b"09-09-2026 07:00:00 RAM 4000/62000MB CPU [5%@2201,off] GR3D_FREQ 3%@[800,800] NVDLA0 off "
    b"tj@50.5C VDD_GPU_SOC 3200mW/3200mW VDD_CPU_CV 400mW/400mW VIN_SYS_5V0 4000mW/4000mW\n" * 20
]
REQUESTS = [
    {},
    {"batch": 2},
    {"engine": "dla"},
    {"input_shape": (1, 3, 224, 224)},
    {"note": "\x1b[31m\n" + "x" * 300, "locator": "line 3"},
]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(garbage_logs, damaged(TEGRASTATS), st.sampled_from(REQUESTS), st.booleans())
def test_damaged_logs(log: bytes, seen: bytes, more: dict[str, object], observed: bool) -> None:
    """What an import writes down is a journal that rows can be derived from."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("run.log", "tegrastats.log")]
        for path, content in zip(paths, (log, seen), strict=True):
            path.write_bytes(content)
        module = next(row for row in read_table("reference/modules") if row["module"] == MODULE)
        request = Request(
            str(paths[0]),
            tegrastats=str(paths[1]) if observed else "",
            module=module if observed else None,
            **more,  # type: ignore[arg-type]
        )
        try:
            found = understand(request)
        except UserError:
            return
    stored = {name: Stored(f"logs/{name}.log", "0" * 64) for name in ("trtexec", "tegrastats")}
    made = Records("r", request, found.recorded, found.observed, stored, found.flags)
    journal = [{**_own(number), **one} for number, one in enumerate(made.all(found.date), 1)]
    for number, record in enumerate(journal, 1):
        assert encode({k: v for k, v in record.items() if k not in _own(1)}, _own(number))
    check_records(journal, "journal")

    assert texts_of(tables_of(journal, ())).keys() == set(TABLES)


def _own(number: int) -> dict[str, object]:
    return {"seq": number, "chain": "", "at": "2026-11-21T00:00:00Z", "t_ns": number, "boot": ""}


class TestLargeFiles:
    """Files of a hundred megabytes take no more memory than what is kept of them."""

    @pytest.fixture
    def big(self, tmp_path: Path) -> Iterator[Path]:
        """Return a path for a large file, which is gone in the end."""
        path = tmp_path / "big.log"
        yield path
        path.unlink(missing_ok=True)

    def test_log_of_trtexec(self, big: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Lines that say nothing are not kept."""
        line = b"[09/09/2026-07:00:00] [V] [TRT] Registered plugin creator - ::X version 1\n"
        head, mark, rest = LOG.read_bytes().partition(b"\n")
        with big.open("wb") as out:
            out.write(head + mark)
            for _ in range(40):
                out.write(line * ((1 << 20) // len(line)))
            out.write(rest)
        answer, peak = _measured("import", "--trtexec", big)

        assert answer == 0
        assert peak < 100 << 20

    def test_log_of_tegrastats(self, big: Path, tmp_path: Path) -> None:
        """A line takes so many bytes at most; a day of them fits any device."""
        lines = tegrastats(tmp_path).read_bytes()
        with big.open("wb") as out:
            out.write(lines * 400)
        answer, peak = _measured("import", "--trtexec", LOG, "--tegrastats", big)

        assert answer == 0
        assert peak < (50 << 20) + BYTES_A_LINE * 400 * lines.count(b"\n")


def _measured(*given: str | Path) -> tuple[int, int]:
    """Return the exit code of a command and its peak memory in bytes."""
    answer, peak = ask_measured(*given)
    hold(answer)
    return answer.code, peak
