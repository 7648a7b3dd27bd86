"""What every page is made from: the tables, where each record lives, and what is known of it."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from generator.record_ids import slug

MEASURED = "measured"
"""Kind of evidence that this project's program made, be it in a table of another kind."""

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.package import Package, Record

    _Groups = dict[tuple[object, ...], list[Record]]
    """Rows of a table by their values of some fields."""


class Atlas:
    """The data package with the questions pages ask of it.

    Parameters
    ----------
    package
        Loaded tables.
    """

    def __init__(self, package: Package) -> None:
        self.package = package
        self._groups: dict[tuple[str, tuple[str, ...]], _Groups] = {}

    def records(self, table: str, **equal: object) -> list[Record]:
        """Return the rows of `table` whose fields have the given values, in file order."""
        return list(self._group(table, equal))

    def find(self, table: str, **equal: object) -> Record | None:
        """Return the first row of `table` whose fields have the given values, or None."""
        return next(iter(self._group(table, equal)), None)

    def _group(self, table: str, equal: Mapping[str, object]) -> list[Record]:
        fields = tuple(equal)
        if (table, fields) not in self._groups:
            groups: _Groups = defaultdict(list)
            for record in self.package.rows[table]:
                groups[tuple(record[name] for name in fields)].append(record)
            self._groups[table, fields] = dict(groups)
        return self._groups[table, fields].get(tuple(equal.values()), [])

    def record(self, identifier: str) -> Record:
        """Return the row with the record id `identifier`."""
        return self.package.record(identifier)

    def look_up(self, identifier: str) -> Record | None:
        """Return the row with the record id `identifier`, None if there is none."""
        try:
            return self.package.record(identifier)
        except KeyError:
            return None

    def evidence(self, record: Record) -> str:
        """Return the kind of evidence behind `record`: its own, or the one its table declares."""
        if record.table == "evidence" and record["kind"] == MEASURED:
            return MEASURED
        return self.package.tables[record.table].evidence

    def record_page(self, record: Record) -> str:
        """Return the address of the page that shows `record`, without its fragment."""
        partition = self.package.tables[record.table].partition
        part = f"{slug(record.raw[partition])}/" if partition else ""
        return f"records/{record.table}/{part}"

    def record_url(self, record: Record) -> str:
        """Return the address of `record` below the site's root."""
        return f"{self.record_page(record)}#{record.id}"

    @cached_property
    def sources(self) -> dict[str, Record]:
        """Rows of the table of sources by their key."""
        return {str(record["key"]): record for record in self.package.records("sources")}

    @cached_property
    def networks(self) -> dict[str, Record]:
        """Reference networks by their key, in file order."""
        return {str(record["network"]): record for record in self.package.records("networks")}

    @cached_property
    def modules(self) -> dict[str, Record]:
        """Modules by their key, in file order."""
        return {str(record["module"]): record for record in self.package.records("modules")}

    @cached_property
    def _history(self) -> dict[str, list[Record]]:
        entries: dict[str, list[Record]] = defaultdict(list)
        for record in self.package.records("figure-history"):
            for identifier in (record["records"] or "").split():
                entries[identifier].append(record)
        return entries

    def history(self, record: Record) -> list[Record]:
        """Return the entries of the figure history that concern `record`, oldest first."""
        return sorted(self._history.get(record.id, []), key=lambda entry: entry.raw["changed_on"])

    @cached_property
    def _exceptions(self) -> dict[str, list[Record]]:
        entries: dict[str, list[Record]] = defaultdict(list)
        for record in self.package.records("exceptions"):
            entries[str(record["record"])].append(record)
        return entries

    def exceptions(self, record: Record) -> list[Record]:
        """Return the known, explained deviations of `record`."""
        return self._exceptions.get(record.id, [])
