"""Times of layers: exported and printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from measure.errors import UserError
from measure.trtexec import profile as module
from measure.trtexec.profile import LayerTime, read_profile
from measure.trtexec.profile_table import read_profile_tables
from tests.measure.trtexec.files import corpus


def _write(folder: Path, text: str) -> str:
    path = folder / "profile.json"
    path.write_text(text)
    return str(path)


def test_documents_one_behind_the_other_and_raw_names() -> None:
    """Each run appended is a profile; quotes and backslashes of names are put right."""
    first, second = read_profile(corpus("profile_unescaped.json"))

    assert (first.iterations, second.iterations) == (20, 10)
    assert [layer.name for layer in first.layers] == ['conv "wide" one', "path\\to\\relu"]
    assert first.layers[0] == LayerTime('conv "wide" one', 40, 2, 2, 50)
    assert "3 names hold quotes or backslashes" in first.notes[0]


def test_old_files_have_no_medians_and_book_the_dla_elsewhere() -> None:
    """Both are said; neither is an error."""
    (profile,) = read_profile(corpus("profile_nvm.json"))

    assert [layer.median_ms for layer in profile.layers] == [None, None, None]
    assert "no medians" in profile.notes[0]
    assert "from nvm" in profile.notes[1]


def test_escaped_names_stay(tmp_path: Path) -> None:
    """A file that another program wrote anew is right already."""
    text = '[{"count": 1}, {"name": "a\\"b", "timeMs": 1, "medianMs": true, "percentage": 1e999}]'
    (profile,) = read_profile(_write(tmp_path, text))

    (layer,) = profile.layers
    assert layer == LayerTime('a"b', 1.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no profile"),
        ("{}", "is no list of layers"),
        ("[3]", "is no list of layers"),
        ('[{"name": "a"}]', "is no layer with its time"),
        ('[{"timeMs": 1}]', "is no layer with its time"),
        ('[\n{"name"\n: }]', "line 3: is no JSON"),
        ("[" * 100000, "is no JSON"),
    ],
)
def test_files_of_another_kind(tmp_path: Path, text: str, message: str) -> None:
    """One line says what is wrong."""
    with pytest.raises(UserError, match=message):
        read_profile(_write(tmp_path, text))


def test_size_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file larger than any profile is refused before it fills the memory."""
    monkeypatch.setattr(module, "MOST_CHARACTERS", 10)

    with pytest.raises(UserError, match="is larger than 10 characters"):
        read_profile(corpus("profile_nvm.json"))


def test_packed_file_that_is_cut(tmp_path: Path) -> None:
    """Half a profile is none."""
    import gzip

    path = tmp_path / "profile.json.gz"
    path.write_bytes(gzip.compress(Path(corpus("profile_nvm.json")).read_bytes())[:-20])

    with pytest.raises(UserError, match="cannot be read to its end"):
        read_profile(str(path))


def test_tables_of_all_versions() -> None:
    """The name is the first or the last column and has blanks; the sum ends the table."""
    (median,) = read_profile_tables(corpus("profiled.log"))
    first, last = read_profile_tables(corpus("profile_tables.log"))

    assert median.iterations == 60
    assert median.layers == [
        LayerTime("{ForeignNode[conv1...pool5 (3)]}", 1200, 20, 19.75, 80),
        LayerTime("best", 300, 5, 4.875, 20),
    ]
    assert first.layers == [
        LayerTime("conv1 + relu1", 150, 1.5, None, 75),
        LayerTime("fc 2", 50, 0.5, None, 25),
    ]
    assert last.layers == [
        LayerTime("/conv1/Conv + /relu", 80, 2, 1.9375, 40),
        LayerTime("{ForeignNode[a ... b]}", 120, 3, 3.0625, 60),
    ]


def test_tables_that_break_off(tmp_path: Path) -> None:
    """A line that is no row ends a table, and a header of no version has no rows."""
    log = tmp_path / "table.log"
    log.write_text(
        "=== Profile (3 iterations ) ===\n"
        "Layer Time (ms) Avg. Time (ms) Time %\n"
        "a 1 1 1\n"
        "b one two three\n"
        "c 1 1 1\n"
        "=== Profile (4 iterations ) ===\n"
        "Layer Hours\n"
        "d 1\n"
        "=== Profile (5 iterations ) ===\n"
        "Layer Time (ms) Avg. Time (ms) Time %\n"
        "e 1\n"
    )
    broken, unknown, short = read_profile_tables(str(log))

    assert broken.layers == [LayerTime("a", 1, 1, None, 1)]
    assert (unknown.iterations, unknown.layers) == (4, [])
    assert short.layers == []
