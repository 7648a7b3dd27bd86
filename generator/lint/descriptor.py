"""The descriptor itself: a data package the generator can work with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from generator.descriptor import Table, read_tables
from generator.findings import Finding
from generator.lint.resource import Problem, check_resource, short

if TYPE_CHECKING:
    from generator.lint.collect import Collector

RULES = {
    "descriptor.json": "The descriptor is a JSON object that names no member twice.",
    "descriptor.resources": "The descriptor lists its tables as resources.",
    "descriptor.resource": "A resource has a name, a path, a group and a schema with fields.",
    "descriptor.name": "Tables are named like-this and fields like_this, each name once.",
    "descriptor.path": "A path leads to a CSV inside the data folder, each to its own.",
    "descriptor.type": "A field's type is one the generator knows.",
    "descriptor.constraint": "A field's constraints are known and can be met.",
    "descriptor.key": "Keys name fields that exist.",
}


class _RepeatedMemberError(ValueError):
    pass


class DescriptorCheck:
    """Check of one descriptor; ``run`` returns the tables that are declared well."""

    def __init__(self, data: bytes, file: str, collector: Collector) -> None:
        self.text = data.decode("utf-8", "replace").removeprefix("\ufeff")
        self.file = file
        self.collector = collector
        self.names: set[str] = set()
        """All tables that are declared, well or not."""
        self.is_sound = False
        """Whether all of them are declared well."""

    def run(self) -> dict[str, Table] | None:
        """Report what is wrong; None if nothing can be read of it."""
        descriptor = self._parse()
        if descriptor is None:
            return None
        resources = descriptor.get("resources")
        if not isinstance(resources, list) or not resources:
            self._report(
                Problem(
                    "resources",
                    short(resources),
                    "descriptor.resources",
                    "it lists no tables",
                    "add a list of resources",
                ),
                ["resources"],
            )
            return None
        good = [entry for entry in resources if self._is_well_formed(entry)]
        self.is_sound = len(good) == len(resources)
        self.names = {str(entry.get("name")) for entry in resources if isinstance(entry, dict)}
        tables = read_tables({"resources": good})
        self._check_repetitions(good)
        for entry in good:
            if not self._check_keys(entry, tables):
                tables.pop(entry["name"], None)
                self.is_sound = False
        return tables

    def _parse(self) -> dict[str, Any] | None:
        rule = "descriptor.json"
        try:
            descriptor = json.loads(self.text, object_pairs_hook=_without_repetition)
        except json.JSONDecodeError as error:
            lines = self.text.split("\n")
            finding = Finding(
                self.file,
                error.lineno,
                f"character {error.colno}",
                lines[error.lineno - 1].strip(),
                rule,
                f"this is not JSON ({error.msg})",
                "mend it there or just before",
            )
            self.collector.add(finding)
            return None
        except _RepeatedMemberError as error:
            name = str(error)
            problem = Problem(name, name, rule, "an object has it twice", "delete one of the two")
            self._report(problem, [name])
            return None
        except RecursionError:
            self._report(Problem("", "", rule, "it is nested too deep", "flatten it"), [])
            return None
        if not isinstance(descriptor, dict):
            value = short(descriptor)
            self._report(Problem("", value, rule, "it is not an object", "write {…}"), [])
            return None
        return descriptor

    def _is_well_formed(self, entry: Any) -> bool:
        problems = list(check_resource(entry))
        for problem in problems:
            name = entry.get("name") if isinstance(entry, dict) else None
            self._report(problem, [name, problem.value])
        return not problems

    def _check_repetitions(self, entries: list[dict[str, Any]]) -> None:
        for member, rule in (("name", "descriptor.name"), ("path", "descriptor.path")):
            seen: set[str] = set()
            for entry in entries:
                value = entry[member]
                if value in seen:
                    problem = f"two resources have this {member}"
                    remedy = "give each resource its own"
                    self._report(Problem(member, value, rule, problem, remedy), [value, value])
                seen.add(value)

    def _check_keys(self, entry: dict[str, Any], tables: dict[str, Table]) -> bool:
        table = read_tables({"resources": [entry]})[entry["name"]]
        problems = []
        for name in table.primary_key:
            if not table.has(name):
                problems.append(_key("primaryKey", name, table.name))
        for key in table.foreign_keys:
            target = tables.get(key.table)
            problems += [_key("foreignKeys", n, table.name) for n in key.fields if not table.has(n)]
            if target is None and key.table not in self.names:
                problems.append(_key("foreignKeys", key.table, "the package"))
            elif target is not None:
                missing = (name for name in key.reference if not target.has(name))
                problems += [_key("foreignKeys", name, target.name) for name in missing]
                if len(key.fields) != len(key.reference):
                    problems.append(_key("foreignKeys", ", ".join(key.fields), "its reference"))
        for problem in problems:
            self._report(problem, [table.name, problem.column, problem.value])
        return not problems

    def _report(self, problem: Problem, path: list[Any]) -> None:
        finding = Finding(
            self.file,
            self._line(path),
            problem.column,
            str(problem.value),
            problem.rule,
            problem.problem,
            problem.remedy,
        )
        self.collector.add(finding)

    def _line(self, path: list[Any]) -> int:
        """Return the line of the last of some values that stand in the text one after another."""
        position = found = 0
        for value in path:
            if isinstance(value, str):
                next_found = self.text.find(json.dumps(value, ensure_ascii=False), position)
                if next_found >= 0:
                    found, position = next_found, next_found + 1
        return self.text.count("\n", 0, found) + 1


def _key(column: str, value: str, table: str) -> Problem:
    problem = f"{table} has no such {'table' if table == 'the package' else 'field'}"
    return Problem(column, value, "descriptor.key", problem, "name one that exists")


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        raise _RepeatedMemberError(next(name for name in names if names.count(name) > 1))
    return members
