"""A copy of the shipped data for each test that plants something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .planting import Copy

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """Return a fresh copy of the shipped data."""
    return Copy(tmp_path)
