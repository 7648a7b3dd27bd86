"""Damage to the bytes or the shape of a file is one finding, and hides no other."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from .planting import Copy

TABLE = "published/perf-per-watt.csv"
HEADER = b"network,module,power_mode,weights,"


class Damage(NamedTuple):
    """A change of a file's bytes and the finding it leads to."""

    name: str
    change: Callable[[bytes], bytes]
    line: int
    column: str
    rule: str


def replace(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Return a change of the first occurrence."""
    return lambda data: data.replace(old, new, 1)


def on_line(number: int, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Return a change of one line, its line feed left out."""

    def changed(data: bytes) -> bytes:
        lines = data.split(b"\n")
        lines[number - 1] = change(lines[number - 1])
        return b"\n".join(lines)

    return changed


DAMAGE = [
    Damage("byte order mark", lambda data: b"\xef\xbb\xbf" + data, 1, "network", "text.bom"),
    Damage("CR LF", lambda data: data.replace(b"\n", b"\r\n"), 1, "", "text.line-ending"),
    Damage("one CR LF", on_line(4, lambda line: line + b"\r"), 4, "", "text.line-ending"),
    Damage("CR alone", lambda data: data.replace(b"\n", b"\r"), 1, "", "text.line-ending"),
    Damage(
        "CR in a cell",
        on_line(3, replace(b",dense,", b",de\rnse,")),
        3,
        "weights",
        "text.line-ending",
    ),
    Damage(
        "NUL",
        on_line(5, replace(b"accelerator_only", b"acc\0elerator_only")),
        5,
        "power_scope",
        "text.nul",
    ),
    Damage(
        "Latin-1", on_line(6, replace(b"README.md", b"R\xc9ADME.md")), 6, "locator", "text.utf-8"
    ),
    Damage(
        "cut character",
        on_line(6, replace(b"README.md", b"READM\xe2\x82")),
        6,
        "locator",
        "text.utf-8",
    ),
    Damage("UTF-16", lambda data: data.decode().encode("utf-16"), 1, "", "text.utf-8"),
    Damage("empty", lambda _: b"", 1, "", "file.empty"),
    Damage("blank", lambda _: b"\n\n", 1, "", "file.empty"),
    Damage("zeros of a crash", lambda data: bytes(len(data)), 1, "", "file.empty"),
    Damage("cut in the last row", lambda data: data[:-20], 41, "", "text.truncated"),
    Damage("last line feed lost", lambda data: data[:-1], 41, "", "text.truncated"),
    Damage(
        "cut after a comma", lambda data: data[: data.rindex(b",") + 1] + b"\n", 41, "locator", ""
    ),
    Damage("cell lost", on_line(7, replace(b",dense,", b",")), 7, "", "csv.ragged"),
    Damage(
        "decimal comma without quotes", on_line(4, replace(b",2.6,", b",2,6,")), 4, "", "csv.ragged"
    ),
    Damage("blank line", on_line(7, lambda line: line + b"\n"), 8, "", "csv.blank-line"),
    Damage("blank last line", lambda data: data + b"\n", 42, "", "csv.blank-line"),
    Damage(
        "quote that stays open",
        on_line(5, replace(b",accelerator_only,", b',"accelerator_only,')),
        5,
        "",
        "csv.quote",
    ),
    Damage(
        "quote inside a cell", on_line(5, replace(b"README.md", b'"README".md')), 5, "", "csv.quote"
    ),
    Damage("semicolons", lambda data: data.replace(b",", b";"), 1, "", "csv.delimiter"),
    Damage("tabs", lambda data: data.replace(b",", b"\t"), 1, "", "csv.delimiter"),
    Damage(
        "duplicate header",
        replace(HEADER, b"network,module,power_mode,network,"),
        1,
        "network",
        "header.duplicate",
    ),
    Damage(
        "misspelt header",
        replace(HEADER, b"network,module,power_mode,weigths,"),
        1,
        "weigths",
        "header.unknown",
    ),
    Damage(
        "header in capitals",
        replace(HEADER, b"Network,module,power_mode,weights,"),
        1,
        "Network",
        "header.unknown",
    ),
    Damage(
        "header lost a name",
        replace(HEADER, b"network,module,power_mode,"),
        1,
        "weights",
        "header.missing",
    ),
    Damage("header gained a name", replace(HEADER, b"id," + HEADER), 1, "id", "header.unknown"),
]


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.name)
def test_damage_is_one_finding(copy: Copy, damage: Damage) -> None:
    """The finding names the line, and the column where there is one."""
    copy.change(TABLE, damage.change)

    findings = copy.lint()

    expected = [(copy.file(TABLE), damage.line, damage.column, damage.rule)] if damage.rule else []
    assert expected == [(f.file, f.line, f.column, f.rule) for f in findings], [*map(str, findings)]
    assert all(str(finding).isprintable() for finding in findings)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        on_line(5, replace(b"accelerator_only", b"acc\0elerator_only")),
        on_line(6, replace(b"README.md", b"R\xc9ADME.md")),
        on_line(7, replace(b",dense,", b",")),
        on_line(7, lambda line: line + b"\n"),
        replace(HEADER, b"network,module,power_mode,weigths,"),
        lambda data: data[:-1],
    ],
    ids=["BOM", "CR LF", "NUL", "Latin-1", "ragged", "blank line", "misspelt header", "truncated"],
)
def test_damage_hides_no_other_mistake(copy: Copy, change: Callable[[bytes], bytes]) -> None:
    """What is wrong in a sound row is reported with its own line all the same."""
    where = {"network": "ssd-resnet-34", "power_mode": "15w", "weights": "sparse"}
    line = copy.plant(TABLE, where, "ratio", "4,3")
    before = (copy.root / TABLE).read_bytes()
    copy.change(TABLE, change)
    shift = change(before).split(b"ssd-resnet-34")[0].count(b"\n\n")

    findings = copy.lint()

    assert len(findings) == 2
    found = next(finding for finding in findings if finding.rule == "number.decimal-comma")
    assert (line + shift, "ratio", "4,3") == (found.line, found.column, found.value)


def test_columns_in_another_order_are_one_finding(copy: Copy) -> None:
    """Cells are still read by their column's name."""
    rows = copy.rows(TABLE)
    copy.write_rows(TABLE, [[row[1], row[0], *row[2:]] for row in rows])

    findings = copy.lint()

    assert [(f.line, f.column, f.rule) for f in findings] == [(1, "module", "header.order")]


def test_a_lost_column_is_one_finding(copy: Copy) -> None:
    """The other columns are still read by their names."""
    rows = copy.rows(TABLE)
    copy.write_rows(TABLE, [[*row[:4], *row[5:]] for row in rows])

    findings = copy.lint()

    assert [(f.line, f.column, f.rule) for f in findings] == [(1, "dla_batch", "header.missing")]


def test_a_missing_file_is_reported_where_it_is_declared(copy: Copy) -> None:
    """Tables that refer to it are not reported for that."""
    (copy.root / "reference/networks.csv").unlink()

    findings = copy.lint()

    expected = (copy.file("datapackage.json"), copy.line_of("reference/networks.csv"))
    assert [expected] == [(finding.file, finding.line) for finding in findings]
    assert findings[0].rule == "file.missing"


def test_a_folder_in_place_of_a_file_is_one_finding(copy: Copy) -> None:
    """It is told as a file that can't be read."""
    (copy.root / TABLE).unlink()
    (copy.root / TABLE).mkdir()

    assert [finding.rule for finding in copy.lint()] == ["file.missing"]


@pytest.mark.parametrize("path", ["published/throughput (copy).csv", "notes.txt", "x/y.csv"])
def test_a_stray_file_is_one_finding(copy: Copy, path: str) -> None:
    """Data that no resource declares would be read by nobody."""
    stray = copy.root / path
    stray.parent.mkdir(exist_ok=True)
    stray.write_text("a\n", encoding="utf-8")

    findings = copy.lint()

    assert [(stray.as_posix(), path, "file.stray")] == [(f.file, f.value, f.rule) for f in findings]


@pytest.mark.parametrize("path", ["README.md", "LICENSE", "published/.throughput.csv.swp"])
def test_what_may_lie_beside_the_data(copy: Copy, path: str) -> None:
    """A readme, a licence and an editor's hidden files are no findings."""
    (copy.root / path).write_text("x", encoding="utf-8")

    assert copy.lint() == []


def test_a_link_out_of_the_folder_is_one_finding(copy: Copy) -> None:
    """A table is not read from elsewhere through a link."""
    outside = copy.root.parent / "elsewhere.csv"
    os.replace(copy.root / TABLE, outside)
    (copy.root / TABLE).symlink_to(outside)

    assert [finding.rule for finding in copy.lint()] == ["file.outside"]


def test_many_findings_of_a_kind_are_cut_and_counted(copy: Copy) -> None:
    """A hundred lines of a rule and column are enough; the last tells how many more there are."""
    path = "reference/power-mode-clocks.csv"
    rows = copy.rows(path)
    cap = rows[0].index("cap_mhz")
    copy.write_rows(path, [rows[0], *([*row[:cap], "fast", *row[cap + 1 :]] for row in rows[1:])])

    findings = copy.lint()

    assert len(findings) == 100
    assert f"(and {len(rows) - 101} more like this)" in findings[-1].problem
