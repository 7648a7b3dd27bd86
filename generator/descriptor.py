"""The data package's descriptor (``datapackage.json``) as typed, immutable objects."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

DESCRIPTOR_NAME = "datapackage.json"
RUN_FILES = "measured/files"
"""Where a data package keeps the files of runs; rows of the table files name them below it."""
FIELD_TYPES = ("string", "integer", "number", "boolean", "date")
GROUPS = ("reference", "operators", "published", "measured")
EVIDENCE_KINDS = ("published", "benchmark", "reported", "inferred", "reference", "measured")

# What a well-formed cell of a type looks like; fullmatch. Signs other than minus, exponents and
# digit separators are left out on purpose: a source's figure is kept as the source prints it.
PATTERNS: Mapping[str, str] = MappingProxyType(
    {
        "integer": r"-?[0-9]+",
        "number": r"-?[0-9]+(?:\.[0-9]+)?",
        "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    }
)
_COMPILED = {name: re.compile(pattern) for name, pattern in PATTERNS.items()}

Value = str | int | float | bool | dt.date


@dataclass(frozen=True)
class Field:
    """One column of a table."""

    name: str
    type: str = "string"
    title: str = ""
    description: str = ""
    unit: str = ""
    role: str = ""
    """``figure`` for what a source states, empty for the conditions under which it holds."""
    verbatim: bool = False
    """Whether cells are what a program prints or reads; markup signs mean nothing in them."""
    constraints: Mapping[str, Any] = field(default_factory=dict)
    true_values: tuple[str, ...] = ("yes",)
    false_values: tuple[str, ...] = ("no",)

    @property
    def required(self) -> bool:
        """Return whether an empty cell is refused."""
        return bool(self.constraints.get("required"))

    def parse(self, text: str) -> Value | None:
        """Return the typed value of a cell, or None if it is empty or not of this type.

        Parameters
        ----------
        text
            The cell as it stands in the CSV.
        """
        if text == "":
            return None
        if self.type == "boolean":
            return self._parse_boolean(text)
        pattern = _COMPILED.get(self.type)
        if pattern is None:
            return text
        if not pattern.fullmatch(text) or len(text) > 400:
            return None
        if self.type == "integer":
            return int(text)
        if self.type == "number":
            return float(text)
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            return None

    def _parse_boolean(self, text: str) -> bool | None:
        if text in self.true_values:
            return True
        return False if text in self.false_values else None


@dataclass(frozen=True)
class ForeignKey:
    """Columns whose values must stand in the key of another table."""

    fields: tuple[str, ...]
    table: str
    reference: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One CSV of the package and what its descriptor says about it."""

    name: str
    path: str
    title: str = ""
    description: str = ""
    group: str = ""
    evidence: str = ""
    """Kind of evidence its rows are: one of `EVIDENCE_KINDS`."""
    partition: str = ""
    """Column by which the records of a large table are spread over pages."""
    fields: tuple[Field, ...] = ()
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()

    @property
    def field_names(self) -> tuple[str, ...]:
        """Return the names of the columns in order."""
        return tuple(column.name for column in self.fields)

    def field(self, name: str) -> Field:
        """Return the column of that name; KeyError if there is none."""
        for column in self.fields:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name!r} has no field {name!r}")

    def has(self, *names: str) -> bool:
        """Return whether the table has all columns of these names."""
        return set(names) <= set(self.field_names)


def read_tables(descriptor: Mapping[str, Any]) -> dict[str, Table]:
    """Return the tables a well-formed descriptor declares, by name.

    Parameters
    ----------
    descriptor
        The parsed ``datapackage.json``. Its form is checked by :mod:`generator.lint.package`.
    """
    tables = (_table(resource) for resource in descriptor["resources"])
    return {table.name: table for table in tables}


def _table(resource: Mapping[str, Any]) -> Table:
    schema = resource.get("schema", {})
    name = resource["name"]
    return Table(
        name=name,
        path=resource["path"],
        title=resource.get("title", ""),
        description=resource.get("description", ""),
        group=resource.get("group", ""),
        evidence=resource.get("evidence", ""),
        partition=resource.get("partition", ""),
        fields=tuple(_field(entry) for entry in schema.get("fields", ())),
        primary_key=_names(schema.get("primaryKey", ())),
        foreign_keys=tuple(_foreign_key(name, entry) for entry in schema.get("foreignKeys", ())),
    )


def _field(entry: Mapping[str, Any]) -> Field:
    return Field(
        name=entry["name"],
        type=entry.get("type", "string"),
        title=entry.get("title", ""),
        description=entry.get("description", ""),
        unit=entry.get("unit", ""),
        role=entry.get("role", ""),
        verbatim=entry.get("verbatim", False),
        constraints=MappingProxyType(dict(entry.get("constraints", {}))),
        true_values=tuple(entry.get("trueValues", ("yes",))),
        false_values=tuple(entry.get("falseValues", ("no",))),
    )


def _foreign_key(table: str, entry: Mapping[str, Any]) -> ForeignKey:
    reference = entry["reference"]
    return ForeignKey(
        fields=_names(entry["fields"]),
        table=reference.get("resource") or table,  # an empty resource means the table itself
        reference=_names(reference["fields"]),
    )


def _names(value: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
