"""The comparisons of the data package are those of its results."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from measure.__main__ import main

if TYPE_CHECKING:
    import pytest

DATA = Path(__file__).resolve().parents[3] / "data"


def test_the_shipped_comparisons_are_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As 'python3 -m measure compare --write' leaves them."""
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    monkeypatch.setenv("DLA_ATLAS_DATA", str(copy))

    assert main(["compare", "--write"]) == 0

    name = "measured/comparisons.csv"
    assert (copy / name).read_bytes() == (DATA / name).read_bytes()
