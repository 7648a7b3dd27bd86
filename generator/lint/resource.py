"""One resource of the descriptor: its name, path, fields and keys."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from generator.descriptor import FIELD_TYPES, GROUPS
from generator.lint.schema import CONSTRAINTS

if TYPE_CHECKING:
    from collections.abc import Iterator

_TABLE_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_FIELD_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a member of a resource."""

    column: str
    value: Any
    rule: str
    problem: str
    remedy: str


def check_resource(entry: Any) -> Iterator[Problem]:
    """Return what is wrong with a resource, so far as it can be seen in itself."""
    rule = "descriptor.resource"
    if not isinstance(entry, dict):
        yield Problem("resources", short(entry), rule, "it is not an object", "write {…}")
        return
    schema = entry.get("schema")
    schema = schema if isinstance(schema, dict) else {}
    fields = schema.get("fields")
    if not isinstance(fields, list) or not fields or not all(isinstance(f, dict) for f in fields):
        problem = "the table has no fields"
        yield Problem("schema", short(entry.get("name")), rule, problem, "declare its columns")
        return
    yield from _check_name(entry.get("name"))
    yield from _check_path(entry.get("path"))
    if entry.get("group", "") not in ("", *GROUPS):
        groups = " or ".join(GROUPS)
        yield Problem("group", entry["group"], rule, "there is no such group", f"write {groups}")
    yield from _check_texts(entry, "resources", ("title", "description"))
    yield from _check_fields(fields)
    yield from _check_key_form(schema)


def _check_name(name: Any) -> Iterator[Problem]:
    if not isinstance(name, str) or not _TABLE_NAME.fullmatch(name):
        problem = "it is not a name of lower-case words joined by dashes"
        yield Problem("name", short(name), "descriptor.name", problem, "rename the resource")


def _check_path(path: Any) -> Iterator[Problem]:
    rule = "descriptor.path"
    if not isinstance(path, str) or not path.isprintable() or not path.endswith(".csv"):
        problem = "it is not the path of a CSV file"
        yield Problem("path", short(path), rule, problem, "write one like published/tops.csv")
        return
    parts = PurePosixPath(path).parts
    if path.startswith("/") or ".." in parts or "\\" in path or ":" in path:
        problem = "it leads out of the data folder"
        yield Problem("path", path, rule, problem, "write a path relative to the data folder")


def _check_fields(fields: list[dict[str, Any]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for field in fields:
        name = field.get("name")
        if not isinstance(name, str) or not _FIELD_NAME.fullmatch(name):
            problem = "it is not a name of lower-case words joined by underscores"
            yield Problem("fields", short(name), "descriptor.name", problem, "rename the field")
            continue
        if name in seen:
            problem = "the table has two fields of this name"
            yield Problem("fields", name, "descriptor.name", problem, "rename or delete one")
        seen.add(name)
        yield from _check_texts(field, name, ("title", "description", "unit"))
        for member in ("trueValues", "falseValues"):
            values = field.get(member, ["yes"])
            if not values or not _are_names(values) or isinstance(values, str) or "" in values:
                problem = f"{member} is not a list of words"
                yield Problem(name, member, "descriptor.type", problem, "write the words used")
        if not isinstance(field.get("verbatim", False), bool):
            problem = "verbatim is neither true nor false"
            yield Problem(
                name, "verbatim", "descriptor.type", problem, "write true, or leave it out"
            )
        kind = field.get("type", "string")
        if kind not in FIELD_TYPES:
            remedy = f"write one of {', '.join(FIELD_TYPES)}"
            yield Problem(name, short(kind), "descriptor.type", "no such type", remedy)
        else:
            yield from _check_constraints(name, kind, field.get("constraints", {}))


def _check_texts(entry: dict[str, Any], column: str, members: tuple[str, ...]) -> Iterator[Problem]:
    for member in members:
        if not isinstance(entry.get(member, ""), str):
            problem = f"its {member} is not a text"
            yield Problem(column, member, "descriptor.resource", problem, "write a text")


def _check_constraints(name: str, kind: str, constraints: Any) -> Iterator[Problem]:
    rule, remedy = "descriptor.constraint", "mend or delete it"
    if not isinstance(constraints, dict):
        yield Problem(name, short(constraints), rule, "constraints are an object", remedy)
        return
    for key, value in constraints.items():
        if key not in CONSTRAINTS:
            problem = "no such constraint for this type"
        elif not _is_possible(kind, key, value):
            problem = f"{key} can't be {short(value)}"
        else:
            continue
        yield Problem(name, key, rule, problem, remedy)
    low, high = constraints.get("minimum"), constraints.get("maximum")
    if isinstance(low, (int, float)) and isinstance(high, (int, float)) and low > high:
        yield Problem(name, "minimum", rule, "the minimum is above the maximum", remedy)


def _is_possible(kind: str, key: str, value: Any) -> bool:
    if key in ("required", "unique"):
        return isinstance(value, bool)
    if key == "enum":
        is_text = kind in ("string", "date")
        return isinstance(value, list) and all(isinstance(v, str) == is_text for v in value)
    if key in ("minLength", "maxLength"):
        return kind == "string" and isinstance(value, int)
    if key in ("minimum", "maximum"):
        if kind == "date":
            return isinstance(value, str) and bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value))
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return kind in ("integer", "number") and is_number
    try:
        re.compile(value)
    except (re.error, TypeError):
        return False
    return kind == "string"


def _check_key_form(schema: dict[str, Any]) -> Iterator[Problem]:
    """Check that keys are lists of names, so that they can be read."""
    rule, remedy = "descriptor.key", "write it as Table Schema has it"
    if not _are_names(schema.get("primaryKey", [])):
        yield Problem("primaryKey", "primaryKey", rule, "it is not a list of fields", remedy)
    keys = schema.get("foreignKeys", [])
    for key in keys if isinstance(keys, list) else [keys]:
        reference = key.get("reference") if isinstance(key, dict) else None
        is_read = isinstance(reference, dict) and _are_names(reference.get("fields"))
        if not is_read or not _are_names(key.get("fields")):
            problem = "it is not fields and a reference to fields"
            yield Problem("foreignKeys", "foreignKeys", rule, problem, remedy)


def _are_names(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(name, str) for name in value)
    )


def short(value: Any) -> str:
    """Return a value of the descriptor as a text of moderate length."""
    return value if isinstance(value, str) else json.dumps(value)[:80]
