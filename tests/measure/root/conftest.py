from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fake_jetson.jetson import FakeJetson, make_jetson

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeJetson:
    """Return a fake Jetson that this process takes for its own machine."""
    jetson = make_jetson(tmp_path / "jetson")
    for name, value in jetson.env().items():
        monkeypatch.setenv(name, value)
    return jetson
