"""From a device to the site: what was measured stands beside what documents say."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from generator.lint import lint_package
from measure.__main__ import main
from measure.publish.site import render_pages
from measure.score.cases import read_cases
from measure.tables import data_folder
from tests.measure.faults.measuring import Bench

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

WORDS = ("operators", "--operators", "Relu,Sin,Exp,Softmax,Div", "--precision", "int8")


def test_a_run_changes_the_operator_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lint takes it; matrix and pages say what was measured, and where it contradicts."""
    data, pages = tmp_path / "data", tmp_path / "pages"
    shutil.copytree(data_folder(), data)
    table = data / "operators/evidence.csv"
    before, cases = table.read_bytes(), len(read_cases())
    with Bench(tmp_path, takes={"Exp": True, "Sin": True}) as bench:
        assert bench.call(*WORDS).code == 0
        run = bench.journals[-1].parent
    monkeypatch.setenv("DLA_ATLAS_DATA", str(data))
    assert main(["publish", str(run)]) == 2
    assert "only a folder" in capsys.readouterr().err
    # From here on the fake stands for a board.
    monkeypatch.setattr("measure.publish.run_folder.is_simulated", lambda records: False)
    # What counts is the journal; anybody can write into a table.
    (run / "tables" / "evidence.csv").write_bytes(b"onnx_op,runs_on_dla\nExp,no\n")

    assert main(["publish", str(run), "--json"]) == 0

    capsys.readouterr()
    assert lint_package(data).findings == ()
    assert len(read_cases()) > cases
    render_pages(data, pages)
    relu = (pages / "operators/relu.md").read_text(encoding="utf-8")
    matrix = (pages / "operators/index.md").read_text(encoding="utf-8")
    exp = (pages / "operators/exp.md").read_text(encoding="utf-8")
    assert "Measured on JetPack 6.2: of" in relu
    assert "measured on JetPack 6.2" in relu
    assert f"records/runs/#runs.{run.name}" in relu
    row = re.search(r'<tr><th scope="row"><a [^>]*>Relu</a>.*?</tr>', matrix)
    assert row is not None
    assert "measured on JetPack 6.2</span>" in row.group()
    assert "measured:JetPack_6.2" in row.group()
    assert 'id="conflict"' in exp
    assert "measured on JetPack 6.2" in exp[exp.index('id="conflict"') :]
    assert "The rules had said that it is refused" in exp

    assert main(["publish", "--withdraw", run.name]) == 0
    assert table.read_bytes() == before
