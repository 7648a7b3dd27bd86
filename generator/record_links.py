"""What a cell of a row names: another row of a run, one of its files, a published figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.downloads import run_file_address

if TYPE_CHECKING:
    from generator.builder import PageBuilder
    from generator.descriptor import ForeignKey, Table
    from generator.package import Record

MEASURED = "measured"
"""Group of the tables that runs fill."""


class RecordLinks:
    """Finds where the cells of one table lead.

    Parameters
    ----------
    page
        The page the rows are shown on.
    table
        Their table.
    """

    def __init__(self, page: PageBuilder, table: Table) -> None:
        self._atlas = page.atlas
        groups = {name: other.group for name, other in page.atlas.package.tables.items()}
        self._keys: dict[str, ForeignKey] = {
            key.fields[-1]: key for key in table.foreign_keys if groups.get(key.table) == MEASURED
        }

    def address(self, record: Record, column: str) -> str:
        """Return the address of what a cell names, below the site's root; empty if none."""
        key = self._keys.get(column)
        if (record.table, column) == ("files", "path") or (key and key.table == "files"):
            return run_file_address(record.raw[column])
        named = self._named(record, column, key)
        return self._atlas.record_url(named) if named else ""

    def _named(self, record: Record, column: str, key: ForeignKey | None) -> Record | None:
        if key:
            wanted = zip(key.reference, key.fields, strict=True)
            return self._atlas.find(key.table, **{name: record[field] for name, field in wanted})
        if (record.table, column) == ("segments", "result"):
            return self._atlas.find("results", result=record["result"])
        if column == "published_record":
            return self._atlas.look_up(record.raw[column])
        return None
