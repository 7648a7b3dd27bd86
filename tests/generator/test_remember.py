"""What a rebuild may keep of the build before it."""

from __future__ import annotations

from pathlib import Path

from generator.package import Package, Record
from generator.remember import Remembered, RememberedReads


def package(**texts: str) -> Package:
    """Return data with one row in each table."""
    rows = {
        table: (Record(table, f"{table}.1", 2, {"text": text}, {"text": text}),)
        for table, text in texts.items()
    }
    return Package(Path(), {"name": "test"}, {}, rows)


def test_a_value_is_made_again_only_when_its_origin_differs() -> None:
    """Equal origins give the value made before, others a new one."""
    made: list[str] = []
    remembered: Remembered[int] = Remembered()

    def make() -> int:
        made.append("again")
        return len(made)

    assert remembered.get("a", (1, "x"), make) == 1
    assert remembered.get("a", (1, "x"), make) == 1
    assert remembered.get("a", (2, "x"), make) == 2
    assert remembered.get("a", (1, "x"), make) == 3
    assert remembered.get("b", (1, "x"), make) == 4


def test_only_tables_that_were_read_cause_a_value_to_be_made_again() -> None:
    """Rows, single records and what lies outside the data count; other tables do not."""
    made: list[str] = []
    remembered: RememberedReads[str] = RememberedReads()

    def make(data: Package) -> str:
        made.append("again")
        return f"{data.records('a')[0]['text']} {data.record('b.1')['text']}"

    def get(made_from: str = "", **texts: str) -> str:
        return remembered.get("key", package(**texts), made_from, make)

    assert get(a="x", b="y", c="z") == "x y"
    assert get(a="x", b="y", c="changed") == "x y"
    assert len(made) == 1
    assert get(a="new", b="y", c="z") == "new y"
    assert get(a="new", b="new", c="z") == "new new"
    assert len(made) == 3
    assert get("other", a="new", b="new", c="z") == "new new"
    assert len(made) == 4


def test_what_is_made_from_a_remembered_value_reads_what_that_value_read() -> None:
    """A value within another is taken from memory, and its tables count for both."""
    inner: RememberedReads[str] = RememberedReads()
    outer: RememberedReads[str] = RememberedReads()

    def make_inner(data: Package) -> str:
        return str(data.records("a")[0]["text"])

    def make_outer(data: Package) -> str:
        return inner.get("key", data, "", make_inner) + str(data.records("b")[0]["text"])

    assert outer.get("key", package(a="1", b="2"), "", make_outer) == "12"
    assert outer.get("key", package(a="1", b="3"), "", make_outer) == "13"
    assert outer.get("key", package(a="4", b="3"), "", make_outer) == "43"
