"""The command ``import``, called as a user would."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.measure.recorded.files import Importer

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def bring_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Importer:
    """Return what calls the command."""
    return Importer(tmp_path, capsys)
