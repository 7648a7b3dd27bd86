"""Copies of the shipped data with a mistake planted in them."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.lint import lint_package

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.findings import Finding

SHIPPED = Path(__file__).resolve().parents[3] / "data"


class Copy:
    """A copy of the shipped data to plant mistakes in."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "data"
        shutil.copytree(SHIPPED, self.root)

    def lint(self) -> list[Finding]:
        """Return what the lint finds, files named relative to the data folder."""
        return list(lint_package(self.root).findings)

    def file(self, path: str) -> str:
        """Return how findings name a file."""
        return (self.root / path).as_posix()

    def plant(self, path: str, where: Mapping[str, str], column: str, value: str) -> int:
        """Change a cell of the first row with these cells; return its line."""
        rows = self.rows(path)
        header = rows[0]
        for line, row in enumerate(rows[1:], start=2):
            cells = dict(zip(header, row, strict=True))
            if all(cells[name] == wanted for name, wanted in where.items()):
                row[header.index(column)] = value
                self.write_rows(path, rows)
                return line
        raise LookupError(f"no row of {path} has {where}")

    def rows(self, path: str) -> list[list[str]]:
        """Return header and rows of a table."""
        text = (self.root / path).read_text(encoding="utf-8")
        return list(csv.reader(io.StringIO(text, newline="")))

    def write_rows(self, path: str, rows: list[list[str]]) -> None:
        """Write header and rows of a table."""
        with (self.root / path).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)

    def change(self, path: str, change: Callable[[bytes], bytes]) -> None:
        """Change the bytes of a file."""
        file = self.root / path
        before = file.read_bytes()
        after = change(before)
        assert before != after
        file.write_bytes(after)

    def redeclare(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Change the descriptor."""
        file = self.root / "datapackage.json"
        descriptor = json.loads(file.read_text(encoding="utf-8"))
        change(descriptor)
        file.write_text(json.dumps(descriptor, indent=1, ensure_ascii=False), encoding="utf-8")

    def line_of(self, *texts: str) -> int:
        """Return the descriptor's line of the last of some texts that follow one another."""
        text = (self.root / "datapackage.json").read_text(encoding="utf-8")
        position = 0
        for wanted in texts:
            position = text.index(f'"{wanted}"', position) + 1
        return text.count("\n", 0, position) + 1
