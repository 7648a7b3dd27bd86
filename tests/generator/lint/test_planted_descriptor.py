"""Mistakes in datapackage.json are told with their line, and stop no other check."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .planting import Copy

Change = Callable[[dict[str, Any]], None]


def resource(descriptor: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a resource by its name."""
    return next(entry for entry in descriptor["resources"] if entry["name"] == name)


def in_resource(table: str, /, **members: Any) -> Change:
    """Return a change of members of a resource."""
    return lambda descriptor: resource(descriptor, table).update(members)


def in_schema(table: str, /, **members: Any) -> Change:
    """Return a change of members of a resource's schema."""
    return lambda descriptor: resource(descriptor, table)["schema"].update(members)


def in_field(table: str, field: str, /, **members: Any) -> Change:
    """Return a change of members of a field."""

    def change(descriptor: dict[str, Any]) -> None:
        fields = resource(descriptor, table)["schema"]["fields"]
        next(entry for entry in fields if entry["name"] == field).update(members)

    return change


def repeat_resource(descriptor: dict[str, Any]) -> None:
    """Declare a table twice."""
    descriptor["resources"].append(resource(descriptor, "tops-dla-share"))


FOREIGN = {"fields": ["source"], "reference": {"resource": "sources", "fields": ["id"]}}
ORPHAN = {"fields": ["source"], "reference": {"resource": "origins", "fields": ["key"]}}

MISTAKES: dict[str, tuple[Change, str, str, str]] = {
    "path to a parent folder": (
        in_resource("tops-dla-share", path="../secret.csv"),
        "path",
        "../secret.csv",
        "descriptor.path",
    ),
    "absolute path": (
        in_resource("tops-dla-share", path="/etc/passwd.csv"),
        "path",
        "/etc/passwd.csv",
        "descriptor.path",
    ),
    "path of another system": (
        in_resource("tops-dla-share", path="published\\tops.csv"),
        "path",
        "published\\tops.csv",
        "descriptor.path",
    ),
    "address for a path": (
        in_resource("tops-dla-share", path="https://example.org/x.csv"),
        "path",
        "https://example.org/x.csv",
        "descriptor.path",
    ),
    "not a CSV": (
        in_resource("tops-dla-share", path="published/tops-dla-share.json"),
        "path",
        "published/tops-dla-share.json",
        "descriptor.path",
    ),
    "list of paths": (
        in_resource("tops-dla-share", path=["a.csv", "b.csv"]),
        "path",
        '["a.csv", "b.csv"]',
        "descriptor.path",
    ),
    "name in capitals": (
        in_resource("tops-dla-share", name="TOPS share"),
        "name",
        "TOPS share",
        "descriptor.name",
    ),
    "unknown group": (
        in_resource("tops-dla-share", group="secret"),
        "group",
        "secret",
        "descriptor.resource",
    ),
    "no fields": (
        in_schema("tops-dla-share", fields=[]),
        "schema",
        "tops-dla-share",
        "descriptor.resource",
    ),
    "unknown type": (
        in_field("tops-dla-share", "share_percent", type="float"),
        "share_percent",
        "float",
        "descriptor.type",
    ),
    "verbatim by a word": (
        in_field("tops-dla-share", "share_percent", verbatim="yes"),
        "share_percent",
        "verbatim",
        "descriptor.type",
    ),
    "field with a blank": (
        in_field("tops-dla-share", "share_percent", name="share percent"),
        "fields",
        "share percent",
        "descriptor.name",
    ),
    "field declared twice": (
        in_field("tops-dla-share", "share_percent", name="module"),
        "fields",
        "module",
        "descriptor.name",
    ),
    "unknown constraint": (
        in_field("tops-dla-share", "share_percent", constraints={"min": 0}),
        "share_percent",
        "min",
        "descriptor.constraint",
    ),
    "text for a minimum": (
        in_field("tops-dla-share", "share_percent", constraints={"minimum": "0"}),
        "share_percent",
        "minimum",
        "descriptor.constraint",
    ),
    "minimum above maximum": (
        in_field("tops-dla-share", "share_percent", constraints={"minimum": 9, "maximum": 1}),
        "share_percent",
        "minimum",
        "descriptor.constraint",
    ),
    "broken pattern": (
        in_field("tops-dla-share", "power_mode", constraints={"pattern": "([a-z"}),
        "power_mode",
        "pattern",
        "descriptor.constraint",
    ),
    "key that is no field": (
        in_schema("tops-dla-share", primaryKey=["module", "mode"]),
        "primaryKey",
        "mode",
        "descriptor.key",
    ),
    "key that is no name": (
        in_schema("tops-dla-share", primaryKey=[1]),
        "primaryKey",
        "primaryKey",
        "descriptor.key",
    ),
    "foreign key to no field": (
        in_schema("tops-dla-share", foreignKeys=[FOREIGN]),
        "foreignKeys",
        "id",
        "descriptor.key",
    ),
    "foreign key to no table": (
        in_schema("tops-dla-share", foreignKeys=[ORPHAN]),
        "foreignKeys",
        "origins",
        "descriptor.key",
    ),
    "foreign key without a reference": (
        in_schema("tops-dla-share", foreignKeys=[{"fields": "source"}]),
        "foreignKeys",
        "foreignKeys",
        "descriptor.key",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_one_mistake_is_told_once(copy: Copy, name: str) -> None:
    """The finding names the descriptor, the member and the value."""
    change, column, value, rule = MISTAKES[name]
    copy.redeclare(change)

    findings = copy.lint()

    file = copy.file("datapackage.json")
    assert [(file, column, value, rule)] == [(f.file, f.column, f.value, f.rule) for f in findings]


def test_the_line_is_that_of_the_value(copy: Copy) -> None:
    """A wrong path is found in the right one of many resources."""
    copy.redeclare(in_resource("tops-dla-share", path="../tops.csv"))

    finding = next(finding for finding in copy.lint() if finding.rule == "descriptor.path")

    assert copy.line_of("tops-dla-share", "../tops.csv") == finding.line


def test_a_table_declared_twice(copy: Copy) -> None:
    """Both its name and its path are taken."""
    copy.redeclare(repeat_resource)

    found = [(finding.rule, finding.value) for finding in copy.lint()]

    assert sorted(found) == [
        ("descriptor.name", "tops-dla-share"),
        ("descriptor.path", "published/tops-dla-share.csv"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "rule"),
    [
        ('{\n "name": "dla-atlas",\n}', 3, "descriptor.json"),
        ('{\n "resources": [\n', 3, "descriptor.json"),
        ("", 1, "descriptor.json"),
        ("\0\0\0", 1, "descriptor.json"),
        ("[]", 1, "descriptor.json"),
        ('{"resources": [],\n "resources": []}', 1, "descriptor.json"),
        ("[" * 100_000, 1, "descriptor.json"),
        ('{"name": "dla-atlas"}', 1, "descriptor.resources"),
        ('{\n "resources": {}}', 2, "descriptor.resources"),
        ('{"resources": [7]}', 1, "descriptor.resource"),
    ],
)
def test_a_descriptor_that_cannot_be_read(copy: Copy, text: str, line: int, rule: str) -> None:
    """Nothing else is said then, and nothing is raised."""
    (copy.root / "datapackage.json").write_text(text, encoding="utf-8")

    assert [(line, rule)] == [(finding.line, finding.rule) for finding in copy.lint()]


def test_who_refers_to_a_refused_table_is_not_refused(copy: Copy) -> None:
    """A mistake in the declaration of the sources is not repeated for each of their readers."""
    copy.redeclare(in_schema("sources", primaryKey=["id"]))

    assert [(f.rule, f.value) for f in copy.lint()] == [("descriptor.key", "id")]


def test_other_tables_are_still_checked(copy: Copy) -> None:
    """A mistake in one resource doesn't hide one in another table."""
    copy.redeclare(in_resource("tops-dla-share", path="../tops.csv"))
    copy.plant("published/tops.csv", {"power_mode": "30w", "engine": "dla"}, "tops", "90 TOPS")

    rules = {finding.rule for finding in copy.lint()}

    assert rules == {"descriptor.path", "number.unit"}
