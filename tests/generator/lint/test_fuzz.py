"""Whatever bytes a file holds, the lint ends with findings and not with a traceback."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.lint import lint_package
from generator.package import load_package

if TYPE_CHECKING:
    from pathlib import Path
from typing import Any

SETTINGS = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FIELDS: list[dict[str, Any]] = [
    {"name": "key", "type": "string", "constraints": {"required": True}},
    {"name": "count", "type": "integer", "constraints": {"minimum": 0, "maximum": 9}},
    {"name": "value", "type": "number"},
    {"name": "flag", "type": "boolean"},
    {"name": "day", "type": "date"},
    {"name": "source", "type": "string", "constraints": {"enum": ["a", "b"]}},
]
SCHEMA = {
    "fields": FIELDS,
    "primaryKey": "key",
    "foreignKeys": [{"fields": "source", "reference": {"resource": "", "fields": "key"}}],
}
DESCRIPTOR = {"name": "fuzz", "resources": [{"name": "t", "path": "t.csv", "schema": SCHEMA}]}
SOUND = b"key,count,value,flag,day,source\na,1,1.5,yes,2026-01-31,a\nb,2,,no,,b\n"

pieces = st.one_of(
    st.binary(max_size=6),
    st.sampled_from([b"\0", b"\r\n", b"\n", b'"', b",", b"\xef\xbb\xbf", b"\xff", b"\x1b", b"=1"]),
)
cells = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)


def write(folder: Path, data: bytes, descriptor: bytes | None = None) -> None:
    """Write a package of one table."""
    (folder / "t.csv").write_bytes(data)
    (folder / "datapackage.json").write_bytes(descriptor or json.dumps(DESCRIPTOR).encode())


@SETTINGS
@given(data=st.binary(max_size=200))
def test_any_bytes(tmp_path: Path, data: bytes) -> None:
    """Bytes that are no CSV at all lead to findings of one printable line each."""
    write(tmp_path, data)

    findings = lint_package(tmp_path).findings

    assert findings
    assert all(str(finding).isprintable() for finding in findings)


@SETTINGS
@given(edits=st.lists(st.tuples(st.integers(0, len(SOUND)), st.integers(0, 8), pieces), max_size=4))
def test_any_edit_of_a_sound_file(tmp_path: Path, edits: list[tuple[int, int, bytes]]) -> None:
    """Lines named in findings exist, and a file without findings loads."""
    data = SOUND
    for start, length, piece in edits:
        data = data[:start] + piece + data[start + length :]
    write(tmp_path, data)

    findings = lint_package(tmp_path).findings

    last = max(data.count(b"\n"), data.count(b"\r")) + 1
    assert all(1 <= finding.line <= last for finding in findings if "t.csv" in finding.file)
    if not findings:
        assert load_package(tmp_path).records("t") is not None


@SETTINGS
@given(rows=st.lists(st.tuples(*[cells] * len(FIELDS)), max_size=6))
def test_any_cells(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    """A finding shows the cell that a plain CSV reader finds in that line and column."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = [field["name"] for field in FIELDS]
    writer.writerows([names, *rows])
    write(tmp_path, text.getvalue().encode())
    lines = []
    reader = csv.reader(io.StringIO(text.getvalue(), newline=""))
    next(reader)
    line = 2
    for row in reader:
        lines.append((line, row))
        line = reader.line_num + 1

    findings = lint_package(tmp_path).findings

    by_line = dict(lines)
    for finding in findings:
        if finding.column in names:
            assert by_line[finding.line][names.index(finding.column)] == finding.value


@SETTINGS
@given(data=st.binary(max_size=100))
def test_any_descriptor(tmp_path: Path, data: bytes) -> None:
    """Bytes that are no descriptor lead to findings."""
    write(tmp_path, SOUND, data or b" ")

    assert lint_package(tmp_path).findings


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@SETTINGS
@given(
    value=json_values,
    path=st.sampled_from(
        [
            ("resources",),
            ("resources", 0),
            ("resources", 0, "name"),
            ("resources", 0, "path"),
            ("resources", 0, "group"),
            ("resources", 0, "schema"),
            ("resources", 0, "schema", "fields"),
            ("resources", 0, "schema", "fields", 1),
            ("resources", 0, "schema", "fields", 1, "name"),
            ("resources", 0, "schema", "fields", 1, "type"),
            ("resources", 0, "schema", "fields", 1, "constraints"),
            ("resources", 0, "schema", "fields", 1, "constraints", "minimum"),
            ("resources", 0, "schema", "fields", 0, "constraints", "pattern"),
            ("resources", 0, "schema", "fields", 5, "constraints", "enum"),
            ("resources", 0, "schema", "fields", 3, "trueValues"),
            ("resources", 0, "schema", "primaryKey"),
            ("resources", 0, "schema", "foreignKeys"),
            ("resources", 0, "schema", "foreignKeys", 0, "reference"),
        ]
    ),
)
def test_any_member_of_the_descriptor(
    tmp_path: Path, value: object, path: tuple[str | int, ...]
) -> None:
    """A member of any type in any place is accepted or refused, but never raises."""
    descriptor = json.loads(json.dumps(DESCRIPTOR))
    place = descriptor
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    write(tmp_path, SOUND, json.dumps(descriptor).encode())

    assert all(str(finding).isprintable() for finding in lint_package(tmp_path).findings)
