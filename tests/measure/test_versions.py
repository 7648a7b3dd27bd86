"""Versions are compared by their numbers."""

from __future__ import annotations

import pytest

from measure.errors import UserError
from measure.versions import in_range, parse_version


def test_parts_are_numbers() -> None:
    assert parse_version("10.3.0.30") == (10, 3, 0, 30)


@pytest.mark.parametrize("text", ["", "8.x", "8.4 EA", "v10", "10.", "-1"])
def test_anything_else_is_one_line(text: str) -> None:
    with pytest.raises(UserError, match="is no version"):
        parse_version(text)


@pytest.mark.parametrize(
    ("version", "since", "until", "is_inside"),
    [
        ("8.5.2", "", "", True),
        ("8.5.2", "8.5.2", "8.5.2", True),
        ("8.5.2", "8.5", "", True),
        ("8.5", "8.5.0", "", True),
        ("8.5", "8.5.1", "", False),
        ("8.4.1", "8.5", "", False),
        ("10.3.0", "8.6.12", "", True),
        ("8.6.2", "8.6.12", "", False),
        ("10.3.0.30", "", "10.3", True),
        ("10.3.0.30", "", "10.3.0", True),
        ("10.4.0", "", "10.3", False),
        ("8.2.5", "8.2.0", "8.2", True),
        ("8.10.0", "", "8.9", False),
        ("10.3", "", "10.3.0.30", True),
        ("11", "", "10.16", False),
    ],
)
def test_range(version: str, since: str, until: str, is_inside: bool) -> None:
    assert in_range(version, since, until) == is_inside
