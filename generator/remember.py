"""What the last build made, for a build after an edit that changed little."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from generator.package import Package, Record

    Rows = tuple[Record, ...]

T = TypeVar("T")


class Remembered(Generic[T]):
    """The last value of each key, made again when it would be made from something else.

    Only the last value is kept, so it never holds more than one build's worth.
    """

    def __init__(self) -> None:
        self._last: dict[Hashable, tuple[object, T]] = {}

    def get(self, key: Hashable, made_from: object, make: Callable[[], T]) -> T:
        """Return the value of `key`.

        Parameters
        ----------
        key
            What is made.
        made_from
            All that it depends on; compared with ``==``, which is quick for the same objects.
        make
            Makes the value.
        """
        last = self._last.get(key)
        if last is not None and last[0] == made_from:
            return last[1]
        value = make()
        self._last[key] = (made_from, value)
        return value


class RememberedReads(Generic[T]):
    """The last value of each key, made again when a table has changed that was read to make it."""

    def __init__(self) -> None:
        self._last: dict[Hashable, tuple[object, dict[str, Rows], T]] = {}

    def get(
        self, key: Hashable, package: Package, made_from: object, make: Callable[[Package], T]
    ) -> T:
        """Return the value of `key`.

        Parameters
        ----------
        key
            What is made.
        package
            The data.
        made_from
            What it depends on beside the data; compared with ``==``.
        make
            Makes the value from the data that it is given, which note what is read.
        """
        common = package.descriptor, made_from
        last = self._last.get(key)
        if last is not None:
            last_common, last_read, value = last
            same = all(package.rows.get(name) == rows for name, rows in last_read.items())
            if same and last_common == common:
                return value
        rows = _NotedRows(package.rows)
        value = make(replace(package, rows=rows))
        self._last[key] = common, rows.read, value
        return value


class _NotedRows(Mapping[str, "Rows"]):
    """Rows by table, which notes the tables that are read."""

    def __init__(self, rows: Mapping[str, Rows]) -> None:
        self._rows = rows
        self.read: dict[str, Rows] = {}

    def __getitem__(self, table: str) -> Rows:
        self.read[table] = self._rows[table]
        return self.read[table]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)
