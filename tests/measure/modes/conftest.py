from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

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
