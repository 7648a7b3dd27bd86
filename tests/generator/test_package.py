"""Tables in memory: records, frames and their ids."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.descriptor import Field, Table
from generator.findings import DataError, Finding
from generator.package import load_package
from generator.record_ids import record_id, slug

DATA = Path(__file__).resolve().parents[2] / "data"
FIELDS = [
    {"name": "network", "type": "string", "constraints": {"required": True}},
    {"name": "cores", "type": "integer", "constraints": {"required": True}},
    {"name": "rate", "type": "number"},
    {"name": "valid", "type": "boolean"},
    {"name": "day", "type": "date"},
]
SCHEMA = {"fields": FIELDS, "primaryKey": ["network", "cores"]}
SOUND = "network,cores,rate,valid,day\nresnet-50,2,2037.50,yes,2023-04-14\nssd,1,,,\n"


def write(folder: Path, text: str) -> Path:
    """Write a package of one table."""
    resource = {"name": "rates", "path": "rates.csv", "schema": SCHEMA}
    descriptor = {"name": "small", "resources": [resource]}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    (folder / "rates.csv").write_text(text, encoding="utf-8", newline="")
    return folder


class TestRecords:
    """Rows with typed values and printed cells."""

    def test_typed_and_printed(self, tmp_path: Path) -> None:
        """The printed precision is kept beside the value."""
        first, second = load_package(write(tmp_path, SOUND)).records("rates")

        assert (first.id, first.line) == ("rates.resnet-50.2", 2)
        assert (2, 2037.5, True, dt.date(2023, 4, 14)) == (
            first["cores"],
            first["rate"],
            first["valid"],
            first["day"],
        )
        assert first.raw["rate"] == "2037.50"
        assert [second[name] for name in ("rate", "valid", "day")] == [None, None, None]
        assert second.raw["rate"] == ""

    def test_a_record_by_its_id(self, tmp_path: Path) -> None:
        """Ids find their rows, and only theirs."""
        package = load_package(write(tmp_path, SOUND))

        assert package.record("rates.ssd.1").line == 3
        with pytest.raises(KeyError):
            package.record("rates.ssd.2")

    def test_a_column_that_is_not_there(self, tmp_path: Path) -> None:
        """A misspelt column is an error, not an unknown value."""
        record = load_package(write(tmp_path, SOUND)).records("rates")[0]

        with pytest.raises(KeyError):
            record["rates"]

    def test_lines_after_a_cell_of_two_lines(self, tmp_path: Path) -> None:
        """A record's line is the one it starts on."""
        text = SOUND.replace("resnet-50", '"resnet\n50"')

        records = load_package(write(tmp_path, text), check=False).records("rates")

        assert [record.line for record in records] == [2, 4]


class TestFrames:
    """Tables as typed frames."""

    def test_types(self, tmp_path: Path) -> None:
        """Each column has the type of its field, with room for the unknown."""
        frame = load_package(write(tmp_path, SOUND)).frames["rates"]

        kinds = {name: str(kind) for name, kind in frame.dtypes.items()}
        assert kinds.pop("day").startswith("datetime64")
        assert kinds == {"network": "str", "cores": "Int64", "rate": "float64", "valid": "boolean"}

    def test_the_index_is_the_line(self, tmp_path: Path) -> None:
        """A row is found by its line in the file."""
        frame = load_package(write(tmp_path, SOUND)).frames["rates"]

        assert frame.index.to_list() == [2, 3]
        assert frame.loc[2, "rate"] == 2037.5
        assert frame.loc[3].isna().sum() == 3

    def test_a_table_without_rows(self, tmp_path: Path) -> None:
        """Its columns are typed all the same."""
        frame = load_package(write(tmp_path, SOUND.splitlines()[0] + "\n")).frames["rates"]

        assert frame.shape == (0, 5)
        assert str(frame.dtypes["cores"]) == "Int64"


class TestCheck:
    """Loading lints first."""

    def test_mistakes_are_all_in_the_error(self, tmp_path: Path) -> None:
        """Nothing is loaded from a package with findings."""
        text = SOUND.replace("2037.50", "2037,50").replace("ssd,1", "ssd,one")

        with pytest.raises(DataError) as caught:
            load_package(write(tmp_path, text.replace("2037,50", '"2037,50"')))

        assert [finding.rule for finding in caught.value.findings] == [
            "number.decimal-comma",
            "type.integer",
        ]
        assert len(str(caught.value).splitlines()) == 2

    def test_without_checking_mistakes_are_unknown(self, tmp_path: Path) -> None:
        """The cell stays as printed."""
        text = SOUND.replace("2037.50", "<b>fast</b>").replace("ssd,1", "ssd,99999999999999999999")

        package = load_package(write(tmp_path, text), check=False)

        first, second = package.records("rates")
        assert (first["rate"], first.raw["rate"]) == (None, "<b>fast</b>")
        assert second["cores"] == 99999999999999999999
        assert package.frames["rates"]["cores"].isna().sum() == 1

    def test_without_data(self, tmp_path: Path) -> None:
        """A missing folder is a finding like others."""
        with pytest.raises(DataError, match=r"datapackage\.json:1: path: .*file\.missing"):
            load_package(tmp_path / "nowhere")


class TestRecordId:
    """Stable ids made of keys."""

    TABLE = Table("rates", "rates.csv", fields=(Field("a"), Field("b")), primary_key=("a", "b"))

    @pytest.mark.parametrize(
        ("a", "b", "expected"),
        [
            ("resnet-50", "2", "rates.resnet-50.2"),
            ("JP4/5", "30W (ALL)", "rates.jp4-5.30w-all"),
            ("v0.5", "Orin_TRT", "rates.v0.5.orin-trt"),
            ("é", "", "rates.-.-"),
        ],
    )
    def test_ids(self, a: str, b: str, expected: str) -> None:
        """Lower case, digits, points and dashes remain; all else is a dash."""
        assert expected == record_id(self.TABLE, {"a": a, "b": b})

    @given(st.text(max_size=30))
    def test_a_slug_can_stand_in_an_address(self, text: str) -> None:
        """Whatever a cell holds, its slug is made of safe characters and is its own slug."""
        made = slug(text)

        assert made
        assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-")
        assert made == slug(made)


class TestFinding:
    """One mistake in one line."""

    def test_one_line(self) -> None:
        """All parts stand in order, and what can't be printed is escaped."""
        finding = Finding("data/a.csv", 3, "note", "a\n\u202eb", "text.x", "is odd", "mend it")

        assert str(finding) == r"data/a.csv:3: note: 'a\n\u202eb': text.x: is odd; mend it"

    def test_a_long_value_is_cut(self) -> None:
        """A line stays readable."""
        finding = Finding("a.csv", 3, "", "x" * 500, "text.x", "is long", "cut it")

        assert len(str(finding)) < 120
        assert "…'" in str(finding)

    def test_findings_are_sorted(self) -> None:
        """By file, then by line as a number."""
        made = [
            Finding(file, line, "", "", "x", "x", "x")
            for file, line in (("b", 1), ("a", 10), ("a", 9))
        ]

        assert [(finding.file, finding.line) for finding in DataError(made).findings] == [
            ("a", 9),
            ("a", 10),
            ("b", 1),
        ]


class TestShippedData:
    """The data of this repository."""

    def test_each_cell_is_read_as_it_stands(self) -> None:
        """Records hold what a plain CSV reader finds, in the same order."""
        package = load_package(DATA)

        for name, table in package.tables.items():
            with (DATA / table.path).open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))

            assert rows == [dict(record.raw) for record in package.records(name)]

    def test_ids_are_unique(self) -> None:
        """Each record has an address of its own."""
        package = load_package(DATA, check=False)
        ids = [record.id for name in package.tables for record in package.records(name)]

        assert len(ids) == len(set(ids))

    def test_frames_and_records_agree(self) -> None:
        """A frame has a row for each record at its line."""
        package = load_package(DATA, check=False)

        for name, frame in package.frames.items():
            assert [record.line for record in package.records(name)] == frame.index.to_list()
            assert package.tables[name].field_names == tuple(frame.columns)
