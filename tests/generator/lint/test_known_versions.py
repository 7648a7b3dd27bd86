"""Which versions there are, and what lies between them."""

from __future__ import annotations

import pytest

from generator.lint.known_versions import DRIVE, JETSON, SOFTWARE, KnownVersions

KNOWN = KnownVersions(
    by_kind={
        JETSON: frozenset({"8.2.1", "8.4", "8.5.2", "8.6.2", "10.3.0.30"}),
        DRIVE: frozenset({"8.6.11", "8.6.12"}),
        SOFTWARE: frozenset({"3.12.1", "3.14.0"}),
    },
    drive_only=frozenset({"8.6.11", "8.6.12"}),
)


@pytest.mark.parametrize(
    ("version", "kind", "expected"),
    [
        ("8.5", JETSON, True),
        ("8.5.2.2", JETSON, True),
        ("8.5.1", JETSON, False),
        ("8.6.12", JETSON, False),
        ("8.6.12", DRIVE, True),
        ("8.6.12", "any", True),
        ("3.14", SOFTWARE, True),
        ("3.14", "any", False),
    ],
)
def test_a_version_may_be_written_shorter_or_longer(
    version: str, kind: str, expected: bool
) -> None:
    """The parts both have agree, and the kind of their numbers is the same."""
    assert expected is KNOWN.is_known(version, kind)


@pytest.mark.parametrize(
    ("until", "since", "missed"),
    [
        ("8.5", "8.6.0", ""),
        ("8.5", "10.3.0", "8.6.2"),
        ("8.2", "8.5.2", "8.4"),
        ("10.2", "10.3.0", ""),
        ("8.2", "10.3.0", "8.4"),
    ],
)
def test_the_oldest_version_between_two_ranges(until: str, since: str, missed: str) -> None:
    """An end counts with all versions that begin like it."""
    assert missed == KNOWN.between(until, since, JETSON)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (("", "8.5"), ("8.6.0", ""), ""),
        (("", "8.5"), ("8.5.1", ""), "8.5.2"),
        (("8.4", ""), ("", "10.3"), "8.4"),
        (("10.3.0", ""), ("8.2.1", "8.2"), ""),
    ],
)
def test_the_oldest_version_of_two_ranges(
    one: tuple[str, str], other: tuple[str, str], shared: str
) -> None:
    """Ranges that only share versions nobody has don't overlap."""
    assert shared == KNOWN.in_both(one, other, JETSON)
