"""The data as downloads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from generator.downloads import csv_address, json_address, render_downloads, run_file_address
from tests.generator.conftest import DATA

if TYPE_CHECKING:
    from generator.atlas import Atlas
    from tests.generator.conftest import ChangeCell

RATE = "throughput.resnet-50.jetson-agx-orin-64gb.maxn.dense.2"


@pytest.fixture(scope="module")
def files(atlas: Atlas) -> dict[str, bytes]:
    return render_downloads(atlas.package)


def test_every_table_is_there_twice(files: dict[str, bytes], atlas: Atlas) -> None:
    """Each table is a CSV and a JSON at a stable address, beside the descriptor."""
    tables = atlas.package.tables.values()

    addresses = {address(table.path) for table in tables for address in (csv_address, json_address)}
    logs = {run_file_address(str(row["path"])) for row in atlas.records("files")}
    assert set(files) == addresses | logs | {"data/datapackage.json"}
    assert "data/published/throughput.csv" in files
    assert "data/published/throughput.json" in files


def test_csv_is_the_file_itself(files: dict[str, bytes], atlas: Atlas) -> None:
    """Byte for byte what stands in the data package, the descriptor included."""
    assert files["data/datapackage.json"] == (DATA / "datapackage.json").read_bytes()
    for table in atlas.package.tables.values():
        assert files[csv_address(table.path)] == (DATA / table.path).read_bytes()


def test_json_has_the_same_rows_typed(files: dict[str, bytes], atlas: Atlas) -> None:
    """A number is a number, an unknown value is null, and no row is missing."""
    for table in atlas.package.tables.values():
        rows = json.loads(files[json_address(table.path)])
        records = atlas.package.records(table.name)
        assert len(rows) == len(records)
        for row, record in zip(rows, records, strict=True):
            assert list(row) == list(table.field_names)
            for column in table.fields:
                value, raw = row[column.name], record.raw[column.name]
                if raw == "":
                    assert value is None
                elif column.type == "number":
                    assert value == float(raw)
                elif column.type == "integer":
                    assert value == int(raw)
                elif column.type == "boolean":
                    assert value is (raw in column.true_values)
                else:
                    assert value == raw


def test_a_formula_keeps_its_raw_value(change_cell: ChangeCell) -> None:
    """A download holds the cell as it is; only pages make text of it."""
    cell = '=HYPERLINK("http://a","<b>x</b>")'
    files = render_downloads(change_cell(RATE, "note", cell).package)

    assert cell.replace('"', '""').encode() in files["data/published/throughput.csv"]
    (row,) = (
        row
        for row in json.loads(files["data/published/throughput.json"])
        if (row["network"], row["power_mode"], row["weights"]) == ("resnet-50", "maxn", "dense")
    )
    assert row["note"] == cell
