"""Publishing takes a run over whole or not at all, and shows what changes."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from generator.lint import lint_package
from measure.__main__ import main
from measure.errors import UserError
from measure.journal.files import store_file
from measure.journal.journal import Journal
from measure.publish.merge import merged
from measure.publish.page_text import page_lines
from measure.publish.site import PageDiff, compare_pages
from measure.publish.staging import held
from measure.table_places import TablePlace, table_places
from measure.tables import write_table
from tests.generator.measured_data import empty_measured
from tests.measure.results import journals

SHIPPED = Path(__file__).resolve().parents[3] / "data"
RUN = "20260102-onnxruntime-abcdef"
JOB = "0123456789abcdef"


def run_record(**changes: Any) -> dict[str, Any]:
    return {
        "type": "run",
        "run": RUN,
        "protocol": "dla-ppw/1",
        "quick": True,
        "device": "0123456789ab",
        "backend": "onnxruntime",
        "cpu_model": "A processor of four cores",
        "cpu_cores": 4,
        "power_source": "none",
        "rails": [],
        "runtime_version": "1.31.1",
        "command": ["python", "-m", "measure", "run"],
        "code_version": "abcdef0",
        "seed": 0,
        "clock_policy": "dvfs",
        **changes,
    }


def segment_record(number: int, images: int) -> dict[str, Any]:
    return {
        "type": "segment",
        "job": JOB,
        "segment": number,
        "pair": number,
        "role": "load",
        "seconds": 10.0,
        "start_ns": 0,
        "end_ns": 10**10,
        "window_ns": [0, 10**10],
        "instances": [],
        "images": images,
        "images_per_second": images / 10,
        "latency_ms": {"p50": 10, "p90": 11, "p99": 12, "queries": images},
        "blocks": [],
        "power": {},
        "clocks": {},
        "valid": True,
        "reasons": [],
        "flags": [],
    }


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the data package that the commands work on."""
    data = tmp_path / "data"
    shutil.copytree(SHIPPED, data)
    empty_measured(data)
    monkeypatch.setenv("DLA_ATLAS_DATA", str(data))
    return data


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a small run on a CPU."""
    return write_run(tmp_path / RUN)


def write_run(folder: Path, **changes: Any) -> Path:
    """Write the journal of a run of one job, with one log."""
    folder.mkdir()
    path, digest = store_file(folder, "logs/build.log", b"a log\n")
    job = {
        "job": JOB,
        "network": "resnet-50",
        "input_shape": [1, 3, 224, 224],
        "engine": "cpu",
        "cores": [],
        "precision": "fp32",
        "quantization": "none",
        "weights": "dense",
        "batch": 1,
        "power_mode": "",
        "clock_policy": "dvfs",
    }
    build = {
        **{name: job[name] for name in ("network", "precision", "quantization", "weights")},
        "type": "build",
        "job": JOB,
        "batch": 1,
        "engine": "cpu",
        "build": "b1",
        "outcome": "built",
        "command": ["onnxruntime"],
        "seconds": 1.5,
        "log": path,
        "log_sha256": digest,
    }
    with Journal.open(folder / "journal.jsonl") as journal:
        journal.append(run_record(**changes))
        journal.append({"type": "plan", "jobs": [job], "settings": {}})
        journal.append(build)
        for number, images in enumerate((300, 301, 302, 303, 304, 305), start=1):
            journal.append(segment_record(number, images))
        journal.append({"type": "stop", "job": JOB, "why": "cap", "segments_valid": 6})
        journal.append({"type": "end", "outcome": "complete"})
    return folder


def rows(data: Path, table: str) -> list[dict[str, str]]:
    with (data / "measured" / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row.get("run") == RUN]


def contents(data: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in data.rglob("*") if path.is_file()}


def test_a_run_comes_in_whole_and_goes_again(
    data: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(data)

    assert main(["publish", str(folder)]) == 0

    said = capsys.readouterr().out
    assert "results: 1 rows more, 0 rows less" in said
    assert "measured/index.md (changed)" in said
    assert "measured/cpu.md (new)" in said
    (result,) = rows(data, "results")
    assert (result["engine"], result["segments_valid"]) == ("cpu", "6")
    assert len(rows(data, "segments")) == 6
    for file in rows(data, "files"):
        assert (data / "measured" / "files" / file["path"]).is_file()
    assert lint_package(data).findings == ()

    assert main(["publish", str(folder)]) == 0
    assert "Nothing changes" in capsys.readouterr().out
    assert main(["publish", "--json", str(folder)]) == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["published"], again["tables"], again["pages"]) == (True, {}, [])

    assert main(["publish", "--withdraw", RUN]) == 0
    assert contents(data) == before


def test_logs_of_somebody_else_stay_out(data: Path, folder: Path) -> None:
    assert main(["publish", str(folder), "--without-logs"]) == 0

    assert [row["role"] for row in rows(data, "files")] == ["journal"]
    assert [row["log"] for row in rows(data, "builds")] == [""]
    assert lint_package(data).findings == ()


def test_a_dry_run_changes_nothing(
    data: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(data)

    assert main(["publish", str(folder), "--dry-run", "--json"]) == 0

    said = json.loads(capsys.readouterr().out)
    assert (said["published"], said["tables"]["runs"]) == (False, {"added": 1, "removed": 0})
    assert "measured/index.md" in [page["path"] for page in said["pages"]]
    assert contents(data) == before


def test_two_publications_do_not_mix(
    data: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second one is refused before it reads what the first may change."""
    before = contents(data)
    run = str(folder)

    with held(data):
        assert main(["publish", run]) == 2
        assert capsys.readouterr().err.endswith(
            "another run is being published; wait until it is\n"
        )
        assert main(["publish", run, "--dry-run"]) == 0

    assert contents(data) == before
    assert main(["publish", run]) == 0


def test_what_the_lint_refuses_stays_out(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_run(tmp_path / RUN, runtime_version="no version")
    before = contents(data)

    assert main(["publish", str(folder)]) == 2

    said = capsys.readouterr().err
    assert "measured/runs.csv" in said
    assert "runtime_version" in said
    assert contents(data) == before
    assert main(["publish", str(folder), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["published"] is False


def test_a_changed_log_is_refused(
    data: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "logs" / "build.log").write_bytes(b"another log\n")

    assert main(["publish", str(folder)]) == 2
    assert "was changed after it was measured" in capsys.readouterr().err


def test_a_run_may_be_named(
    data: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As `run` prints it at its end: the name alone, for publish and for compare."""
    monkeypatch.setenv("DLA_MEASURE_RUNS", str(folder.parent))
    tables = folder / "tables"
    tables.mkdir(exist_ok=True)
    (tables / "results.csv").write_text("images_per_second\n", encoding="utf-8")
    (tables / "ratios.csv").write_text("ratio\n", encoding="utf-8")
    (tables / "segments.csv").write_text("result,role\n", encoding="utf-8")

    assert main(["publish", folder.name, "--dry-run"]) == 0
    assert main(["compare", folder.name]) == 0
    for name in ("publish", "compare", "rows"):
        assert main([name, f"{folder.name}-not"]) == 2
        said = capsys.readouterr().err
        assert f"there is {folder.name}; name the folder of a run" in said


def test_a_folder_without_a_journal_is_one_line(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["publish", str(tmp_path)]) == 2
    assert "name the folder of a run" in capsys.readouterr().err


def test_ratios_of_a_run_come_in_with_their_comparison_and_go_again(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The ratio of DLA and GPU stands with its results; withdrawing takes all of it out."""
    before = contents(data)
    dla, gpu = journals.job(cores=(0, 1)), journals.job("gpu", (), batch=256)
    records = [journals.run_record(), journals.plan(dla, gpu), journals.mode()]
    for job, rate in ((dla, 2000.0), (gpu, 1000.0)):
        records += [journals.build(job, build=job["job"]), *journals.measured(job, rate)]
    folder = journals.write(tmp_path / "runs", [*records, {"type": "end", "outcome": "complete"}])

    assert main(["publish", str(folder)]) == 0, capsys.readouterr().err

    said = capsys.readouterr().out
    assert "ratios: 2 rows more, 0 rows less" in said
    assert "comparisons: 4 rows more, 0 rows less" in said
    with (data / "measured" / "comparisons.csv").open(encoding="utf-8", newline="") as stream:
        *rates, ratio = csv.DictReader(stream)
    # Both cores together, and each alone.
    assert [row["metric"] for row in rates] == ["images_per_second"] * 3
    assert (ratio["metric"], ratio["result"]) == ("perf_per_watt_ratio", rates[0]["result"])
    written = (data / "measured" / "comparisons.csv").read_bytes()
    assert main(["compare", "--write"]) == 0
    assert (data / "measured" / "comparisons.csv").read_bytes() == written

    assert main(["publish", "--withdraw", folder.name]) == 0
    assert contents(data) == before


def test_a_broken_off_publication_is_finished_by_the_next(
    data: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After every step rows name only what is there, and publishing again completes it."""
    monkeypatch.setattr("measure.publish.command.render_pages", lambda data, folder: None)
    steps = 0
    for allowed in range(6):
        done = 0

        def fail(path: Path, *words: Any, allowed: int = allowed) -> None:
            nonlocal done
            inside = data in path.parents
            if inside and done == allowed:
                raise UserError("the disk is full")
            done += inside
            write_table(path, *words)

        monkeypatch.setattr("measure.publish.staging.write_table", fail)
        code = main(["publish", str(folder)])
        steps += code == 2
        assert {finding.rule for finding in lint_package(data).findings} <= {"file.stray"}
        if code == 0:
            break
    assert steps == 3
    monkeypatch.setattr("measure.publish.staging.write_table", write_table)
    assert main(["publish", str(folder)]) == 0
    assert len(rows(data, "results")) == 1


def test_files_of_a_run_are_replaced_whole_or_not_at_all(
    data: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the new ones can't be written the old ones stay; nothing is left beside them."""
    monkeypatch.setattr("measure.publish.command.render_pages", lambda data, folder: None)
    assert main(["publish", str(folder)]) == 0
    before = contents(data)
    copy = shutil.copytree

    def fail(source: str, target: str, *words: Any, **named: Any) -> None:
        copy(source, target, *words, **named)
        if str(data) in target:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copytree", fail)
    assert main(["publish", str(folder), "--without-logs"]) == 2
    assert "No space left" in capsys.readouterr().err
    assert contents(data) == before

    monkeypatch.setattr(shutil, "copytree", copy)
    left = data / "measured" / "files" / f".{RUN}.1.old"
    left.mkdir()
    assert main(["publish", str(folder), "--without-logs"]) == 0
    assert not left.exists()


def test_a_link_to_a_file_elsewhere_is_refused(
    data: Path, tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run that somebody gave may name what is only the publisher's."""
    log = folder / "logs" / "build.log"
    (tmp_path / "mine").write_bytes(log.read_bytes())
    log.unlink()
    log.symlink_to(tmp_path / "mine")

    assert main(["publish", str(folder)]) == 2
    assert "is a link to a file elsewhere" in capsys.readouterr().err


def test_a_copy_that_was_broken_off_is_noticed(
    data: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run whose end or logs are missing is said to be; one with nothing in it is refused."""
    monkeypatch.setattr("measure.publish.command.render_pages", lambda data, folder: None)
    assert main(["publish", str(folder), "--dry-run"]) == 0
    assert "note:" not in capsys.readouterr().err

    (folder / "logs" / "build.log").unlink()
    journal = folder / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-1]))
    assert main(["publish", str(folder), "--dry-run"]) == 0
    said = capsys.readouterr().err
    assert "not there, such as logs/build.log" in said
    assert "ends before the run did" in said
    assert main(["publish", str(folder), "--dry-run", "--without-logs"]) == 0
    assert "not there" not in capsys.readouterr().err

    journal.write_bytes(lines[0])
    assert main(["publish", str(folder)]) == 2
    assert "nothing to publish" in capsys.readouterr().err


def test_evidence_of_a_run_joins_the_operators(data: Path, folder: Path) -> None:
    """A run of one-operator networks brings rows of evidence, after those that are there."""
    place = table_places(data)["evidence"]
    row = dict(place.rows()[0])
    before = len(place.rows())
    changed = merged(place, RUN, [{**row, "id": "d123456789"}])

    assert len(changed) == before + 1
    assert changed[-1]["id"] == "d123456789"


def test_rows_of_another_run_are_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "measured" / "results.csv"
    path.parent.mkdir()
    path.write_text("result,run\nr1,other\n", encoding="utf-8")
    place = TablePlace("results", path, ("result", "run"), ("result",))

    with pytest.raises(UserError, match="withdraw that run first"):
        merged(place, RUN, [{"result": "r1", "run": RUN}])


def test_pages_are_compared_by_their_text(tmp_path: Path) -> None:
    for name, pages in (("a", {"x.md": "1\n", "y.md": "2\n"}), ("b", {"y.md": "3\n", "z.md": "4"})):
        (tmp_path / name).mkdir()
        for path, text in pages.items():
            (tmp_path / name / path).write_text(text, encoding="utf-8")

    found = compare_pages(tmp_path / "a", tmp_path / "b")

    assert [(page.path, page.status) for page in found] == [
        ("x.md", "gone"),
        ("y.md", "changed"),
        ("z.md", "new"),
    ]
    assert found[1].lines == ["@@ -1 +1 @@", "-2", "+3"]


def test_a_long_difference_is_cut_unless_asked_for() -> None:
    page = PageDiff("a.md", "new", ["@@ -1 +1 @@", *(f"+<b>line</b> {n}" for n in range(40))])

    short, full = (page_lines(page, full=full) for full in (False, True))

    assert short[-1].endswith("--full shows them")
    assert full[1] == "    +line 0"
    assert len(full) == 41


def test_a_whole_page_is_shown_from_its_heading_on() -> None:
    """What a page says of itself to other programs is nothing that a reader sees change."""
    lines = ["@@ -0,0 +1,5 @@", "+---", "+title: A", "+---", "+", "+# A", "+", "+Text"]

    shown = page_lines(PageDiff("a.md", "new", lines), full=False)

    assert shown == ["  a.md (new)", "    +# A", "    +Text"]


def test_what_differs_in_a_long_line_is_shown() -> None:
    """The same words on both sides are left out; a mark that nobody reads is no difference."""
    words = " ".join(f"word{number}" for number in range(50))
    lines = [
        "@@ -1 +1 @@",
        f"-{words} 5 {words}",
        f"+{words} 6 {words}",
        "@@ -9 +9 @@",
        "-<i>a",
        "+a",
    ]

    shown = page_lines(PageDiff("a.md", "changed", lines), full=False)

    assert shown[1:] == [
        "    -… word46 word47 word48 word49 5 word0 word1 word2 word3 …",
        "    +… word46 word47 word48 word49 6 word0 word1 word2 word3 …",
    ]


def test_without_a_data_package_it_says_where_to_publish(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DLA_ATLAS_DATA", str(tmp_path))

    assert main(["publish", "--withdraw", RUN]) == 2
    assert "does not declare the tables" in capsys.readouterr().err
