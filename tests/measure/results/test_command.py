"""The command that derives tables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from measure.__main__ import main
from measure.errors import CANNOT_READ
from tests.measure.results import journals

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ["runs.csv", "builds.csv", "results.csv", "ratios.csv", "segments.csv", "files.csv"]


def test_by_folder(orin: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The tables of a folder are written beside its journal and listed."""
    assert main(["rows", str(orin)]) == 0

    assert sorted(path.name for path in (orin / "tables").iterdir()) == sorted(NAMES)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"     1 rows  {orin}/tables/runs.csv"
    assert len(lines) == len(NAMES)


def test_by_name(
    orin: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run is found by its name among all runs, and the answer can be JSON."""
    monkeypatch.setenv("DLA_MEASURE_RUNS", str(orin.parent))

    assert main(["rows", journals.ORIN, "--json"]) == 0

    answer = json.loads(capsys.readouterr().out)
    assert answer["schema"] == "dla-atlas/rows/1"
    counts = {one["table"]: one["rows"] for one in answer["tables"]}
    assert (counts["runs"], counts["builds"], counts["results"]) == (1, 3, 5)


def test_again(orin: Path) -> None:
    """Deleted tables come back byte for byte."""
    main(["rows", str(orin)])
    before = {path.name: path.read_bytes() for path in (orin / "tables").iterdir()}
    for path in (orin / "tables").iterdir():
        path.unlink()

    main(["rows", str(orin)])

    assert {path.name: path.read_bytes() for path in (orin / "tables").iterdir()} == before


@pytest.mark.parametrize("name", ["20261121-trtexec-ffffff", "../elsewhere"])
def test_unknown(orin: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """A run that isn't there is named, beside those that are."""
    assert main(["rows", name, "--runs", str(orin.parent)]) == CANNOT_READ

    said = capsys.readouterr().err
    assert name in said
    assert journals.ORIN in said
    assert said.count("\n") == 1


def test_damaged(orin: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A damaged journal is named by its line and no table is written."""
    path = orin / "journal.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"maxn"', b'"maxm"', 1))

    assert main(["rows", str(orin)]) == CANNOT_READ

    assert "journal.jsonl line " in capsys.readouterr().err
    assert not (orin / "tables").exists()
