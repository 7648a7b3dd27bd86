"""The score that the site shows is the score of the rules as they are."""

from __future__ import annotations

import csv
import shutil
from typing import TYPE_CHECKING

import pytest

from measure.score.cases import read_cases
from measure.score.command import as_dict, as_text
from measure.score.scoring import Score, score
from measure.score.store import disagreement_rows, score_rows, write_score
from measure.tables import data_folder, read_table

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def shipped() -> Score:
    """Return the score on the cases of the data package."""
    return score(read_cases())


def test_the_site_shows_the_present_score(shipped: Score) -> None:
    """``python3 -m measure score --write`` would change nothing."""
    assert read_table("operators/score") == score_rows(shipped)
    assert read_table("operators/score-disagreements") == disagreement_rows(shipped)


def test_the_rules_are_as_good_as_promised(shipped: Score) -> None:
    """F1 of at least 0.95 with at most one case in twenty left open."""
    total = shipped.total

    assert total.f1 is not None
    assert total.f1 >= 0.95
    assert total.unknown <= 0.05 * total.n


def test_parts_add_up(shipped: Score) -> None:
    """Every case counts once by its source and once by its operator."""
    assert shipped.total.n == sum(part.n for part in shipped.by_source.values())
    assert shipped.total.n == sum(part.n for part in shipped.by_operator.values())
    assert shipped.total.n == len(read_cases())


def test_json_has_what_was_promised(shipped: Score) -> None:
    """Total, by source, by rule and the disagreements, each case once."""
    result = as_dict(shipped)

    assert {"n", "unknown", "precision", "recall", "f1"} <= set(result["total"])
    assert {"by_source", "by_rule", "by_operator", "disagreements"} <= set(result)
    assert shipped.total.unknown == len(result["undecided"])


def test_text_names_each_open_case(shipped: Score) -> None:
    """Whoever reads the text finds every case that isn't predicted right."""
    text = as_text(shipped)

    assert all(one.case.key in text for one in (*shipped.disagreements, *shipped.undecided))


def test_writing_keeps_explanations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shipped: Score
) -> None:
    """What was written by hand about a case survives."""
    shutil.copytree(data_folder(), tmp_path / "data")
    monkeypatch.setenv("DLA_ATLAS_DATA", str(tmp_path / "data"))
    before = read_table("operators/score-disagreements")

    write_score(shipped)

    with open(tmp_path / "data/operators/score-disagreements.csv", encoding="utf-8") as stream:
        assert before == list(csv.DictReader(stream))
    assert list((tmp_path / "data/operators").glob(".score*")) == []
