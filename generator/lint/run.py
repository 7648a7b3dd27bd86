"""One run of the lint over a data directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.descriptor import DESCRIPTOR_NAME, Table
from generator.findings import Finding
from generator.lint import Report, shown_path
from generator.lint.collect import Collector, Layer
from generator.lint.descriptor import DescriptorCheck
from generator.lint.exceptions import Exceptions
from generator.lint.header import check_header
from generator.lint.keys import check_foreign_keys, check_primary_key
from generator.lint.rules import View
from generator.lint.run_files import check_run_files, declared_files
from generator.lint.schema import check_schema
from generator.lint.sense import ordered_rules
from generator.lint.sheet import Sheet, read_sheet
from generator.lint.text import ByteCheck

if TYPE_CHECKING:
    from pathlib import Path

FILE_RULES = {
    "file.missing": "A file the descriptor names exists and can be read.",
    "file.stray": "Each file of the data folder is declared in the descriptor.",
    "file.outside": "A file of the data folder is not a link out of it.",
}
_BESIDE_THE_DATA = ("README.md", "LICENSE", "LICENSE.md")


class Run:
    """Reading and checking a data directory once."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.collector = Collector()
        self.sheets: dict[str, Sheet] = {}
        self.left_out: set[tuple[str, str]] = set()

    def report(self) -> Report:
        """Check everything and return what was found."""
        descriptor = self._check_descriptor()
        tables = descriptor.run() if descriptor else None
        if descriptor is not None and tables is not None:
            for table in tables.values():
                self._read(table)
            if descriptor.is_sound:
                self._check_strays(tables)
            exceptions = Exceptions(self.sheets)
            self.collector.is_excepted = exceptions.explain
            check_schema(self.sheets.values())
            check_run_files(self.data_dir, self.sheets)
            for sheet in self.sheets.values():
                check_primary_key(sheet)
            for sheet in self.sheets.values():
                check_foreign_keys(sheet, self.sheets)
            self._check_sense(descriptor.names if descriptor.is_sound else set())
            exceptions.report_unused(self.left_out)
        findings = self.collector.findings()
        rows = sum(len(sheet) for sheet in self.sheets.values())
        return Report(tuple(findings), len(tables or ()), rows)

    def _check_descriptor(self) -> DescriptorCheck | None:
        path = self.data_dir / DESCRIPTOR_NAME
        data = self._read_bytes(path, shown_path(path), 1, "")
        return None if data is None else DescriptorCheck(data, shown_path(path), self.collector)

    def _read_bytes(self, path: Path, file: str, line: int, value: str) -> bytes | None:
        try:
            is_inside = path.resolve().is_relative_to(self.data_dir.resolve())
            if is_inside:
                return path.read_bytes()
            rule, problem, remedy = "file.outside", "it leads out of the folder", "copy the file"
        except (OSError, ValueError, RuntimeError) as error:
            reason = getattr(error, "strerror", None) or "it can't be opened"
            rule, problem = "file.missing", f"the file can't be read ({reason})"
            remedy = "add the file, or take it out of the descriptor"
        self.collector.add(Finding(file, line, "path", value, rule, problem, remedy))
        return None

    def _read(self, table: Table) -> None:
        path = self.data_dir / table.path
        descriptor = self.data_dir / DESCRIPTOR_NAME
        line = _line_of(descriptor, table.path)
        data = self._read_bytes(path, shown_path(descriptor), line, table.path)
        if data is None:
            return
        file = shown_path(path)
        text = ByteCheck(data, file, self.collector).run()
        if text is not None:
            check_header(text, table, file, self.collector)
            self.sheets[table.name] = read_sheet(table, file, text, self.collector)

    def _check_strays(self, tables: dict[str, Table]) -> None:
        declared = {self.data_dir / table.path for table in tables.values()}
        declared |= declared_files(self.data_dir, self.sheets)
        for path in sorted(self.data_dir.rglob("*")):
            name = path.relative_to(self.data_dir)
            is_beside = len(name.parts) == 1 and path.name in (DESCRIPTOR_NAME, *_BESIDE_THE_DATA)
            is_hidden = any(part.startswith(".") for part in name.parts)
            if path.is_dir() or path in declared or is_beside or is_hidden:
                continue
            problem = "no resource of the descriptor has this path"
            remedy = "declare it, or delete it"
            finding = Finding(
                shown_path(path), 1, "path", name.as_posix(), "file.stray", problem, remedy
            )
            self.collector.add(finding, Layer.TEXT)

    def _check_sense(self, declared: set[str]) -> None:
        for rule in ordered_rules():
            for sheet in self.sheets.values():
                if rule.applies_to(sheet) and not rule.run(View(sheet, self.sheets, declared)):
                    self.left_out.add((rule.id, sheet.table.name))


def _line_of(descriptor: Path, path: str) -> int:
    text = descriptor.read_text(encoding="utf-8", errors="replace")
    return text.count("\n", 0, max(0, text.find(f'"{path}"'))) + 1
