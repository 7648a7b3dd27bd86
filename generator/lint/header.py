"""The header of a CSV against the fields of its schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.descriptor import Table
    from generator.lint.collect import Collector
    from generator.lint.text import Text

RULES = {
    "header.duplicate": "No column stands twice in a header.",
    "header.unknown": "Each column of a header is declared in the schema.",
    "header.missing": "Each field of the schema has its column.",
    "header.order": "Columns stand in the order of the schema.",
}


def check_header(text: Text, table: Table, file: str, collector: Collector) -> None:
    """Report columns that are missing, unknown, doubled or out of order.

    Parameters
    ----------
    text
        The file.
    table
        What the schema says of it.
    file
        Its name in findings.
    collector
        Where findings go.
    """
    for column, rule, problem, remedy in _compare(text.header, table.field_names):
        collector.add(Finding(file, 1, column, column, rule, problem, remedy))


def _compare(
    header: tuple[str, ...], names: tuple[str, ...]
) -> Iterator[tuple[str, str, str, str]]:
    if header == names:
        return
    if sorted(header) == sorted(names):
        have, want = next(pair for pair in zip(header, names, strict=True) if pair[0] != pair[1])
        yield have, "header.order", f"the schema has {want!r} here", "reorder the columns"
        return
    replaced = dict(zip(header, names, strict=False)) if len(header) == len(names) else {}
    seen: set[str] = set()
    for position, name in enumerate(header):
        hint = f"the schema has {names[position]!r} here" if replaced else ""
        remedy = f"write {names[position]!r}" if replaced else "delete it"
        if name in seen:
            yield name, "header.duplicate", hint or "the column stands twice", remedy
        elif name not in names:
            yield name, "header.unknown", hint or "the schema has no such column", remedy
        seen.add(name)
    if not replaced:
        for name in names:
            if name not in seen:
                yield name, "header.missing", "the column is not in the file", "add it"
