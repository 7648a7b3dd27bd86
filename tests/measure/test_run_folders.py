from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from measure.errors import UserError
from measure.journal.journal import Journal
from measure.run_folders import (
    JOURNAL,
    RUNS_VARIABLE,
    device_id,
    find_run,
    new_run,
    run_folder,
    runs_folder,
    unfinished,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_runs_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The option comes first, then the variable, then runs/ where one is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(RUNS_VARIABLE, raising=False)
    assert runs_folder() == tmp_path / "runs"
    monkeypatch.setenv(RUNS_VARIABLE, str(tmp_path / "other"))
    assert runs_folder() == tmp_path / "other"
    assert runs_folder("mine") == tmp_path / "mine"


def test_names() -> None:
    """A run's name has day, backend and something random."""
    assert re.fullmatch(r"\d{8}-trtexec-[0-9a-f]{6}", new_run("trtexec"))
    assert new_run("trtexec") != new_run("trtexec")


def test_device_id(tmp_path: Path) -> None:
    """The name is random, and stays."""
    name = device_id(tmp_path)

    assert re.fullmatch("[0-9a-f]{12}", name)
    assert device_id(tmp_path) == name
    (tmp_path / "device-id").unlink()
    (tmp_path / "device-id").mkdir()
    with pytest.raises(UserError, match="delete it"):
        device_id(tmp_path)


def test_run_folder(tmp_path: Path) -> None:
    """A name that is none is answered with those there are."""
    Journal.open(tmp_path / "one" / JOURNAL).close()

    assert run_folder(tmp_path, "one") == tmp_path / "one"
    for name in ("two", "../one", ""):
        with pytest.raises(UserError, match="there is one"):
            run_folder(tmp_path, name)


def test_of_many_runs_the_newest_are_named(tmp_path: Path) -> None:
    """Whoever mistypes a name looks for one of today."""
    for number in range(7):
        path = tmp_path / f"run-{number}" / JOURNAL
        Journal.open(path).close()
        os.utime(path, (number, number))

    with pytest.raises(UserError, match=r"there is run-6, .*run-2 and 2 older"):
        find_run("run-9", str(tmp_path))
    assert find_run("run-1", str(tmp_path)) == tmp_path / "run-1"
    assert find_run(str(tmp_path / "run-1")) == tmp_path / "run-1"


def test_unfinished(tmp_path: Path) -> None:
    """The newest run with a plan counts; damaged ones and those without a plan don't."""
    assert unfinished(tmp_path) == ""
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / JOURNAL).write_text("nonsense\n")
    Journal.open(tmp_path / "empty" / JOURNAL).close()
    assert unfinished(tmp_path) == ""
    with Journal.open(tmp_path / "begun" / JOURNAL) as journal:
        journal.append({"type": "plan", "jobs": []})
    assert unfinished(tmp_path) == "begun"
    with Journal.open(tmp_path / "begun" / JOURNAL) as journal:
        journal.append({"type": "end", "outcome": "interrupted"})
    assert unfinished(tmp_path) == "begun"
    with Journal.open(tmp_path / "begun" / JOURNAL) as journal:
        journal.append({"type": "end", "outcome": "complete"})
    assert unfinished(tmp_path) == ""
