"""The data package as downloads: the CSVs as they are, the same rows as JSON."""

from __future__ import annotations

import json
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from generator.descriptor import RUN_FILES
from generator.remember import Remembered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.package import Package, Record

_last_json: Remembered[bytes] = Remembered()


def csv_address(path: str) -> str:
    """Return where the site offers the table kept at `path` in the data package, as CSV."""
    return f"data/{path}"


def json_address(path: str) -> str:
    """Return where the site offers the table kept at `path` in the data package, as JSON."""
    return f"data/{PurePosixPath(path).with_suffix('.json')}"


def run_file_address(path: str) -> str:
    """Return where the site offers a file that a run left, by its path in the table of files."""
    return f"data/{RUN_FILES}/{path}"


def render_downloads(package: Package) -> dict[str, bytes]:
    """Return the files to download by their address below the site's root.

    A CSV is byte for byte the one in the data package. In JSON a number is a number and an
    unknown value is null.
    """
    files = {"data/datapackage.json": (package.root / "datapackage.json").read_bytes()}
    for table in package.tables.values():
        files[csv_address(table.path)] = (package.root / table.path).read_bytes()
        rows = package.rows[table.name]
        files[json_address(table.path)] = _last_json.get(table.name, rows, partial(_json, rows))
    for record in package.rows["files"]:
        path = str(record["path"])
        files[run_file_address(path)] = (package.root / RUN_FILES / path).read_bytes()
    return files


def _json(rows: Sequence[Record]) -> bytes:
    values = [dict(record.values) for record in rows]
    return (json.dumps(values, ensure_ascii=False, indent=1, default=str) + "\n").encode()
