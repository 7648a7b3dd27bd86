from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.fake_jetson.jetson import FakeJetson, make_jetson
from tests.measure.modes.board import Board

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def board(tmp_path: Path) -> Board:
    """Return a board in the mode 50W, with clocks that move."""
    return Board(tmp_path / "board")


@pytest.fixture(autouse=True)
def spare_other_disks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for all disks of the machine."""
    monkeypatch.setattr(os, "sync", lambda: None)


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeJetson:
    """Return a fake Jetson in the mode 50W that this process takes for its own machine."""
    jetson = make_jetson(tmp_path / "jetson", mode="MODE_50W")
    for name, value in jetson.env().items():
        monkeypatch.setenv(name, value)
    return jetson
