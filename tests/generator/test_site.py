"""The generated site as a whole, again after an edit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generator import site
from generator.package import load_package
from generator.remember import RememberedReads

if TYPE_CHECKING:
    from generator.package import Package

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def package() -> Package:
    """Return the shipped data."""
    return load_package(ROOT / "data", check=False)


def edited(package: Package, table: str, field: str) -> Package:
    """Return the package with another text in a field of a table's first row."""
    first, *others = package.rows[table]
    text = f"{first.raw[field]} changed"
    row = replace(first, raw={**first.raw, field: text}, values={**first.values, field: text})
    return replace(package, rows={**package.rows, table: (row, *others)})


@pytest.mark.parametrize(
    ("table", "field"),
    [
        ("throughput", "note"),
        ("sources", "title"),
        ("glossary", "definition"),
        ("releases", "note"),
        ("modules", "name"),
        ("mlperf-results", "framework"),
        ("rules", "remedy"),
        ("evidence", "message"),
    ],
)
def test_an_edit_gives_the_same_pages_as_a_first_rendering(
    package: Package, table: str, field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages that are kept are those on which nothing changed."""
    before = site.render_site(package)
    after = site.render_site(edited(package, table, field))
    monkeypatch.setattr(site, "_last_pages", RememberedReads())

    assert after == site.render_site(edited(package, table, field)) != before


def test_pages_are_rendered_again_only_when_a_table_they_read_has_changed(
    package: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edit of a figure leaves the pages of operators alone, and the other way round."""
    monkeypatch.setattr(site, "_last_pages", RememberedReads())
    before = site.render_site(package).pages
    throughput = site.render_site(edited(package, "throughput", "note")).pages
    evidence = site.render_site(edited(package, "evidence", "message")).pages

    assert throughput["throughput.md"] is not before["throughput.md"]
    assert throughput["operators/index.md"] is before["operators/index.md"]
    assert evidence["operators/index.md"] is not before["operators/index.md"]
    assert evidence["mlperf.md"] is before["mlperf.md"]


def test_two_modules_cannot_claim_a_path(monkeypatch: pytest.MonkeyPatch, package: Package) -> None:
    """The second page would replace the first without a word."""
    monkeypatch.setattr(site, "PAGE_MODULES", ("glossary", "glossary"))
    with pytest.raises(ValueError, match=r"two pages claim glossary\.md"):
        site.render_site(package)
