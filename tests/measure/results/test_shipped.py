"""The measured rows of the data package are those of its journals."""

from __future__ import annotations

from pathlib import Path

import pytest

from measure.publish.run_folder import open_run
from measure.table_places import table_places

DATA = Path(__file__).resolve().parents[3] / "data"
RUNS = sorted((DATA / "measured" / "files").iterdir())


def test_every_run_has_its_journal() -> None:
    """No rows stand there without what they are derived from."""
    assert {row["run"] for row in table_places(DATA)["runs"].rows()} == {run.name for run in RUNS}


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_rows_are_derived_from_the_journal(run: Path, tmp_path: Path) -> None:
    """As 'python -m measure publish' would write them now."""
    places = table_places(DATA)
    for name, rows in open_run(run, tmp_path).tables.items():
        columns = places[name].columns
        derived = [tuple(row.get(column, "") for column in columns) for row in rows]
        held = [tuple(row.values()) for row in places[name].rows() if row.get("run") == run.name]

        assert sorted(derived) == sorted(held)
