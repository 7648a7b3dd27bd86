"""Rows derived from journals are rows that the data lint takes."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generator.lint.run import Run
from measure.journal.journal import read_journal
from measure.results.derive import write_tables
from measure.results.tables import TABLES, path_of
from tests.measure.results import journals

if TYPE_CHECKING:
    from generator.lint import Report

DATA = Path(__file__).resolve().parents[3] / "data"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a copy of the data package."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def publish(data: Path, *runs: Path) -> None:
    """Append the derived rows of runs to the tables, and put their files beside them."""
    for run in runs:
        tables = write_tables(read_journal(run / "journal.jsonl"), run)
        for name in TABLES:
            lines = path_of(run, name).read_text(encoding="utf-8").splitlines(keepends=True)[1:]
            with (data / "measured" / f"{name}.csv").open("a", encoding="utf-8") as stream:
                stream.writelines(lines)
        for row in tables["files"]:
            target = data / "measured" / "files" / row["path"]
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(run.parent / row["path"], target)


def lint(data: Path) -> Report:
    """Return what the lint finds."""
    return Run(data).report()


def test_runs_of_all_kinds(data: Path, orin: Path, tmp_path: Path) -> None:
    """A run on a Jetson, one of logs and a quick one on a CPU pass the lint."""
    logs = journals.write(tmp_path, journals.of_logs())
    publish(data, orin, logs)

    assert lint(data).findings == ()

    publish(data, journals.write(tmp_path, journals.on_cpu()))
    assert lint(data).findings == ()


def test_ratios_pass(data: Path, tmp_path: Path) -> None:
    """Ratios of a run on DLA and GPU are what the lint works out from its results."""
    dla, gpu = journals.job(), journals.job("gpu", (), batch=256)
    jobs = [record for job in (dla, gpu) for record in journals.measured(job)]
    publish(data, journals.write(tmp_path, [journals.run_record(), journals.plan(dla, gpu), *jobs]))

    with (data / "measured" / "ratios.csv").open(encoding="utf-8", newline="") as stream:
        assert [row["definition"] for row in csv.DictReader(stream)] == ["a", "b"]
    assert lint(data).findings == ()


@pytest.mark.parametrize(
    ("table", "column", "wrong", "rule"),
    [
        ("runs", "module", "jetson-agx-orion", "key.foreign"),
        ("runs", "release", "6.99", "key.foreign"),
        ("runs", "backend", "tensorrt", "schema.enum"),
        ("runs", "device", "jetson-of-alice", "schema.pattern"),
        ("runs", "journal_sha256", "", "schema.required"),
        ("builds", "outcome", "ok", "schema.enum"),
        ("builds", "dla_layers", "57.5", "type.integer"),
        ("builds", "log", "somewhere/else.log", "key.foreign"),
        ("results", "run", "20261121-trtexec-ffffff", "key.foreign"),
        ("results", "network", "resnet-51", "key.foreign"),
        ("results", "power_mode", "31w", "modes.unknown"),
        ("results", "dla_cores", "3", "schema.maximum"),
        ("results", "aggregation", "total", "schema.enum"),
        ("results", "images_per_second", "", "schema.required"),
        ("results", "images_per_second", "1e3", "number.form"),
        ("results", "flags", "quick, wide", "schema.pattern"),
        ("results", "build", "ffff", "key.foreign"),
        ("segments", "role", "warm-up", "schema.enum"),
        ("segments", "valid", "true", "type.boolean"),
        ("files", "sha256", "abc", "schema.pattern"),
    ],
)
def test_mistakes_are_found(
    data: Path, orin: Path, table: str, column: str, wrong: str, rule: str
) -> None:
    """A cell changed by hand is found where it is."""
    publish(data, orin)
    path = data / "measured" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows[0][column] = wrong
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)

    found = {(Path(one.file).name, one.column, one.rule) for one in lint(data).findings}

    assert (f"{table}.csv", column, rule) in found
