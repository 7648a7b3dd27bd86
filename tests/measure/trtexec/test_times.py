"""When queries started and ended, from the file of --exportTimes."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from measure.errors import UserError
from measure.trtexec.times import Times, percentile, read_times
from tests.measure.trtexec.files import corpus

ROW = (
    '{ "startH2dMs" : %g, "startComputeMs" : %g, "endD2hMs" : %g, '
    '"computeMs" : 1, "latencyMs" : 2 }'
)


def _write(folder: Path, text: str) -> str:
    path = folder / "times.json"
    path.write_text(text)
    return str(path)


def _times(*ends: float) -> str:
    return "[\n" + "\n, ".join(ROW % (end - 2, end - 1, end) for end in ends) + "\n]\n"


@pytest.mark.parametrize(
    ("name", "starts", "ends", "computes", "latencies", "holds_warmup"),
    [
        ("times71.json", [1, 11, 21], [11, 21, 33], [8, 8, 10], [10, 10, 12], True),
        ("times82.json", [1, 7], [7, 13], [4, 4], [6, 6], True),
        (
            "times103.json",
            [1000.5, 1005.5, 1010.5, 1016.5],
            [1005.5, 1010.5, 1016.5, 1020.5],
            [4, 4, 5, 3],
            [5, 5, 6, 4],
            False,
        ),
    ],
)
def test_keys_of_all_versions(
    name: str,
    starts: list[float],
    ends: list[float],
    computes: list[float],
    latencies: list[float],
    holds_warmup: bool,
) -> None:
    """Each version's names mean the same; what 7.1 calls the start of the input is not it."""
    times = read_times(corpus(name))

    assert list(times.starts_ms) == starts
    assert list(times.ends_ms) == ends
    assert list(times.compute_ms) == computes
    assert list(times.latency_ms) == latencies
    assert (times.holds_warmup, times.cut) == (holds_warmup, "")


def test_warmup_is_cut_by_the_start_of_computing() -> None:
    """The cut is trtexec's own; a file without a warm-up stays whole."""
    old, new = read_times(corpus("times71.json")), read_times(corpus("times103.json"))

    assert list(old.without_warmup(10).ends_ms) == [21, 33]
    assert len(old.without_warmup(10).compute_starts_ms) == 2
    assert not old.without_warmup(10).holds_warmup
    assert len(old.without_warmup(1000)) == 0
    assert list(new.without_warmup(1000).latency_ms) == [5, 5, 6, 4]


def test_queries_per_block(tmp_path: Path) -> None:
    """Only whole blocks count, from the first start on."""
    times = read_times(_write(tmp_path, _times(3, 5, 10.5, 11, 19, 21.5, 30)))

    assert times.per_block(10) == [4, 1]
    assert Times().per_block(10) == []
    assert read_times(corpus("times103.json")).seconds == pytest.approx(0.020)
    assert Times().seconds == 0


@pytest.mark.parametrize(
    ("values", "percentage", "expected"),
    [
        ([], 99, None),
        ([5], 99, 5),
        ([3, 1, 2], 0, 1),
        ([3, 1, 2], 100, 3),
        # In single precision, as in trtexec: 0.01 is a little less, 0.1 a little more.
        (list(range(100)), 99, 99),
        (list(range(100)), 90, 89),
        (list(range(10)), 90, 8),
        (list(range(10)), 99, 9),
        (list(range(8)), 50, 3),
    ],
)
def test_percentile(values: list[float], percentage: float, expected: float | None) -> None:
    """As trtexec: a whole number of values is left out from the top."""
    assert percentile(values, percentage) == expected


def test_gzip_and_any_layout(tmp_path: Path) -> None:
    """A packed file, and one that another program has laid out anew, read the same."""
    text = Path(corpus("times103.json")).read_text()
    packed = tmp_path / "times.json.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    spread = _write(tmp_path, text.replace(", ", ",\n   "))

    assert read_times(str(packed)) == read_times(spread) == read_times(corpus("times103.json"))


def test_cut_file_gives_what_is_there(tmp_path: Path) -> None:
    """A row that was not written to its end is left out, and the file says so."""
    text = _times(3, 5, 7)
    times = read_times(_write(tmp_path, text[: text.rindex("computeMs")]))

    assert list(times.ends_ms) == [3, 5]
    assert times.cut == "the file ends before the end of the list"
    assert times.without_warmup(0).cut == times.cut


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no query"),
        ("[\n]\n", "holds no query"),
        ('[ { "count" : 3 } ]', "row 1 is none of --exportTimes"),
        ("[" + ROW % (1, 2, 3) + ", { 7 } ]", "is no JSON"),
        ("[{" + "[" * 60000 + "}]", "is no JSON"),
        (_times(3).replace("3", '"3"'), "row 1 is none"),
        (_times(3).replace("3", "NaN"), "row 1 is none"),
        (_times(3).replace("3", "1e999"), "row 1 is none"),
        (_times(3).replace("3", "9" * 400), "row 1 is none"),
        (_times(1e15), "row 1 is none"),
        ("[" + ROW % (3, 2, 1) + "]", "row 1 is none"),
        (_times(3).replace('"latencyMs" : 2', '"latencyMs" : -2'), "row 1 is none"),
        (_times(3) + _times(4), "holds several runs"),
        ("[ { " + "x" * 70000, "a row has more than 65536 characters"),
        ("[ " + "x" * 600000, "a line of more than 524288 characters"),
    ],
)
def test_files_of_another_kind(tmp_path: Path, text: str, message: str) -> None:
    """One line says what is wrong, and the file's name."""
    with pytest.raises(UserError, match=message) as refused:
        read_times(_write(tmp_path, text))

    assert "times.json" in str(refused.value)
