"""Tables of the data package are read as text, with one line on what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from measure.errors import UserError
from measure.tables import data_folder, read_table

if TYPE_CHECKING:
    from pathlib import Path


def test_rows_are_text_by_column() -> None:
    rows = read_table("operators/rules")

    assert {type(cell) for row in rows for cell in row.values()} == {str}
    assert rows[0]["rule"]


def test_folder_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLA_ATLAS_DATA", str(tmp_path))
    (tmp_path / "small.csv").write_text('key,text\na,"x, y"\n', encoding="utf-8")

    assert data_folder() == tmp_path
    assert read_table("small") == [{"key": "a", "text": "x, y"}]


@pytest.mark.parametrize("content", ["a,b\n1\n", "a,b\n1,2,3\n", "a,b\n\xff"])
def test_broken_table_is_one_line(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DLA_ATLAS_DATA", str(tmp_path))
    (tmp_path / "broken.csv").write_bytes(content.encode("latin-1"))

    with pytest.raises(UserError, match=r"broken\.csv"):
        read_table("broken")


def test_missing_table_says_how_to_find_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DLA_ATLAS_DATA", str(tmp_path))

    with pytest.raises(UserError, match="DLA_ATLAS_DATA"):
        read_table("nothing")
