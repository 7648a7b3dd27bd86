"""Whatever journal `rows`, `publish`, `compare` and `run --resume` are given."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from generator.lint.run import Run
from measure.errors import UserError
from measure.journal.lines import decode
from measure.results.files import StoredFile
from measure.results.record_shape import check_records
from measure.results.rows import tables_of
from measure.results.tables import TABLES, texts_of
from tests.measure.damaged_journals import KINDS, damaged, good, lines_of, valid, write
from tests.measure.enduring import endure

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.measure.results.journals import Record

DATA = Path(__file__).resolve().parents[2] / "data"
OUTLIERS = ("siblings", "measured.ratio")
"""Rules about figures that are unlike others, which made up ones may be."""


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(damaged())
def test_damaged_records(records: list[Record]) -> None:
    """A journal with a whole chain has rows, or one line says why it has none."""
    try:
        found, _ = decode(lines_of(records), "journal.jsonl")
        check_records(found, "journal.jsonl")
        texts = texts_of(tables_of(found, ()))
    except UserError:
        return
    assert texts.keys() == set(TABLES)


class TestRowsOfRandomFigures:
    """Figures that may come out of a run make rows that may be published."""

    def test_pass_the_lint(self, tmp_path: Path) -> None:
        """All of them are put into one copy of the data package, and linted at once."""
        data = tmp_path / "data"
        shutil.copytree(DATA, data)
        texts = self.texts(data / "measured" / "files")
        for name in TABLES:
            path = data / "measured" / f"{name}.csv"
            rows = [row for one in texts for row in one[name].splitlines(keepends=True)[1:]]
            path.write_text(path.read_text("utf-8") + "".join(rows), "utf-8")
        before = {str(one) for one in Run(DATA).report().findings}
        found = [
            one
            for one in Run(data).report().findings
            if str(one).replace(str(data), str(DATA)) not in before
            and not any(word in one.rule for word in OUTLIERS)
        ]

        assert len(texts) > 50
        assert found == []

    def texts(self, folder: Path) -> list[dict[str, str]]:
        """Return the tables of each run; their journals are put into a folder."""
        found: list[dict[str, str]] = []

        @settings(
            max_examples=60,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(valid())
        def collect(records: list[Record]) -> None:
            run = f"20261121-trtexec-{len(found):06x}"
            records[0]["run"] = run
            path = write(folder / run, records) / "journal.jsonl"
            read, tail = decode(path.read_bytes(), str(path))
            check_records(read, str(path))
            stored = StoredFile(path.name, "journal", _sha256(path), tail.length)
            found.append(texts_of(tables_of(read, [stored])))

        collect()
        return found


def _sha256(path: Path) -> str:
    from measure.journal.files import sha256_of

    return sha256_of(path)


def _set(number: int, field: str, value: object) -> Callable[[list[Record]], None]:
    def change(records: list[Record]) -> None:
        records[number][field] = value

    return change


CHANGES: dict[str, tuple[Callable[[list[Record]], object], str]] = {
    "future": (_set(0, "protocol", "dla-ppw/2"), "take the version of the program"),
    "foreign": (_set(0, "protocol", "other/1"), "of no protocol"),
    "no protocol": (lambda records: records[0].pop("protocol"), "of no protocol"),
    "no type": (lambda records: records[2].pop("type"), "line 3 has no type"),
    "no run": (lambda records: records.pop(0), "no record of a run"),
    "path as name": (_set(0, "run", "../../x"), "line 1 (run): run must be a name"),
    "infinite": (_set(5, "seconds", float("inf")), "line 6 (segment): seconds must be"),
    "unknown number": (_set(5, "images_per_second", float("nan")), "images_per_second must be"),
    "huge": (_set(5, "images", 10**400), "images must be a whole number"),
    "negative": (_set(5, "seconds", -60.0), "seconds must be a number from 0"),
    "next to nothing": (_set(5, "seconds", 5e-324), "seconds must be 0, or 1e-12 from it at least"),
    "no throughput": (_set(5, "images_per_second", 5e-324), "images_per_second must be 0, or"),
    "text": (_set(5, "valid", "yes"), "valid must be true or false"),
    "missing": (lambda records: records[5].pop("role"), "role must be one of load"),
    "one half": (_set(4, "power_halves", [{}]), "a list of two"),
    "rail": (_set(5, "power", {"VDD_CPU_CV": {}}), "mean_w"),
    "twice": (lambda records: records.insert(6, dict(records[5])), "has a segment"),
    "jobs": (_set(1, "jobs", {}), "jobs must be a list"),
    "escape": (_set(5, "role", "\x1b[31m"), "role must be"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_fields_that_are_none(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line and the field are named, and nothing is written."""
    change, said = CHANGES[name]
    records = good()
    change(records)
    folder = write(tmp_path / "run", records)
    for command in (["rows"], ["publish", "--dry-run"]):
        answer = endure(capsys, *command, folder)

        assert answer.code == 2
        assert said in answer.err
    assert [path.name for path in folder.iterdir()] == ["journal.jsonl"]


BYTES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "zeros": lambda _: bytes(10_000),
    "text": lambda _: b"no journal\n" * 10,
    "other JSON": lambda _: b'{"type": "run"}\n[]\n',
    "deep": lambda _: b"[" * 100_000 + b"\n",
    "wide": lambda text: text.decode().encode("utf-16"),
    "line ends": lambda text: text.replace(b"\n", b"\r\n"),
    "first line gone": lambda text: text.partition(b"\n")[2],
    "lines swapped": lambda text: b"\n".join(reversed(text.strip().split(b"\n"))) + b"\n",
    "twice": lambda text: text * 2,
    "edited": lambda text: text.replace(b'"seconds": 60.0', b'"seconds": 6.00', 1),
}


@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_are_no_journal(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command refuses them; the journal stays as it is."""
    content = BYTES[name](lines_of(good()))
    (tmp_path / "run").mkdir()
    path = tmp_path / "run" / "journal.jsonl"
    path.write_bytes(content)
    for words in (["rows"], ["publish", "--dry-run"], ["compare"]):
        assert endure(capsys, *words, path.parent).code == 2
    assert path.read_bytes() == content


def test_what_is_no_journal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Pipes, folders, loops and devices in its place are not waited for."""
    for name in ("pipe", "folder", "loop", "device", "nothing"):
        (tmp_path / name).mkdir()
    os.mkfifo(tmp_path / "pipe" / "journal.jsonl")
    (tmp_path / "folder" / "journal.jsonl").mkdir()
    (tmp_path / "loop" / "journal.jsonl").symlink_to("journal.jsonl")
    (tmp_path / "device" / "journal.jsonl").symlink_to("/dev/zero")
    for folder in [*tmp_path.iterdir(), Path("x" * 5000), Path("/"), Path("/dev/zero")]:
        for words in (["rows"], ["publish"], ["compare"]):
            assert endure(capsys, *words, folder).code == 2


@pytest.mark.parametrize("name", ["", ".", "..", "/", "../..", "a/..", "\x1b[31m", "A B"])
def test_withdrawn_is_what_is_called_like_a_run(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No slip of the hand takes rows or files away that belong to no run, or to all."""
    data = tmp_path / "data"
    (data / "measured" / "files" / "run").mkdir(parents=True)
    monkeypatch.setenv("DLA_ATLAS_DATA", str(data))

    assert endure(capsys, "publish", "--withdraw", name).code == 2
    assert (data / "measured" / "files" / "run").is_dir()


class TestResume:
    """Runs that nobody can go on with."""

    @pytest.fixture(autouse=True)
    def runs(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Return the folder of all runs."""
        monkeypatch.setenv("DLA_MEASURE_RUNS", str(tmp_path))
        return tmp_path

    @pytest.mark.parametrize("kind", KINDS)
    def test_of_others(self, kind: str, runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """What another program wrote does not say how to go on."""
        folder = write(runs / "run", KINDS[kind]())
        before = (folder / "journal.jsonl").read_bytes()
        answer = endure(capsys, "run", "--resume", "run")

        assert answer.code == 2
        assert "only a run made by" in answer.err
        assert (folder / "journal.jsonl").read_bytes() == before

    @pytest.mark.parametrize(
        ("record", "changes"),
        [
            (0, {"options": []}),
            (0, {"options": {"networks": 5}}),
            (0, {"protocol": "dla-ppw/9"}),
            (1, {"settings": None}),
            (1, {"settings": {"load_s": -1}}),
            (1, {"jobs": [{"job": "a"}]}),
        ],
    )
    def test_of_odd_plans(
        self,
        record: int,
        changes: Record,
        runs: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """The journal is named, and nothing is measured."""
        records = [{**one, "options": {}} for one in KINDS["cpu"]()[:2]]
        records[record].update(changes)
        folder = write(runs / "run", records)
        before = (folder / "journal.jsonl").read_bytes()

        assert "journal" in endure(capsys, "run", "--resume", "run").err
        assert (folder / "journal.jsonl").read_bytes() == before


def test_the_usual_journals_have_rows() -> None:
    """The strategies above are about journals that rows can be derived from."""
    for make in KINDS.values():
        records, _ = decode(lines_of(make()), "")
        check_records(records, "")

        assert tables_of(records, ())["results"]
    assert json.loads(lines_of(good()).splitlines()[0])["seq"] == 1


TABLES_THAT_ARE_NONE = {
    "empty": b"",
    "binary": b"\xf5\x00\x93" * 100,
    "other columns": b"a,b\n1,2\n",
    "short row": b"result,run\nx\n",
    "zeros": b"result,run\n\0\n",
    "no number": b"result,engine,images_per_second\nx,dla,many\n",
    "huge cell": b'result,run\nx,"' + b"y" * 3_000_000 + b"\n",
    "wide": "result,run\nx,y\n".encode("utf-16"),
}


@pytest.mark.parametrize("name", TABLES_THAT_ARE_NONE)
def test_tables_of_a_run(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Tables beside a journal may be anybody's; the journal's own replace them."""
    folder = write(tmp_path / "run", KINDS["logs"]())
    assert endure(capsys, "rows", folder).code == 0
    results = folder / "tables" / "results.csv"
    before = results.read_bytes()
    results.write_bytes(TABLES_THAT_ARE_NONE[name])
    if name != "empty":
        assert endure(capsys, "compare", folder).code == 2
    assert endure(capsys, "rows", folder).code == 0
    assert results.read_bytes() == before
